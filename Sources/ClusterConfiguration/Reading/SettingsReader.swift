internal import ClusterTypes

/// Turns the sections of a corosync.conf(5) into settings, collecting every problem on the way.
struct SettingsReader {
    let file: String
    var problems: [ConfigurationProblem]

    init(file: String, problems: [ConfigurationProblem]) {
        self.file = file
        self.problems = problems
    }

    static let topLevel = [
        "totem", "nodelist", "quorum", "logging", "lockstep", "uidgid", "system", "resources", "nozzle", "qb",
    ]

    mutating func read(_ document: ConfigurationSection) -> ClusterSettings {
        var settings = ClusterSettings(file: file)
        var top = SectionReader(document, file: file)
        problems += top.finish(subsections: Self.topLevel)
        if let lockstep = single("lockstep", in: document) { settings.lockstep = readLockstep(lockstep) }
        let isCorosyncs = settings.lockstep.messaging == .corosync
        let ownProblems = problems
        let totem = single("totem", in: document, isRequired: true)
        if let totem { settings.totem = readTotem(totem) }
        if isCorosyncs { problems = ownProblems }
        if let nodelist = single("nodelist", in: document, isRequired: true) { settings.nodes = readNodes(nodelist) }
        let problemsWithoutQuorum = problems
        if let quorum = single("quorum", in: document) { settings.quorum = readQuorum(quorum) }
        // What a corosync daemon reads is its affair: it may know a transport or a quorum device that is unknown here.
        if isCorosyncs { problems = problemsWithoutQuorum }
        if let logging = single("logging", in: document) { settings.logging = readLogging(logging) }
        for section in document.sections(named: "uidgid") { readAllowed(section, into: &settings.lockstep) }
        if !isCorosyncs { readIgnored(document) }
        if let system = single("system", in: document) {
            let problemsWithoutSystem = problems
            settings.system = readSystem(system)
            if isCorosyncs { problems = problemsWithoutSystem }
        }
        if !isCorosyncs, let resources = single("resources", in: document) {
            settings.resources = readResources(resources)
        }
        checkNodes(settings)
        if let totem, !isCorosyncs { checkTimeouts(settings, in: totem) }
        if !isCorosyncs { checkQuorum(&settings, line: document.sections(named: "quorum").last?.line ?? 0) }
        return settings
    }

    mutating func report(_ severity: ConfigurationProblem.Severity, _ line: Int, _ message: String) {
        problems.append(.init(severity, file: file, line: line, message))
    }

    /// The one section of this name: repeated sections are merged, as in corosync, the later entries winning.
    private mutating func single(
        _ name: String, in document: ConfigurationSection, isRequired: Bool = false
    ) -> ConfigurationSection? {
        let all = document.sections(named: name)
        guard var merged = all.first else {
            if isRequired { report(.error, 0, "expected a section '\(name) { … }', found none") }
            return nil
        }
        for further in all.dropFirst() {
            merged.entries += further.entries
            merged.sections += further.sections
        }
        return merged
    }

    private mutating func readLockstep(_ section: ConfigurationSection) -> LockstepSettings {
        var reader = SectionReader(section, file: file)
        var settings = LockstepSettings()
        settings.localNodeName = reader.text("node")
        settings.ocfRoot = absolutePath(reader.text("ocf_root"), "ocf_root", &reader) ?? settings.ocfRoot
        if let directories = reader.text("fence_agents") {
            settings.fenceAgentDirectories = directories.split(separator: ":").compactMap {
                absolutePath(String($0), "fence_agents", &reader)
            }
        }
        settings.group = reader.text("group") ?? settings.group
        settings.messaging = reader.choice("messaging", of: LockstepSettings.Messaging.self) ?? .builtIn
        settings.runsResourceManager =
            reader.choice("resource_manager", of: ResourceManagerChoice.self) != ResourceManagerChoice.none
        problems += reader.finish()
        return settings
    }

    private enum ResourceManagerChoice: String, CaseIterable { case lockstep, none }

    private func absolutePath(_ path: String?, _ key: String, _ reader: inout SectionReader) -> String? {
        guard let path else { return nil }
        if path.hasPrefix("/") { return path }
        reader.report(.error, at: reader.line(of: key), "\(key) must be an absolute path, not '\(path)'")
        return nil
    }

    /// Adds the `uidgid` sections of a file of their own to the settings; such a file has nothing else.
    mutating func readAllowed(_ document: ConfigurationSection, into settings: inout ClusterSettings) {
        var top = SectionReader(document, file: file)
        problems += top.finish(subsections: ["uidgid"])
        for section in document.sections(named: "uidgid") { readAllowed(section, into: &settings.lockstep) }
    }

    private mutating func readAllowed(_ section: ConfigurationSection, into settings: inout LockstepSettings) {
        var reader = SectionReader(section, file: file)
        if let user = reader.text("uid") { settings.allowedUsers.append(user) }
        if let group = reader.text("gid") { settings.allowedGroups.append(group) }
        problems += reader.finish()
    }

    private mutating func readSystem(_ section: ConfigurationSection) -> SystemSettings {
        var reader = SectionReader(section, file: file)
        var settings = SystemSettings()
        settings.usesRealTime = reader.flag("sched_rr") ?? settings.usesRealTime
        if let text = reader.text("priority") {
            if let priority = SystemSettings.Priority(text) {
                settings.priority = priority
            } else {
                reader.report(
                    .error, at: reader.line(of: "priority"),
                    "priority must be max, min or a nice value from -20 to 19, not '\(text)'")
            }
        }
        if let kind = reader.choice("qb_ipc_type", of: IPCKind.self), kind == .socket {
            reader.report(
                .warning, at: reader.line(of: "qb_ipc_type"),
                "qb_ipc_type has no effect: programs are served through shared memory")
        }
        reader.ignore(["move_to_root_cgroup"], because: "real-time priority is taken where the system permits it")
        reader.ignore(
            ["allow_knet_handle_fallback"], because: "a handle without privileges is always tried when needed")
        reader.ignore(
            ["state_dir", "run_dir"], because: "state is in var/lib/lockstep and sockets in run, see lockstepd --root")
        problems += reader.finish()
        return settings
    }

    private enum IPCKind: String, CaseIterable { case native, shm, socket }

    /// Sections of corosync.conf(5) that mean nothing here, with the reason.
    private mutating func readIgnored(_ document: ConfigurationSection) {
        let reasons = [
            ("nozzle", "Lockstep makes no virtual network interface"),
            ("qb", "the kind of IPC is fixed"),
        ]
        for (name, reason) in reasons {
            for section in document.sections(named: name) {
                report(.warning, section.line, "section '\(name)' has no effect: \(reason)")
            }
        }
    }
}
