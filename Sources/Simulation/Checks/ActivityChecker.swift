internal import ClusterTypes

/// Watches where resources run in the simulated reality, which the cluster knows only through its agents.
struct ActivityChecker {
    /// The node that started the resource last and has neither stopped it nor been fenced since.
    private var holders: [String: NodeID] = [:]
    private(set) var violations: [Violation] = []
    private(set) var startCount = 0

    mutating func startBegan(
        _ resource: String, on node: NodeID, machines: [(id: NodeID, active: [String])], at time: Instant
    ) {
        startCount += 1
        for machine in machines where machine.id != node && machine.active.contains(resource) {
            violations.append(
                .init(.oneActive, at: time, "\(resource) is started on \(node) while it runs on \(machine.id)"))
        }
        if let holder = holders[resource], holder != node {
            violations.append(
                .init(
                    .fencingFirst, at: time,
                    "\(resource) is started on \(node), but \(holder) had it and is neither known to have stopped it nor fenced"
                ))
        }
        holders[resource] = node
    }

    mutating func stopped(_ resource: String, on node: NodeID) { release(resource, from: node) }

    /// An agent was asked and found the resource not running.
    mutating func foundInactive(_ resource: String, on node: NodeID) { release(resource, from: node) }

    mutating func fenced(_ node: NodeID) {
        for (resource, holder) in holders where holder == node { holders[resource] = nil }
    }

    private mutating func release(_ resource: String, from node: NodeID) {
        if holders[resource] == node { holders[resource] = nil }
    }
}
