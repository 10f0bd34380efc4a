package import ClusterTypes

// Settings that change while packets flow.
extension KronosnetProtocol {
    /// Takes new settings; links that stay as they are keep their state.
    ///
    /// Indices of links are those of the new settings from now on.
    package mutating func reconfigure(_ changed: Settings, now: Instant, into effects: inout [Effect]) {
        let old = peers
        let hasOtherPaths =
            changed.envelope != settings.envelope || changed.fixedMTU != settings.fixedMTU
        for peer in old where !changed.peers.contains(where: { $0.node == peer.node }) {
            if peer.isReachable {
                effects.append(.reachabilityChanged(NodeID(UInt32(peer.node)), isReachable: false))
                effects.append(.linkChanged)
            }
        }
        settings = changed
        places = Self.places(changed.peers)
        peers = changed.peers.map { peer in
            guard var state = old.first(where: { $0.node == peer.node }) else { return PeerState(peer, now: now) }
            state.links = peer.links.map { merged($0, state, now: now) }
            return state
        }
        for place in peers.indices {
            for link in peers[place].links.indices {
                let index = LinkIndex(peer: place, link: link)
                if hasOtherPaths, peers[place].links[link].health.isConnected {
                    restartPath(index, now: now)
                }
                search(index, now: now, into: &effects)
            }
            updateRoutes(place, now: now, into: &effects)
        }
    }

    private mutating func merged(_ parameters: LinkParameters, _ peer: PeerState, now: Instant) -> LinkState {
        guard var link = peer.links.first(where: { $0.parameters.number == parameters.number }),
            link.parameters.remote == parameters.remote
        else {
            patience.forget(NodeID(UInt32(peer.node)))
            return LinkState(parameters, now: now)
        }
        var known = link.parameters
        known.isPatient = parameters.isPatient
        if known != parameters {
            patience.forget(NodeID(UInt32(peer.node)))
            link.parameters = parameters
        }
        return link
    }

    /// Packets are sealed in another way from now on.
    package mutating func changeEnvelope(_ envelope: Envelope, now: Instant, into effects: inout [Effect]) {
        guard envelope != settings.envelope else { return }
        var changed = settings
        changed.envelope = envelope
        reconfigure(changed, now: now, into: &effects)
    }
}
