internal import ClusterConfiguration
internal import ClusterTypes
internal import Messaging

/// Looks at this node's memory and load from time to time, and says in the configuration map whether they are within their limits.
///
/// A resource without `max` is `stopped` and costs nothing. With one it is `running`, and `failed` from the first reading above the
/// limit on until somebody sets `max` or `poll_period` anew. What follows from a failure is the ``WatchdogService``'s affair.
///
/// - Source: mon.c of corosync 3.1.7; keys `resources.system.*`.
/// - Deviation: `poll_period` of the file holds, and `max` may be a number of any type (corosync takes texts only, which makes
///   it ignore the first); a resource whose `max` is deleted stops; a load of 0 is a reading.
struct SystemMonitors: Sendable {
    private enum State: String { case stopped, running, failed }

    private struct Monitor {
        var state = State.stopped
        var limit = Double.infinity
        var period = SystemResource.pollPeriod
        var hasComplained = false
    }

    private var monitors: [SystemResource: Monitor] = [:]

    /// Begins with what the map says.
    mutating func start(_ map: ConfigurationMap, into effects: inout [ResourceEffect]) {
        for resource in SystemResource.allCases { configure(resource, map, into: &effects) }
    }

    mutating func changed(_ change: MapChange, _ map: ConfigurationMap, into effects: inout [ResourceEffect]) {
        guard let key = ResourceKey(change.key), key.property == "max" || key.property == "poll_period",
            let resource = SystemResource.allCases.first(where: { $0.key(key.property) == change.key })
        else { return }
        configure(resource, map, into: &effects)
    }

    private mutating func configure(
        _ resource: SystemResource, _ map: ConfigurationMap, into effects: inout [ResourceEffect]
    ) {
        var monitor = monitors[resource] ?? Monitor()
        if let period = map.pollPeriod(resource.key("poll_period")) {
            monitor.period = period
        } else if let value = map[resource.key("poll_period")] {
            effects.append(
                .report(
                    .warning,
                    "\(resource.key("poll_period")) cannot be \(value.rendered): \(monitor.period.milliseconds) holds"))
        }
        if let limit = SystemResource.limit(map[resource.key("max")]) {
            monitor.limit = limit
            enter(.running, resource, &monitor, into: &effects)
            effects.append(.ask(.readSystem(resource)))
        } else if monitor.state != .stopped {
            effects.append(.cancel(.systemMonitor(resource)))
            enter(.stopped, resource, &monitor, into: &effects)
        }
        monitors[resource] = monitor
    }

    mutating func timerFired(_ resource: SystemResource, into effects: inout [ResourceEffect]) {
        effects.append(.ask(.readSystem(resource)))
    }

    /// - Parameter reading: `nil` when the system does not say.
    mutating func read(
        _ resource: SystemResource, _ reading: Double?, at now: Instant, into effects: inout [ResourceEffect]
    ) {
        guard var monitor = monitors[resource], monitor.state != .stopped else { return }
        if let reading {
            effects.append(.put(resource.key("current"), resource.value(reading)))
            effects.append(.put(resource.key("last_updated"), .uint64(UInt64(clamping: now.nanoseconds))))
            if reading > monitor.limit, monitor.state != .failed {
                effects.append(
                    .report(
                        .warning, "resource \(resource.rawValue) failed: \(reading) is more than \(monitor.limit)"))
                enter(.failed, resource, &monitor, into: &effects)
            }
        } else if !monitor.hasComplained {
            monitor.hasComplained = true
            effects.append(.report(.error, "the system does not say what resource \(resource.rawValue) is"))
        }
        monitors[resource] = monitor
        effects.append(.arm(.systemMonitor(resource), after: monitor.period))
    }

    private func enter(
        _ state: State, _ resource: SystemResource, _ monitor: inout Monitor, into effects: inout [ResourceEffect]
    ) {
        guard monitor.state != state else { return }
        monitor.state = state
        effects.append(.put(resource.key("state"), .string(state.rawValue)))
    }
}
