internal import ClusterTypes

/// What a node believes while a new ring is being formed: who takes part, who failed, and who is known to believe the same.
///
/// - Source: Amir et al. 1995, section 5.2, figure "join"; a join message of a leaving node is Corosync's addition.
struct Gathering: Sendable, Equatable {
    enum JoinOutcome: Sendable, Equatable {
        /// The sender believes what this node believes.
        case agrees
        /// The sender knows less than this node, or counts as failed.
        case nothingNew
        /// This node learned something, and must say so.
        case changed
    }

    private(set) var processors: NodeSet
    private(set) var failed = NodeSet()
    /// Why they count as failed, in the order in which it was learned.
    private(set) var departures: [Departure] = []
    private var agreeing = NodeSet()
    /// Those whose joins arrived while this ring was being formed.
    private(set) var heard = NodeSet()
    /// Set when this node cannot receive what the others send: it will go on alone.
    private(set) var isOnlyForItself = false

    init(processors: NodeSet) { self.processors = processors }

    /// The members of the new ring, as far as this node knows.
    var candidates: NodeSet { processors.subtracting(failed) }

    /// Every candidate is known to have the same lists.
    var isAgreed: Bool { candidates.isSubset(of: agreeing) }

    /// The processors that have not said that they agree.
    var silent: NodeSet { processors.subtracting(agreeing) }

    mutating func restartAgreement(of node: NodeID) {
        agreeing = NodeSet([node])
    }

    mutating func add(_ node: NodeID) { processors.insert(node) }

    mutating func fail(_ nodes: NodeSet, _ cause: DepartureCause) {
        learn(nodes.intersection(processors), cause)
    }

    private mutating func learn(_ nodes: NodeSet, _ cause: DepartureCause) {
        let news = nodes.subtracting(failed)
        failed = failed.union(news)
        departures += news.nodes.map { Departure($0, cause) }
    }

    /// This node gives itself up: the others go on without it.
    mutating func failSelf(_ node: NodeID) {
        isOnlyForItself = true
        failed.insert(node)
    }

    /// Merges what a join message says.
    ///
    /// - Parameter members: the installed ring; only its nodes are believed about others' failures.
    mutating func apply(_ join: JoinMessage, node: NodeID, members: NodeSet) -> JoinOutcome {
        heard.insert(join.sender)
        if matches(join) {
            if !join.isLeave { agreeing.insert(join.sender) }
            return .agrees
        }
        if knows(join) { return .nothingNew }
        if failed.contains(join.sender) { return .nothingNew }
        let before = (processors, failed)
        processors = processors.union(join.processors)
        if join.failed.contains(node) {
            learn(NodeSet([join.sender]), .rejectsThisNode)
        } else if members.contains(join.sender) {
            for each in join.failed.nodes {
                learn(NodeSet([each]), each == join.sender ? .leftItself : .reported(by: join.sender))
            }
        }
        // Two nodes that cannot believe each other must not answer each other for ever: the consensus timeout decides.
        return before == (processors, failed) ? .nothingNew : .changed
    }

    /// Counts the sender as agreeing when its message says exactly what this node now believes.
    mutating func noteAgreement(of join: JoinMessage) {
        if !join.isLeave, matches(join) { agreeing.insert(join.sender) }
    }

    /// The message says nothing that this node does not believe already.
    func knows(_ join: JoinMessage) -> Bool {
        join.processors.isSubset(of: processors) && join.failed.isSubset(of: failed)
    }

    private func matches(_ join: JoinMessage) -> Bool { join.processors == processors && join.failed == failed }
}
