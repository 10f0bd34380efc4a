internal import CIB
package import ClusterTypes

/// One run of the program: where it writes, what it was told, and the cluster or file it works on.
package final class Session {
    /// The name the program was called by, for help texts: `lockstep` or `crm`.
    package let programName: String
    package let console: Console
    /// For look-ups only.
    package let environment: [String: String]
    package var options = GlobalOptions()
    package let facilities: Facilities
    /// The configuration being edited by a batch of commands; `nil` outside one.
    var draft: ConfigurationDraft?
    /// Whether changes of the configuration wait for `commit`.
    var isBatch = false
    private var openConnection: (any ClusterConnection)?
    /// What the running command has read, so that it looks at and changes one and the same document, read once.
    private var document: CIBDocument?

    /// Programs that are part of this one, such as `demo`.
    let hosted: [HostedProgram]

    package init(
        programName: String, console: Console, environment: [String: String] = [:], facilities: Facilities,
        hosted: [HostedProgram] = []
    ) {
        self.hosted = hosted
        self.programName = programName
        self.console = console
        self.environment = environment
        self.facilities = facilities
    }

    /// The cluster or file; opened at first use.
    package func connection() throws(CommandFailure) -> any ClusterConnection {
        if let openConnection { return openConnection }
        let connection = try facilities.connect(options)
        openConnection = connection
        return connection
    }

    /// The node directory asked for, `nil` for the system's own places.
    var root: String? { options.root ?? environment["LOCKSTEP_ROOT"] }
}

/// What a session needs from the world besides its console: replaced in tests.
package struct Facilities {
    /// Opens what the options name: a file, or the local API of a node.
    package var connect: (GlobalOptions) throws(CommandFailure) -> any ClusterConnection
    package var agents: any AgentSource
    package var now: () -> WallTime
    /// Waits before asking again.
    package var pause: (Duration) -> Void
    /// The name of this host.
    package var hostName: String
    /// Asks the daemon in a node's directory, or of this machine, about its messaging.
    package var observeMessaging: (_ root: String?) throws(CommandFailure) -> MessagingSnapshot
    /// Supervises a command until it is over; its exit status.
    package var supervise: (SupervisionOrder) -> Int32

    package init(
        connect: @escaping (GlobalOptions) throws(CommandFailure) -> any ClusterConnection,
        agents: any AgentSource, now: @escaping () -> WallTime, pause: @escaping (Duration) -> Void, hostName: String,
        observeMessaging: @escaping (String?) throws(CommandFailure) -> MessagingSnapshot = {
            _ throws(CommandFailure) in
            throw CommandFailure(.disconnected, "there is no messaging here")
        },
        supervise: @escaping (SupervisionOrder) -> Int32 = { _ in ExitCode.unavailable.rawValue }
    ) {
        self.connect = connect
        self.agents = agents
        self.now = now
        self.pause = pause
        self.hostName = hostName
        self.observeMessaging = observeMessaging
        self.supervise = supervise
    }
}

// MARK: - Changing the configuration

extension Session {
    /// The configuration as it is now, with uncommitted changes of a batch.
    func currentDraft() throws(CommandFailure) -> ConfigurationDraft {
        if let draft { return draft }
        return try presentDraft()
    }

    /// The configuration as it is now, without the changes of a batch.
    private func presentDraft() throws(CommandFailure) -> ConfigurationDraft {
        if let document { return ConfigurationDraft(document) }
        let read = try connection().document()
        document = read
        return ConfigurationDraft(read)
    }

    /// Reads the document again when it is next wanted: another command begins, or somebody has changed it.
    func forgetDocument() { document = nil }

    /// Makes a change of the configuration: at once, or in a batch as part of the draft.
    ///
    /// When somebody else changed the configuration meanwhile, the change is made again on the new one.
    func edit(
        checks: Bool = true, _ change: (inout ConfigurationDraft) throws(CommandFailure) -> Void
    ) throws(CommandFailure) {
        if isBatch {
            var edited = try currentDraft()
            try change(&edited)
            draft = edited
            return
        }
        for attempt in 1... {
            var edited = try presentDraft()
            try change(&edited)
            do {
                try commit(edited, checks: checks)
                return
            } catch {
                guard error.code == .outdated, attempt < 5 else { throw error }
                forgetDocument()
            }
        }
    }

    /// Brings a draft to the cluster, after checking it; waits when the options say so.
    func commit(_ draft: ConfigurationDraft, checks: Bool = true) throws(CommandFailure) {
        guard draft.isChanged else { return }
        if checks { try check(draft) }
        let plan = draft.plan
        forgetDocument()
        _ = try connection().change(
            plan.operations, expecting: plan.needsSameVersion ? draft.base.version : nil)
        try settle()
    }

    /// Refuses a draft with errors, unless forced; shows warnings about what the draft changed.
    func check(_ draft: ConfigurationDraft) throws(CommandFailure) {
        let edited: CIBDocument
        do { edited = try CIBDocument(draft.edited) } catch { throw CommandFailure(error) }
        // What was wrong before is not the fault of this change.
        let known = Set(draft.base.verify().map { $0.message })
        var errors: [String] = []
        for problem in edited.verify() where !known.contains(problem.message) {
            switch problem.severity {
            case .warning: console.warning(problem.message)
            // What concerns no element is about the cluster as a whole, which people build up line by line: fencing
            // that is still to come.
            case .error where problem.elementID == nil && problem.line == 0: console.warning(problem.message)
            case .error: errors.append(problem.message)
            }
        }
        errors += agentProblems(of: draft)
        guard !errors.isEmpty else { return }
        if options.forces {
            for error in errors { console.warning(error) }
            return
        }
        if console.isTerminal {
            for error in errors { console.error(error) }
            console.write("Do you want to commit it all the same? (y/n) ")
            if ["y", "yes"].contains(console.readLine()?.lowercased()) { return }
            throw CommandFailure(.configuration, "nothing was changed")
        }
        throw CommandFailure(
            .configuration, errors.joined(separator: "\n"),
            advice: "Nothing was changed. To do it in spite of this, repeat with --force.")
    }
}
