internal import ClusterTypes
internal import Messaging

// A bad network on which nothing else happens: every change of the ring is a false alarm.
extension SimulatedCluster {
    /// Waits for one ring of all, then for an hour of false alarms.
    func endure() {
        isBreaking = false
        network.conditions = .wideArea(lossPercent: options.lossPercent)
        let bound = token * 30
        while !isAgreed, now < .origin + bound { advance(to: now + .milliseconds(20)) }
        guard isAgreed else {
            violations.append(.init(.convergence, at: now, "no ring of all nodes after \(bound)"))
            return
        }
        outcome.convergenceTime = now - .origin
        enduredRing = quorumChecker.view(of: nodes[0].id)?.ring
        if options.sabotage == .suspendNode { nodes[0].pausedUntil = now + token * 3 }
        advance(to: now + faultTime)
        isSending = false
        advance(to: now + token * 4)
        checkGroups()
    }

    /// Every node lives: whoever installs another ring has taken one for dead.
    func note(_ view: QuorumView, on node: NodeID) {
        guard let enduredRing, view.ring != enduredRing else { return }
        violations.append(
            .init(.noFalseAlarm, at: now, "\(node) is in ring \(view.ring) of \(view.members), not in \(enduredRing)"))
    }
}
