internal import ClusterTypes

// Section `resources`: the watchdog, and what the node watches of itself.
extension SettingsReader {
    mutating func readResources(_ section: ConfigurationSection) -> ResourceSettings {
        var reader = SectionReader(section, file: file)
        var settings = ResourceSettings()
        settings.watchdogDevice = ResourceSettings.device(reader.text("watchdog_device"))
        if let device = settings.watchdogDevice, !device.hasPrefix("/") {
            reader.report(
                .error, at: reader.line(of: "watchdog_device"),
                "watchdog_device must be an absolute path or off, not '\(device)'")
        }
        let limits = ResourceSettings.watchdogTimeouts
        if let seconds = reader.integer("watchdog_timeout", in: 0...Int(UInt32.max)),
            !limits.contains(.seconds(seconds))
        {
            reader.report(
                .warning, at: reader.line(of: "watchdog_timeout"),
                "watchdog_timeout \(seconds) has no effect: it is in seconds, from \(limits.lowerBound.milliseconds / 1000) "
                    + "to \(limits.upperBound.milliseconds / 1000); "
                    + "\(ResourceSettings.watchdogTimeout.milliseconds / 1000) holds")
        }
        problems += reader.finish(subsections: ["system"])
        for system in section.sections(named: "system") { readSystemResources(system, settings) }
        return settings
    }

    private mutating func readSystemResources(_ section: ConfigurationSection, _ settings: ResourceSettings) {
        var reader = SectionReader(section, file: file)
        problems += reader.finish(subsections: SystemResource.allCases.map(\.rawValue))
        for resource in SystemResource.allCases {
            for monitor in section.sections(named: resource.rawValue) { readMonitor(monitor, settings) }
        }
    }

    private mutating func readMonitor(_ section: ConfigurationSection, _ settings: ResourceSettings) {
        var reader = SectionReader(section, file: file)
        if let limit = reader.text("max"), SystemResource.limit(.string(limit)) == nil {
            reader.report(.error, at: reader.line(of: "max"), "max must be a number, not '\(limit)'")
        }
        let periods = ResourceSettings.pollPeriods
        if let period = reader.milliseconds("poll_period", in: 0...Int(Int32.max)), !periods.contains(period) {
            reader.report(
                .warning, at: reader.line(of: "poll_period"),
                "poll_period \(period.milliseconds) has no effect: it is from \(periods.lowerBound.milliseconds) to "
                    + "\(periods.upperBound.milliseconds); \(SystemResource.pollPeriod.milliseconds) holds")
        }
        switch reader.text("recovery") {
        case nil, "none": break
        case "watchdog":
            if settings.watchdogDevice == nil {
                reader.report(
                    .warning, at: reader.line(of: "recovery"), "recovery by the watchdog needs a watchdog_device")
            }
        case let other?:
            reader.report(
                .warning, at: reader.line(of: "recovery"),
                "recovery '\(other)' has no effect: there are none and watchdog")
        }
        problems += reader.finish()
    }
}
