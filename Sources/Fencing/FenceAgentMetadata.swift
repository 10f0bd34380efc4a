internal import Agents

/// What fence agents said about themselves.
struct FenceAgentMetadata: Sendable {
    private enum Entry: Sendable {
        case fetching(AgentRunID)
        case known(AgentMetadata)
        case unavailable
    }

    private var entries: [String: Entry] = [:]

    subscript(_ agent: String) -> AgentMetadata? {
        if case .known(let metadata) = entries[agent] { return metadata }
        return nil
    }

    func isUnknown(_ agent: String) -> Bool {
        switch entries[agent] {
        case nil, .unavailable: true
        case .fetching, .known: false
        }
    }

    /// Whether there is nothing to wait for any more.
    func isSettled(_ agent: String) -> Bool {
        if case .fetching = entries[agent] { return false }
        return true
    }

    mutating func fetchBegan(_ agent: String, _ run: AgentRunID) { entries[agent] = .fetching(run) }

    mutating func giveUp(_ agent: String) { entries[agent] = .unavailable }

    /// Takes in the outcome of a run that read meta-data; the agent it was of, nil when the run was for something else.
    mutating func store(_ outcome: AgentOutcome, of run: AgentRunID) -> String? {
        let agent = entries.first { entry in
            if case .fetching(run) = entry.value { return true }
            return false
        }?.key
        guard let agent else { return nil }
        entries[agent] = .unavailable
        if outcome.ending == .exited(0), let metadata = try? AgentMetadata(parsing: outcome.output) {
            entries[agent] = .known(metadata)
        }
        return agent
    }
}
