internal import ClusterConfiguration
internal import ClusterTypes
internal import Glibc
internal import KronosnetTransport
internal import LocalServices
internal import Messaging
internal import Totem

// What services ask of the daemon, and a configuration that was read again.
extension MessagingDriver {
    func perform(_ request: DaemonRequest) {
        switch request {
        case .observeTransport: process(.transportObserved(observe()))
        case .resetStatistics: transport?.resetCounters()
        case .reload(let requester): outlets.asked(.reload(requester: requester))
        case .tune(let changes): outlets.asked(.tune(changes))
        case .changeKeys(let phase): changeKeys(phase: phase)
        case .reopenLogs: outlets.asked(.reopenLogs)
        case .leave: outlets.asked(.leave)
        case .end(let reason): outlets.asked(.end(reason: reason))
        case .readSystem(let resource): process(.systemRead(resource, SystemReading.now(resource)))
        case .watchdog(let request): outlets.watchdog?(request)
        }
    }

    /// Links, transport and programs as they are now.
    func observe() -> TransportObservation {
        let observed = transport?.observeLinks() ?? []
        let numbers = Set(observed.map(\.node)).union([localNode]).sorted()
        var counters = transport?.observeHandle().map { entry in
            ConfigurationMap.Entry(key: "handle.\(entry.key)", value: entry.value)
        }
        for link in observed {
            counters?.append(
                contentsOf: link.counters.map { entry in
                    ConfigurationMap.Entry(key: "node\(link.node).link\(link.number).\(entry.key)", value: entry.value)
                })
        }
        let nodes = numbers.map { node in
            node == localNode ? ownNode(observed) : otherNode(node, observed.filter { $0.node == node })
        }
        return TransportObservation(nodes: nodes, counters: counters ?? [])
    }

    private func otherNode(_ node: NodeID, _ links: [LinkObservation]) -> TransportObservation.Node {
        TransportObservation.Node(
            id: node, isReachable: links.contains(where: \.isConnected),
            links: links.map { link in
                TransportObservation.Link(
                    number: link.number, isEnabled: link.isEnabled, isConnected: link.isConnected, mtu: link.mtu,
                    latency: link.latency, source: link.source, destination: link.destination)
            })
    }

    /// Corosync shows a node's way to itself as a link of its own. A node alone has no other from which to learn its addresses.
    private func ownNode(_ links: [LinkObservation]) -> TransportObservation.Node {
        let numbers = settings.node(localNode)?.addresses.map(\.link) ?? []
        let own = numbers.compactMap { number -> TransportObservation.Link? in
            let source = links.first { $0.number == number }?.source ?? ownAddresses[number]
            return source.map {
                TransportObservation.Link(
                    number: number, isEnabled: true, isConnected: true, mtu: 65535, source: $0, destination: $0)
            }
        }
        return TransportObservation.Node(id: localNode, isReachable: true, links: own)
    }
}

// A configuration that was read again.
extension MessagingDriver {
    func take(_ reloaded: Reloaded?, _ requester: UInt64) {
        guard let reloaded else {
            process(.reloaded(nil, requester: requester))
            return
        }
        let hasOtherKeys = transport?.protection != reloaded.transport.protection
        if hasOtherKeys, keys != .settled {
            log.error(
                "the configuration stays as it was: there are other keys again before all nodes use the last ones; "
                    + "copy those to all nodes, or read it again later")
            process(.reloaded(nil, requester: requester))
        } else {
            if hasOtherKeys { keys = .known }
            process(.reloaded(adopt(reloaded), requester: requester))
        }
        // Said after every reading, since others begin to count anew with it.
        if keys == .known { process(.administered(.changeKeys(phase: 1))) }
    }

    /// Takes over what concerns the links, and hands on what concerns the ring.
    func adopt(_ changed: Reloaded) -> MessagingDaemon.Reloaded {
        for failure in reconfigureTransport(changed.transport) {
            log.error("the new configuration does not hold everywhere: \(failure)")
        }
        settings = changed.cluster
        ownAddresses = changed.transport.ownAddresses.mapValues(\.addressBytes)
        let ring = RingSettings(
            changed.cluster, localNode: localNode, storedRingSequence: 0,
            packetSizeLimit: TransportSettings.packetLimit)
        return MessagingDaemon.Reloaded(
            map: changed.map, ring: ring, quorum: QuorumRules(changed.cluster, localNode: localNode),
            version: changed.cluster.totem.configVersion)
    }

    /// What only the other kind of transport does needs links that are set up anew.
    private func reconfigureTransport(_ changed: TransportSettings) -> [TransportFailure] {
        guard let transport else { return [] }
        if (transport is KronosnetTransport) == changed.isForKronosnetTransport {
            return transport.reconfigure(changed)
        }
        transport.close()
        do { self.transport = try openTransport(changed) } catch { return [error] }
        return []
    }

    /// All nodes know the new keys (phase 1), or use them (phase 2).
    private func changeKeys(phase: UInt32) {
        do {
            try transport?.changeKeys(phase: phase)
            switch (phase, keys) {
            case (1, .known):
                log.notice("packets are sent with the new keys now")
                keys = .used
            case (2, .used):
                log.notice("the old keys are forgotten")
                keys = .settled
            default: break
            }
        } catch { log.error("the keys could not be changed: \(error)") }
        if phase == 1 { process(.administered(.changeKeys(phase: 2))) }
    }
}
