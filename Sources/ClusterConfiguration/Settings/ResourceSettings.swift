/// What a node watches of itself, so that a hardware watchdog can reset it: the section `resources` of corosync.conf(5).
///
/// - Source: wd.c and mon.c of corosync 3.1.7 for keys, defaults and ranges; cmap_keys(7).
package struct ResourceSettings: Sendable, Equatable {
    /// `watchdog_device`; `nil` when there is none, it is empty or `off`.
    package var watchdogDevice: String?

    /// `watchdog_timeout`: the machine is reset when it was not pinged for so long. In the file and the map in seconds.
    package static let watchdogTimeout: Duration = .seconds(6)
    package static let watchdogTimeouts: ClosedRange<Duration> = .seconds(2) ... .seconds(120)
    /// `poll_period`: how often a resource is looked at.
    package static let pollPeriods: ClosedRange<Duration> = .milliseconds(500) ... .seconds(120)

    package static let deviceKey = "resources.watchdog_device"
    package static let timeoutKey = "resources.watchdog_timeout"

    package init() {}

    /// Which device a value of `watchdog_device` means.
    package static func device(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text != "off" else { return nil }
        return text
    }
}

/// What the system monitors look at.
package enum SystemResource: String, Sendable, CaseIterable, Hashable {
    /// The share of memory and swap that is in use, in percent; what the page cache holds counts as free.
    case memoryUsed = "memory_used"
    /// The load average of the last 15 minutes.
    case load15Minutes = "load_15min"

    /// How often it is looked at, unless `poll_period` says otherwise.
    package static let pollPeriod: Duration = .seconds(3)

    /// A key of the configuration map: `max`, `poll_period`, `recovery`, `state`, `current` or `last_updated`.
    package func key(_ name: String) -> String { "resources.system.\(rawValue).\(name)" }

    /// What the map shows before it was looked at.
    package var initialValue: MapValue {
        switch self {
        case .memoryUsed: .int32(0)
        case .load15Minutes: .double(0)
        }
    }

    /// A reading as the map shows it.
    package func value(_ reading: Double) -> MapValue {
        switch self {
        case .memoryUsed: .uint32(UInt32(max(0, min(100, reading))))
        case .load15Minutes: .double(reading)
        }
    }

    /// The number that a value of `max` means: a number, or a text that begins with one; `nil` for others.
    package static func limit(_ value: MapValue?) -> Double? {
        guard let value else { return nil }
        if let number = value.integer { return Double(number) }
        if let number = value.floating { return number.isFinite ? number : nil }
        guard let text = value.text else { return nil }
        let digits = text.drop { $0 == " " }.prefix { $0.isASCII && ($0.isNumber || "+-.".contains($0)) }
        return Double(digits)
    }
}
