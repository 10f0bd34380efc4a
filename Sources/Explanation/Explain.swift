package import Scheduler

/// What is asked about a resource.
package struct ExplanationRequest: Sendable, Equatable {
    /// The id of a resource of any kind, or of one instance (`web:0`).
    package var resource: String
    /// Only what is, or will be, on this node.
    package var node: String?
    /// Why the resource is not on this node, and what would bring it there.
    package var absentFrom: String?
    /// How many schedules the search for alterations may compute. Default 300; 0 leaves the search out.
    package var searchLimit: Int

    package init(_ resource: String, on node: String? = nil, absentFrom: String? = nil, searchLimit: Int = 300) {
        self.resource = resource
        self.node = node
        self.absentFrom = absentFrom
        self.searchLimit = searchLimit
    }
}

/// A question that cannot be answered, in words for the person who asked.
package struct ExplanationFailure: Error, Equatable, CustomStringConvertible {
    package var description: String
    /// The names that would have been known.
    package var known: [String]

    package init(_ description: String, known: [String] = []) {
        self.description = description
        self.known = known
    }
}

/// Says why a resource is where the schedule puts it, why not elsewhere, and what would change that.
///
/// A pure function of the document and time in `input`.
package func explain(_ request: ExplanationRequest, _ input: SchedulerInput) throws(ExplanationFailure) -> Explanation {
    let cluster = ExplainedCluster(input)
    let resources = cluster.ledger.resources(named: request.resource)
    guard !resources.isEmpty else {
        throw ExplanationFailure(
            "there is no resource \"\(request.resource)\"", known: cluster.ledger.resources.map(\.id))
    }
    var leaves = resources.flatMap { cluster.leaves(of: $0) }
    var wanted: Int?
    for name in [request.node, request.absentFrom].compactMap({ $0 }) {
        guard let node = cluster.node(named: name) else {
            throw ExplanationFailure("there is no node \"\(name)\"", known: cluster.ledger.nodes.map(\.name))
        }
        wanted = node
    }
    if request.node != nil, let node = wanted {
        leaves = leaves.filter { cluster.isOn($0, node) }
        guard !leaves.isEmpty else {
            throw ExplanationFailure(
                "\(request.resource) is not on \(cluster.ledger.nodes[node].name), and will not be: "
                    + "ask with --why-not \(cluster.ledger.nodes[node].name)")
        }
    }
    let subjects = leaves.map { Reasoning(cluster, $0).explained() }
    let goal: SearchGoal = request.absentFrom == nil ? .differs : wanted.map { .runs(on: $0) } ?? .differs
    let search =
        request.searchLimit > 0
        ? AlterationSearch(cluster, leaves, goal: goal, limit: request.searchLimit).run() : AlterationSearch.Result()
    return Explanation(
        resource: request.resource, absentFrom: request.absentFrom, subjects: subjects,
        alterations: search.alterations, combination: search.combination, neededPreference: search.neededPreference,
        triedCount: search.triedCount, remarks: cluster.remarks)
}

/// What happens to a node as a whole, and why: a sentence with full stop.
package struct NodeExplanation: Sendable, Equatable {
    package var node: String
    package var sentence: String
}

/// The nodes that are fenced or shut down, and those that cannot be fenced although they should.
package func explainNodes(_ input: SchedulerInput) -> [NodeExplanation] {
    let cluster = ExplainedCluster(input)
    return cluster.ledger.actions.compactMap { action in
        guard action.isRequired, let node = action.node else { return nil }
        let name = cluster.nodeName(node)
        let because = action.reason.map { ": \($0)" } ?? ""
        switch action.task {
        case "stonith" where action.detail == "on":
            return NodeExplanation(
                node: name, sentence: "is unfenced (the fence device lets it in again)\(because).")
        case "stonith" where action.isRunnable: return NodeExplanation(node: name, sentence: "is fenced\(because).")
        case "stonith":
            let obstacle = action.blockedBy.map { "\(cluster.ledger.actions[$0].task) cannot be done" }
            return NodeExplanation(
                node: name, sentence: "should be fenced\(because), but cannot\(obstacle.map { ": \($0)" } ?? "").")
        case "do_shutdown": return NodeExplanation(node: name, sentence: "shuts down, as it asked to.")
        default: return nil
        }
    }
}

/// Each resource that something happens to: what, and why.
package func explainChanges(_ input: SchedulerInput) -> [SubjectExplanation] {
    let cluster = ExplainedCluster(input)
    return cluster.ledger.topLevel.flatMap { cluster.leaves(of: $0) }.map { Reasoning(cluster, $0).explained() }
        .filter { $0.outcome.isChange || !$0.besides.isEmpty }
}
