internal import ClusterConfiguration
internal import ClusterTypes
internal import Messaging

/// What the monitors and the watchdog service want done, in order.
enum ResourceEffect: Sendable, Equatable {
    /// Set a key of the configuration map.
    case put(String, MapValue)
    case service(ServiceEffect)

    static func arm(_ timer: ServiceTimer, after delay: Duration) -> ResourceEffect {
        .service(.arm(timer, after: delay))
    }
    static func cancel(_ timer: ServiceTimer) -> ResourceEffect { .service(.cancel(timer)) }
    static func ask(_ request: DaemonRequest) -> ResourceEffect { .service(.daemon(request)) }
    static func report(_ level: MessagingReport.Level, _ text: String) -> ResourceEffect {
        .service(.report(MessagingReport(level, text)))
    }
}

/// What the watchdog service asks of the device.
package enum WatchdogRequest: Sendable, Equatable {
    /// From now on the machine is reset when it is not pinged for this long. Answered by an outcome.
    case open(path: String, timeout: Duration)
    /// Answered by an outcome.
    case setTimeout(Duration)
    case ping
    /// The machine is not reset any more. Answered by an outcome.
    case disarm
}

/// What came of a request.
package enum WatchdogOutcome: Sendable, Equatable {
    /// The device is open, and this timeout holds, whatever was asked for.
    case armed(timeout: Duration)
    /// There is no device, or it does not answer any more.
    case failed(String)
    case disarmed
}

/// The parts of `resources.TYPE.NAME.PROPERTY`, where TYPE is `process` or `system`.
struct ResourceKey: Equatable {
    /// With its last dot: `resources.process.123.`
    var prefix: String
    var property: String

    init?(_ key: String) {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "resources", parts[1] == "process" || parts[1] == "system",
            !parts[2].isEmpty
        else { return nil }
        prefix = parts[0...2].joined(separator: ".") + "."
        property = String(parts[3])
    }
}
