package import ClusterTypes
package import Messaging

/// One line that a person or a script tells the simulator.
///
/// - Source: corosync-vqsim(8) and its `help`. `leave`, `wait`, `votes`, `expected` and `cancel-wait` are our own.
package enum VoteCommand: Sendable, Equatable {
    /// Some nodes in a partition: `[PARTITION:]NODE[,NODE …]`, where the partition is 0 when it is not said.
    package struct Place: Sendable, Equatable {
        package var partition: Int
        package var nodes: [NodeID]

        package init(_ partition: Int, _ nodes: [NodeID]) {
            self.partition = partition
            self.nodes = nodes
        }
    }

    case up([Place])
    case down([NodeID])
    case leave([NodeID])
    case move([Place])
    /// The first takes the nodes of the others.
    case join([Int])
    case autofence(Bool)
    /// Prints what nodes decide after each command (true), or as they decide.
    case sync(Bool)
    case device(Bool, [Place])
    case wait(Duration)
    case change(QuorumChange, on: NodeID)
    case show
    /// What concerns a simulator that has to wait: `timeout N`, `assert on|off`.
    case nothing
    case help
    case exit

    /// Reads a line; `nil` for an empty one and a comment.
    package init?(_ line: String) throws(VoteCommandFailure) {
        if line.hasPrefix("#") { return nil }
        let words = line.split(separator: " ").map(String.init)
        guard let name = words.first?.lowercased() else { return nil }
        let arguments = Array(words.dropFirst())
        switch name {
        case "up": self = .up(try arguments.map(Self.place))
        case "down": self = .down(try Self.nodes(arguments))
        case "leave": self = .leave(try Self.nodes(arguments))
        case "move", "split": self = .move(try Self.enough(arguments).map(Self.place))
        case "join":
            let partitions = try arguments.map(Self.partition)
            guard partitions.count > 1 else { throw VoteCommandFailure("join needs at least two partition numbers") }
            self = .join(partitions)
        case "autofence": self = .autofence(try Self.onOff(arguments, "autofence value must be 'on' or 'off'"))
        case "sync": self = .sync(try Self.onOff(arguments, "sync value must be 'on' or 'off'"))
        case "assert":
            _ = try Self.onOff(arguments, "assert value must be 'on' or 'off'")
            self = .nothing
        case "qdevice":
            self = .device(
                try Self.onOff(arguments, "qdevice should be 'on' or 'off'"),
                try arguments.dropFirst().map(Self.place))
        case "timeout":
            _ = try Self.milliseconds(arguments)
            self = .nothing
        case "wait": self = .wait(.milliseconds(try Self.milliseconds(arguments)))
        case "expected":
            let (node, votes) = try Self.nodeAndVotes(arguments)
            self = .change(.expectedVotes(votes), on: node)
        case "votes":
            let (node, votes) = try Self.nodeAndVotes(arguments)
            self = .change(.votes(node, votes), on: node)
        case "cancel-wait":
            guard let node = try Self.nodes(arguments).first else { throw .isIncomplete }
            self = .change(.cancelWaitForAll, on: node)
        case "show": self = .show
        case "exit", "quit", "q": self = .exit
        default: self = .help
        }
    }
}

// The words of a line.
extension VoteCommand {
    private static func enough(_ words: [String]) throws(VoteCommandFailure) -> [String] {
        if words.isEmpty { throw .isIncomplete }
        return words
    }

    private static func place(_ word: String) throws(VoteCommandFailure) -> Place {
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return Place(0, try nodes([word])) }
        return Place(try partition(parts[0]), try nodes([parts[1]]))
    }

    private static func nodes(_ words: [String]) throws(VoteCommandFailure) -> [NodeID] {
        var nodes: [NodeID] = []
        for word in words.flatMap({ $0.split(separator: ",") }) {
            guard let number = UInt32(word), number > 0 else {
                throw VoteCommandFailure("'\(word)' is no node id: 1 to \(UInt32.max)")
            }
            nodes.append(NodeID(number))
        }
        return nodes
    }

    private static func partition(_ word: String) throws(VoteCommandFailure) -> Int {
        guard let number = Int(word), (0..<VoteSimulation.partitionCount).contains(number) else {
            throw VoteCommandFailure("'\(word)' is no partition: 0 to \(VoteSimulation.partitionCount - 1)")
        }
        return number
    }

    private static func onOff(_ words: [String], _ complaint: String) throws(VoteCommandFailure) -> Bool {
        switch words.first?.lowercased() {
        case "on": return true
        case "off": return false
        default: throw VoteCommandFailure(complaint)
        }
    }

    private static func milliseconds(_ words: [String]) throws(VoteCommandFailure) -> UInt32 {
        guard let word = words.first else { throw .isIncomplete }
        guard let number = UInt32(word) else {
            throw VoteCommandFailure("'\(word)' is no number of milliseconds")
        }
        return number
    }

    private static func nodeAndVotes(_ words: [String]) throws(VoteCommandFailure) -> (NodeID, UInt32) {
        guard words.count > 1 else { throw .isIncomplete }
        guard let node = try nodes([words[0]]).first, let votes = UInt32(words[1]) else {
            throw VoteCommandFailure("'\(words[1])' is no number of votes")
        }
        return (node, votes)
    }
}

/// Why a line means nothing.
package struct VoteCommandFailure: Error, Sendable, Equatable {
    /// `nil` when words are missing: the help says which.
    package let text: String?

    init(_ text: String) { self.text = text }
    private init() { text = nil }

    static let isIncomplete = VoteCommandFailure()
}
