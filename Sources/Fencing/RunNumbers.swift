internal import Agents

/// Numbers the runs of a fencer.
struct RunNumbers: Sendable {
    private var last: UInt64 = 0

    mutating func next() -> AgentRunID {
        last += 1
        return AgentRunID(last)
    }
}
