package import ClusterTypes

/// The settings of a cluster: corosync.conf(5) as typed values.
package struct ClusterSettings: Sendable, Equatable {
    /// Where the settings come from, for messages.
    package var file: String
    package var totem = TotemSettings()
    /// In ascending order of the node id.
    package var nodes: [ConfiguredNode] = []
    package var quorum = QuorumSettings()
    package var logging = LoggingSettings()
    package var system = SystemSettings()
    package var resources = ResourceSettings()
    package var lockstep = LockstepSettings()

    package init(file: String) { self.file = file }

    /// Reads and checks the text of a corosync.conf(5).
    ///
    /// - Parameters:
    ///   - file: its name, for messages only.
    ///   - changes: what holds instead of what the file says.
    /// - Returns: the settings, and warnings in the order of the lines.
    /// - Throws: all problems, warnings included, when at least one is an error.
    package static func parse(
        _ text: String, file: String, changes: LiveChanges = LiveChanges()
    ) throws(ConfigurationFailure) -> (settings: ClusterSettings, warnings: [ConfigurationProblem]) {
        var problems: [ConfigurationProblem] = []
        var document = ConfigurationSection.parse(text, file: file, problems: &problems)
        document.apply(changes)
        var reader = SettingsReader(file: file, problems: problems)
        let settings = reader.read(document)
        problems = reader.problems.sorted { $0.line < $1.line }
        if problems.contains(where: { $0.severity == .error }) { throw ConfigurationFailure(problems: problems) }
        return (settings, problems)
    }

    /// Reads a file of the folder `uidgid.d` beside corosync.conf(5), and lets those in whom it names.
    ///
    /// - Returns: warnings in the order of the lines.
    /// - Throws: all problems when at least one is an error; nobody was added then.
    package mutating func admit(
        _ text: String, file: String
    ) throws(ConfigurationFailure) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        let document = ConfigurationSection.parse(text, file: file, problems: &problems)
        var reader = SettingsReader(file: file, problems: problems)
        var admitted = self
        reader.readAllowed(document, into: &admitted)
        problems = reader.problems.sorted { $0.line < $1.line }
        if problems.contains(where: { $0.severity == .error }) { throw ConfigurationFailure(problems: problems) }
        self = admitted
        return problems
    }

    /// The token timeout that holds for this number of nodes.
    package var effectiveToken: Duration { totem.effectiveToken(nodeCount: nodes.count) }

    /// The votes of all nodes together, or `expected_votes`.
    package var expectedVotes: Int { quorum.expectedVotes ?? nodes.reduce(0) { $0 + $1.votes } }

    package func node(named name: String) -> ConfiguredNode? { nodes.first { $0.name == name } }
    package func node(_ id: NodeID) -> ConfiguredNode? { nodes.first { $0.id == id } }

    /// The settings of every link that some node has an address on, in ascending order.
    package var links: [LinkSettings] {
        let used = Set(nodes.flatMap { $0.addresses.map(\.link) }).sorted()
        return used.map { number in totem.links.first { $0.number == number } ?? LinkSettings(number: number) }
    }
}
