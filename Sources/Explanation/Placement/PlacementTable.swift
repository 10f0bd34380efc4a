package import ClusterTypes
package import JSONText
package import Scheduler

/// Which node each resource gets, and what every node is worth to it.
package struct PlacementTable: Sendable {
    package struct Node: Sendable, Equatable {
        package var name: String
        /// What keeps it from running anything: `offline`, `standby` …; `nil` when nothing does.
        package var state: String?
    }

    package struct Row: Sendable, Equatable {
        package var resource: String
        /// The group, clone or bundle that it is in, outermost.
        package var whole: String?
        /// The positions of nodes in the table.
        package var chosen: Int?
        package var active: [Int]
        package var isPromoted: Bool
        package var outcome: Outcome
        /// A score for each node; `nil` where the node was not considered.
        package var scores: [Score?]
    }

    package var nodes: [Node]
    package var rows: [Row]

    /// - Parameter resource: only this resource and what is in it; `nil` for all.
    package init(_ input: SchedulerInput, resource: String? = nil) throws(ExplanationFailure) {
        let cluster = ExplainedCluster(input)
        let ledger = cluster.ledger
        var roots = ledger.topLevel
        if let resource {
            roots = ledger.resources(named: resource)
            guard !roots.isEmpty else {
                throw ExplanationFailure("there is no resource \"\(resource)\"", known: ledger.resources.map(\.id))
            }
        }
        let leaves = roots.flatMap { cluster.leaves(of: $0) }.filter { index in
            // Spare instances of anonymous clones, which run nowhere, say nothing.
            let entry = ledger.resources[index]
            let isSpare = entry.parent != nil && entry.assigned == nil && entry.activeNodes.isEmpty
            let isClone = cluster.lineage(index).contains { ledger.resources[$0].kind == .clone }
            return !(isSpare && isClone && !entry.state.contains(.unique))
        }
        let shown = ledger.nodeOrder.filter { node in
            ledger.nodes[node].host == nil || leaves.contains { cluster.isOn($0, node) }
        }
        nodes = shown.map { node in
            let state = ledger.nodes[node].state
            let text =
                state.contains(.unclean)
                ? "unclean"
                : !state.contains(.online)
                    ? "offline"
                    : state.contains(.pending)
                        ? "pending"
                        : state.contains(.standby)
                            ? "standby"
                            : state.contains(.shutdown)
                                ? "shutting down" : state.contains(.maintenance) ? "maintenance" : nil
            return Node(name: ledger.nodes[node].name, state: text)
        }
        rows = leaves.map { index in
            let entry = ledger.resources[index]
            let reasoning = Reasoning(cluster, index)
            let whole = cluster.lineage(index).last.flatMap { $0 == index ? nil : cluster.name($0) }
            let outcome = reasoning.outcome
            // What stops does not get to the place that it would have.
            let goal = outcome == .stops ? nil : entry.assigned
            return Row(
                resource: entry.id, whole: whole, chosen: goal.flatMap { shown.firstIndex(of: $0) },
                active: entry.activeNodes.compactMap { shown.firstIndex(of: $0) },
                isPromoted: goal != nil && entry.nextRole == .promoted, outcome: outcome,
                scores: shown.map { reasoning.score($0) })
        }
    }

    package var json: JSON {
        .object([
            "nodes": .array(nodes.map { .object(["name": .string($0.name), "state": $0.state.map(JSON.string)]) }),
            "resources": .array(
                rows.map { row in
                    .object([
                        "resource": .string(row.resource), "in": row.whole.map(JSON.string),
                        "node": row.chosen.map { .string(nodes[$0].name) } ?? .null,
                        "active": .array(row.active.map { .string(nodes[$0].name) }),
                        "promoted": row.isPromoted ? .bool(true) : nil, "outcome": .string(row.outcome.rawValue),
                        "scores": .object(
                            zip(nodes, row.scores).map { JSON.Member($0.name, $1.map(JSON.init) ?? .null) }),
                    ])
                }),
        ])
    }

    /// A cell as people read it: the score, marked when the resource is there now (·) or will be (→).
    func cell(_ row: Row, _ node: Int) -> String {
        let score = row.scores[node].map(Self.short) ?? "–"
        return row.chosen == node ? "→ " + score : row.active.contains(node) ? "· " + score : score
    }

    static func short(_ score: Score) -> String {
        score.isInfinite ? "∞" : score.isMinusInfinite ? "-∞" : score.description
    }
}
