internal import ClusterTypes
internal import Messaging

extension SimulatedCluster {
    /// After the repair: agreement within the bound, then calm, then agreement still.
    func converge() {
        let start = now
        let bound = token * 12 + .seconds(2)
        while !isAgreed, now - start < bound { advance(to: now + .milliseconds(20)) }
        guard isAgreed else {
            violations.append(.init(.convergence, at: now, "\(bound) after the repair: \(disagreement)"))
            return
        }
        outcome.convergenceTime = now - start
        if hasManagers {
            settle()
            return
        }
        advance(to: now + .milliseconds(1000))
        isSending = false
        advance(to: now + token * 2)
        if !isAgreed {
            violations.append(.init(.convergence, at: now, "the agreement did not last: \(disagreement)"))
        }
        if !adversity.forgesPackets { checkGroups() }
    }

    /// Every node is in one ring of all, and quorate.
    var isAgreed: Bool {
        let all = nodes.map(\.id)
        let ring = quorumChecker.view(of: nodes[0].id)?.ring
        return nodes.allSatisfy { node in
            guard let view = quorumChecker.view(of: node.id), let own = node.messaging?.quorumView else { return false }
            return view.ring == ring && own.ring == ring && view.members == all && view.isQuorate
        }
    }

    private var disagreement: String {
        nodes.map { node in
            guard let view = node.messaging?.quorumView else { return "\(node.id) has no ring" }
            return "\(node.id) is in \(view.ring) with \(view.members)\(view.isQuorate ? "" : ", not quorate")"
        }.joined(separator: "; ")
    }

    /// When nobody joins, leaves or sends any more, all members of a group see the same members: those that are there.
    func checkGroups() {
        let clients = nodes.flatMap(\.clients).filter { !$0.isLeaving }
        for client in clients {
            let expected = clients.filter { $0.group == client.group }.map(\.member).sorted()
            let seen = orderChecker.members(seenBy: client.member) ?? []
            if seen != expected {
                violations.append(
                    .init(
                        .convergence, at: now, "\(client.member) sees \(seen) in \(client.group), where \(expected) are"
                    ))
            }
        }
    }
}
