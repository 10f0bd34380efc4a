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
        case .changeKeys(let phase): changeKeys(phase: phase)
        case .reopenLogs: outlets.asked(.reopenLogs)
        case .leave: outlets.asked(.leave)
        case .end(let reason): outlets.asked(.end(reason: reason))
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
        var names: [Int32: String] = [:]
        for process in daemon.clientProcessIDs where names[process] == nil { names[process] = Self.name(of: process) }
        return TransportObservation(nodes: nodes, counters: counters ?? [], processNames: names)
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

    /// Corosync shows a node's way to itself as link 0.
    private func ownNode(_ links: [LinkObservation]) -> TransportObservation.Node {
        let own = links.reduce(into: [TransportObservation.Link]()) { own, link in
            if own.contains(where: { $0.number == link.number }) { return }
            own.append(
                TransportObservation.Link(
                    number: link.number, isEnabled: true, isConnected: true, mtu: 65535, source: link.source,
                    destination: link.source))
        }
        return TransportObservation.Node(
            id: localNode, isReachable: true, links: own.sorted { $0.number < $1.number })
    }

    /// The name of a process, as in /proc/PID/comm; empty when it is gone.
    private static func name(of process: Int32) -> String {
        let content = try? FileAccess.read("/proc/\(process)/comm", limit: 64)
        return String(decoding: (content ?? []).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
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
        for failure in reconfigureTransport(reloaded.transport) {
            log.error("the new configuration does not hold everywhere: \(failure)")
        }
        settings = reloaded.cluster
        let version = reloaded.cluster.totem.configVersion
        let ring = RingSettings(
            reloaded.cluster, localNode: localNode, storedRingSequence: 0,
            packetSizeLimit: TransportSettings.packetLimit)
        process(
            .reloaded(
                MessagingDaemon.Reloaded(
                    map: reloaded.map, ring: ring, quorum: QuorumRules(reloaded.cluster, localNode: localNode),
                    version: version),
                requester: requester))
        // Comes back in the agreed order, when all nodes have the new keys if all were asked to read them.
        if hasOtherKeys { process(.administered(.changeKeys(phase: 1))) }
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

    private func changeKeys(phase: UInt32) {
        do {
            try transport?.changeKeys(phase: phase)
            log.notice(phase == 1 ? "packets are sent with the new keys now" : "the old keys are forgotten")
        } catch { log.error("the keys could not be changed: \(error)") }
        if phase == 1 { process(.administered(.changeKeys(phase: 2))) }
    }
}
