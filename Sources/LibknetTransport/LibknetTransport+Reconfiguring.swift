internal import CKronosnet
internal import ClusterConfiguration
internal import ClusterTypes
package import KronosnetTransport

// Settings that change while packets flow.
extension LibknetTransport {
    /// Makes nodes, links, timers and limits those of new settings; links that stay as they are are not touched.
    ///
    /// New keys are only made known for receiving: ``changeKeys(phase:)`` uses them once every node knows them.
    ///
    /// - Returns: what could not be changed; the rest has been.
    package func reconfigure(_ changed: TransportSettings) -> [TransportFailure] {
        let changed = changed.patient
        var failures: [TransportFailure] = []
        func attempt(_ body: () throws(TransportFailure) -> Void) {
            do { try body() } catch { failures.append(error) }
        }
        for peer in settings.peers where !changed.peers.contains(where: { $0.node == peer.node }) {
            attempt { () throws(TransportFailure) in
                try handle.removeNode(try TransportSettings.hostNumber(peer.node), links: peer.links.map(\.number))
            }
            receiver.pass(.reachabilityChanged(peer.node, isReachable: false))
            receiver.pass(.linkChanged)
        }
        attempt { () throws(TransportFailure) in try handle.configure(changed) }
        for peer in changed.peers {
            let known = settings.peers.first { $0.node == peer.node }
            attempt { () throws(TransportFailure) in
                let number = try TransportSettings.hostNumber(peer.node)
                if known == nil || changed.linkMode != settings.linkMode {
                    try handle.setNode(number, mode: changed.linkMode, isNew: known == nil)
                }
                try adjust(peer, known?.links ?? [], number)
            }
        }
        if changed.compression != settings.compression {
            attempt { () throws(TransportFailure) in
                try handle.compress(changed.compression ?? .init(model: "none", threshold: 0, level: 0))
            }
        }
        if changed.protection != settings.protection {
            attempt { () throws(TransportFailure) in try handle.stage(changed.protection) }
        }
        settings = changed
        refusedLinks = RefusedLinks(settings.peers)
        return failures
    }

    /// How packets are protected, or will be once changed keys are in use.
    package var protection: TransportSettings.Protection? { settings.protection }

    private func adjust(
        _ peer: TransportSettings.Peer, _ known: [TransportSettings.Link], _ number: knet_node_id_t
    ) throws(TransportFailure) {
        for link in known where !peer.links.contains(where: { $0.number == link.number }) {
            handle.removeLink(UInt8(clamping: link.number), to: number)
        }
        for link in peer.links {
            let old = known.first { $0.number == link.number }
            if old == link { continue }
            if let old, old.local == link.local, old.remote == link.remote, old.protocolName == link.protocolName {
                try handle.tune(link, to: number)
                continue
            }
            if old != nil { handle.removeLink(UInt8(clamping: link.number), to: number) }
            if !isOpen(link.local) { try link.local.checkIsFree() }
            try handle.addLink(link, to: number)
        }
    }

    /// Whether this node listens there already: links to several nodes share a socket.
    private func isOpen(_ address: SocketAddress) -> Bool {
        settings.peers.contains { $0.links.contains { $0.local == address } }
    }

    /// Phase 1 encrypts with new keys, phase 2 forgets the old ones; every node knows the new ones before phase 1.
    package func changeKeys(phase: UInt32) throws(TransportFailure) { try handle.changeKeys(phase: phase) }
}
