internal import ClusterTypes

// What the map says of the section `resources`, where that can be used.
extension ConfigurationMap {
    /// `resources.watchdog_timeout`: seconds, type u32; `nil` when it is missing or out of range.
    package var watchdogTimeout: Duration? {
        guard let value = self[ResourceSettings.timeoutKey], value.kind == .uint32, let seconds = value.integer else {
            return nil
        }
        let timeout = Duration.seconds(seconds)
        return ResourceSettings.watchdogTimeouts.contains(timeout) ? timeout : nil
    }

    /// A `poll_period`: a number of milliseconds, or a text that is one; `nil` when it is missing or out of range.
    package func pollPeriod(_ key: String) -> Duration? {
        guard let value = self[key], let number = value.integer ?? value.text.flatMap({ Int64($0) }),
            let milliseconds = Int32(exactly: number)
        else { return nil }
        let period = Duration.milliseconds(milliseconds)
        return ResourceSettings.pollPeriods.contains(period) ? period : nil
    }

    /// Sets what holds where the file has no value for a resource, or one that cannot be used.
    mutating func putResourceDefaults() {
        if watchdogTimeout == nil {
            let seconds = ResourceSettings.watchdogTimeout.milliseconds / 1000
            put(ResourceSettings.timeoutKey, .uint32(UInt32(clamping: seconds)))
        }
        for resource in SystemResource.allCases where pollPeriod(resource.key("poll_period")) == nil {
            let milliseconds = SystemResource.pollPeriod.milliseconds
            put(resource.key("poll_period"), .uint64(UInt64(clamping: milliseconds)))
        }
    }
}
