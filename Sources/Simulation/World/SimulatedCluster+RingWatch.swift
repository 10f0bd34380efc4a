internal import ClusterTypes
internal import Messaging
internal import Totem

/// Between the ring of a node and the checker: what a lie keeps back.
struct RingWatch {
    var heldBack: RingObservation?
    /// Deliveries after which it is handed on.
    var patience = 0
}

// What the ring of each node does is shown to its checker, and lied about once when asked to.
extension SimulatedCluster {
    func watchRing(_ node: Int) {
        let seen = nodes[node].messaging?.takeObservations() ?? []
        for observation in seen { show(observation, of: node) }
    }

    private func tell(_ observation: RingObservation, of node: Int) {
        ringChecker.observed(observation, on: nodes[node].id, at: now)
    }

    private func show(_ observation: RingObservation, of node: Int) {
        guard options.sabotage != nil, now > .origin + faultTime / 3 else { return tell(observation, of: node) }
        switch observation {
        case .sent(let digest, _, let lane):
            let isPromised = options.sabotage == .promiseSafety && isProbing
            tell(isPromised ? .sent(digest: digest, .safe, lane) : observation, of: node)
        case .delivered(_, let sender): showDelivery(observation, from: sender, of: node)
        case .configurationChanged(let change): showChange(change, of: node)
        }
    }

    private func showDelivery(_ observation: RingObservation, from sender: NodeID, of node: Int) {
        if nodes[node].ringWatch.heldBack != nil {
            if options.sabotage == .shortenRing {
                // One message late all the time, so that the last one of a ring is there to be lost.
                release(node)
                nodes[node].ringWatch.heldBack = observation
                return
            }
            tell(observation, of: node)
            nodes[node].ringWatch.patience -= 1
            if nodes[node].ringWatch.patience <= 0 { release(node) }
            return
        }
        let isOwn = sender == nodes[node].id
        guard sabotageIsDue else { return tell(observation, of: node) }
        switch options.sabotage {
        case .forgeDelivery:
            sabotageIsDue = false
            tell(.delivered(digest: 0, from: sender), of: node)
        case .hideOwnMessage where isOwn:
            sabotageIsDue = false
            return
        case .swapRingDeliveries where !isOwn:
            sabotageIsDue = false
            nodes[node].ringWatch = RingWatch(heldBack: observation, patience: 1)
            return
        case .delayCause where !isOwn:
            sabotageIsDue = false
            nodes[node].ringWatch = RingWatch(heldBack: observation, patience: 40)
            return
        case .shortenRing where node == 0:
            nodes[node].ringWatch.heldBack = observation
            return
        default: break
        }
        tell(observation, of: node)
    }

    private func showChange(_ change: RingConfiguration, of node: Int) {
        if options.sabotage == .shortenRing, sabotageIsDue, change.members.count > 1 {
            if nodes[node].ringWatch.heldBack != nil { sabotageIsDue = false }
            nodes[node].ringWatch.heldBack = nil
        }
        release(node)
        var shown = change
        if sabotageIsDue {
            switch (options.sabotage, change.kind) {
            case (.skipTransitional, .transitional):
                sabotageIsDue = false
                return
            case (.hideMember, .regular) where change.members.count > 1:
                sabotageIsDue = false
                shown.members.removeAll { $0 == change.members.last { $0 != nodes[node].id } }
            default: break
            }
        }
        tell(.configurationChanged(shown), of: node)
    }

    private func release(_ node: Int) {
        guard let held = nodes[node].ringWatch.heldBack else { return }
        nodes[node].ringWatch.heldBack = nil
        tell(held, of: node)
    }

    /// A message for the checker only, to be delivered as soon as it is safe.
    func sendProbe(_ node: Int) {
        let payload = NumberedMessage(id: nextMessageID, size: 8).payload
        nextMessageID += 1
        isProbing = true
        feed(node, .probeRequested(payload, options.sabotage == .promiseSafety ? .agreed : .safe))
        isProbing = false
    }
}
