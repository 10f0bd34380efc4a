extension SettingsReader {
    mutating func readLogging(_ section: ConfigurationSection) -> LoggingSettings {
        var reader = SectionReader(section, file: file)
        var settings = LoggingSettings()
        settings.toStandardError = reader.flag("to_stderr") ?? settings.toStandardError
        settings.toSyslog = reader.flag("to_syslog") ?? settings.toSyslog
        settings.toLogFile = reader.flag("to_logfile") ?? settings.toLogFile
        settings.logFile = reader.text("logfile")
        settings.syslogFacility = reader.choice("syslog_facility", of: LoggingSettings.SyslogFacility.self) ?? .daemon
        settings.syslogPriority = reader.choice("syslog_priority", of: LoggingSettings.Priority.self) ?? .info
        settings.logFilePriority = reader.choice("logfile_priority", of: LoggingSettings.Priority.self) ?? .info
        settings.debug = reader.choice("debug", of: LoggingSettings.Debug.self) ?? .off
        settings.timestamp = reader.choice("timestamp", of: LoggingSettings.Timestamp.self) ?? .highResolution
        for key in ["fileline", "function_name"] where reader.flag(key) == true {
            reader.report(.warning, at: reader.line(of: key), "\(key) has no effect: lines name no place in the source")
        }
        if reader.flag("blackbox") == true {
            reader.report(
                .warning, at: reader.line(of: "blackbox"), "blackbox has no effect: there is no flight recorder")
        }
        for nested in section.sections(named: "logger_subsys") {
            var part = SectionReader(nested, file: file)
            let name = part.text("subsys")
            let debug = part.choice("debug", of: LoggingSettings.Debug.self) ?? .off
            part.ignore(
                [
                    "to_stderr", "to_syslog", "to_logfile", "logfile", "logfile_priority", "syslog_facility",
                    "syslog_priority",
                ], because: "all parts write to the same places")
            if let name {
                settings.parts.append(.init(name: name, debug: debug))
            } else {
                part.report(.error, at: nested.line, "expected 'subsys: NAME' in section 'logger_subsys', found none")
            }
            problems += part.finish()
        }
        problems += reader.finish(subsections: ["logger_subsys", "logging_daemon"])
        return settings
    }
}
