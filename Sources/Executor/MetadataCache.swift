internal import Agents

/// What the agents that ran here said about themselves, and the results that wait for it.
struct MetadataCache: Sendable {
    private enum Entry: Sendable {
        case fetching
        case known(AgentMetadata)
        /// The agent gave none that can be read.
        case unavailable
    }

    private var entries: [AgentReference: Entry] = [:]
    private var held: [AgentReference: [OperationResult]] = [:]

    subscript(_ agent: AgentReference) -> AgentMetadata? {
        if case .known(let metadata) = entries[agent] { return metadata }
        return nil
    }

    /// Whether the meta-data should be read now: at the agent's first operation, and at starts when it failed before.
    func isWanted(for request: OperationRequest) -> Bool {
        switch entries[request.agent] {
        case nil: true
        case .unavailable: request.operation == "start"
        case .fetching, .known: false
        }
    }

    mutating func fetchBegan(_ agent: AgentReference) { entries[agent] = .fetching }

    /// Keeps a result until its agent's meta-data is there; false when it need not wait.
    mutating func hold(_ result: OperationResult) -> Bool {
        guard case .fetching = entries[result.request.agent] else { return false }
        held[result.request.agent, default: []].append(result)
        return true
    }

    /// Takes in the outcome of the run that printed meta-data, and gives back the results that waited for it.
    mutating func store(_ outcome: AgentOutcome, of agent: AgentReference) -> [OperationResult] {
        entries[agent] = .unavailable
        if outcome.ending == .exited(0), let metadata = try? AgentMetadata(parsing: outcome.output) {
            entries[agent] = .known(metadata)
        }
        return held.removeValue(forKey: agent) ?? []
    }
}
