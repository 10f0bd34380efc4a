import ClusterConfiguration
import ClusterTypes
import Messaging

@testable import LocalServices

/// The monitors and the watchdog service of one node, on an invented machine with an invented clock.
struct ResourceWorld {
    private(set) var map: ConfigurationMapService
    private var services = ResourceServices()
    private(set) var now = Instant(nanoseconds: 1_000_000_000_000)
    private(set) var timers: [ServiceTimer: Instant] = [:]
    private(set) var requests: [WatchdogRequest] = []
    private(set) var pings: [Duration] = []
    private(set) var readingCount = 0
    private(set) var reports: [String] = []
    private let beginning = Instant(nanoseconds: 1_000_000_000_000)

    /// What the machine says of itself; nothing is what the system does not say.
    var readings: [SystemResource: Double] = [.memoryUsed: 40, .load15Minutes: 0.5]
    /// What the device answers.
    var device: (WatchdogRequest) -> WatchdogOutcome? = { request in
        switch request {
        case .open(_, let timeout), .setTimeout(let timeout): .armed(timeout: timeout)
        case .ping: nil
        case .disarm: .disarmed
        }
    }

    /// A daemon that has not started yet.
    init(_ keys: [String: MapValue] = [:]) {
        var map = ConfigurationMap(readOnly: .corosync)
        for resource in SystemResource.allCases {
            map.put(resource.key("state"), .string("stopped"))
            map.put(resource.key("poll_period"), .uint64(3000))
            map.put(resource.key("current"), resource.initialValue)
            map.put(resource.key("last_updated"), .uint64(0))
        }
        map.put(ResourceSettings.timeoutKey, .uint32(6))
        for (key, value) in keys { map.put(key, value) }
        self.map = ConfigurationMapService(localNode: NodeID(1), map: map)
    }

    mutating func start() { act { [now] services, map, asked in services.start(&map, at: now, into: &asked) } }

    mutating func set(_ key: String, _ value: MapValue) {
        act { _, map, asked in map.put(key, value, into: &asked) }
    }

    mutating func delete(_ key: String) { act { _, map, asked in _ = map.delete(key, into: &asked) } }

    func text(_ key: String) -> String? { map.map[key]?.text }

    /// Time passes.
    mutating func run(for duration: Duration) {
        let end = now + duration
        while let (timer, moment) = timers.min(by: { $0.value < $1.value }), moment <= end {
            now = max(now, moment)
            timers[timer] = nil
            act { [now] services, map, asked in _ = services.timerFired(timer, &map, at: now, into: &asked) }
        }
        now = end
    }

    /// Time passes, but not for the daemon: it was stopped, and wakes late.
    mutating func standStill(for duration: Duration) { now = now + duration }

    private mutating func act(
        _ work: (inout ResourceServices, inout ConfigurationMapService, inout [ServiceEffect]) -> Void
    ) {
        var asked: [ServiceEffect] = []
        work(&services, &map, &asked)
        var next = 0
        services.follow(&map, at: now, into: &asked)
        while next < asked.count {
            perform(asked[next], &asked)
            next += 1
            services.follow(&map, at: now, into: &asked)
        }
    }

    private mutating func perform(_ effect: ServiceEffect, _ asked: inout [ServiceEffect]) {
        switch effect {
        case .arm(let timer, let delay): timers[timer] = now + delay
        case .cancel(let timer): timers[timer] = nil
        case .report(let report): reports.append(report.text)
        case .daemon(.readSystem(let resource)):
            readingCount += 1
            services.read(resource, readings[resource], &map, at: now, into: &asked)
        case .daemon(.watchdog(let request)):
            if request == .ping { pings.append(now - beginning) } else { requests.append(request) }
            if let outcome = device(request) { services.received(outcome, &map, into: &asked) }
        default: break
        }
    }
}
