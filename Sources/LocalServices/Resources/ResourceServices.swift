internal import ClusterConfiguration
internal import ClusterTypes

/// The services of a node that look at the node itself, corosync's `mon` and `wd`, joined with the configuration map in which they
/// read their settings and say what they find.
struct ResourceServices: Sendable {
    private var monitors = SystemMonitors()
    private var watchdog = WatchdogService()
    private var hasStarted = false
    /// Kept between events for their capacity.
    private var effects: [ResourceEffect] = []

    mutating func start(_ map: inout ConfigurationMapService, at now: Instant, into asked: inout [ServiceEffect]) {
        hasStarted = true
        monitors.start(map.map, into: &effects)
        perform(&map, into: &asked)
        // The watchdog begins with the map as it is now.
        _ = map.takeResourceChanges()
        watchdog.start(map.map, at: now, into: &effects)
        perform(&map, into: &asked)
    }

    /// What has changed in the map.
    mutating func follow(_ map: inout ConfigurationMapService, at now: Instant, into asked: inout [ServiceEffect]) {
        while case let changes = map.takeResourceChanges(), !changes.isEmpty {
            guard hasStarted else { continue }
            for change in changes {
                monitors.changed(change, map.map, into: &effects)
                watchdog.changed(change, map.map, at: now, into: &effects)
            }
            perform(&map, into: &asked)
        }
    }

    /// False for a timer of another service.
    mutating func timerFired(
        _ timer: ServiceTimer, _ map: inout ConfigurationMapService, at now: Instant,
        into asked: inout [ServiceEffect]
    ) -> Bool {
        switch timer {
        case .systemMonitor(let resource): monitors.timerFired(resource, into: &effects)
        case .watchedResource(let prefix): watchdog.checkTimerFired(prefix, map.map, at: now, into: &effects)
        case .watchdogPing: watchdog.pingTimerFired(into: &effects)
        case .statisticsAge, .statisticsTracking, .shutdownVote: return false
        }
        perform(&map, into: &asked)
        return true
    }

    mutating func read(
        _ resource: SystemResource, _ reading: Double?, _ map: inout ConfigurationMapService, at now: Instant,
        into asked: inout [ServiceEffect]
    ) {
        monitors.read(resource, reading, at: now, into: &effects)
        perform(&map, into: &asked)
    }

    mutating func received(
        _ outcome: WatchdogOutcome, _ map: inout ConfigurationMapService, into asked: inout [ServiceEffect]
    ) {
        watchdog.received(outcome, into: &effects)
        perform(&map, into: &asked)
    }

    private mutating func perform(_ map: inout ConfigurationMapService, into asked: inout [ServiceEffect]) {
        for effect in effects {
            switch effect {
            case .put(let key, let value): map.put(key, value, into: &asked)
            case .service(let effect): asked.append(effect)
            }
        }
        effects.removeAll(keepingCapacity: true)
    }
}
