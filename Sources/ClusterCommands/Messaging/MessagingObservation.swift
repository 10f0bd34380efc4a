internal import ClusterConfiguration
internal import CorosyncClient
internal import CorosyncIPC
internal import LocalServices

/// Asks a running daemon, lockstepd or corosync, for everything that its messaging tells programs.
struct MessagingObservation {
    private let place: ServicePlace
    private var map: [String: MapValue] = [:]
    private var statistics: [String: MapValue] = [:]

    /// - Parameter root: the node's directory, `nil` for the system's places.
    init(root: String?) {
        place = root.map { ServicePlace.folder(NodeDirectory(root: $0).run) } ?? .machine
    }

    mutating func snapshot() throws(ServiceError) -> MessagingSnapshot {
        let administration = try AdministrationClient(at: place)
        let localNode = try administration.localNode()
        let mapEntries = try entries(.configuration)
        let statisticsEntries = try entries(.statistics)
        map = Dictionary(mapEntries, uniquingKeysWith: { first, _ in first })
        statistics = Dictionary(statisticsEntries, uniquingKeysWith: { first, _ in first })
        let quorum = try QuorumClient(at: place)
        let votes = map["quorum.provider"] == nil ? nil : try? VoteClient(at: place)
        let notice = try notice(quorum)
        let cipher = map["totem.crypto_cipher"]?.text ?? "none"
        return MessagingSnapshot(
            clusterName: map["totem.cluster_name"]?.text ?? "", transport: map["totem.transport"]?.text ?? "knet",
            localNode: localNode, isEncrypted: cipher != "none" || map["totem.secauth"]?.text == "on",
            ring: .init(id: ringID(votes, notice), members: notice.members),
            quorum: quorumState(votes, localNode, notice),
            nodes: nodes(administration, votes, localNode, notice.members), groups: try groups(),
            map: mapEntries.map { MessagingSnapshot.Entry($0.0, Self.shown($0.1)) },
            statistics: statisticsEntries.map { MessagingSnapshot.Entry($0.0, Self.shown($0.1)) })
    }

    private func entries(_ chosen: MapClient.Map) throws(ServiceError) -> [(String, MapValue)] {
        let client = try MapClient(chosen, at: place)
        var entries: [(String, MapValue)] = []
        // What vanishes meanwhile is left out.
        for entry in try client.entries(withPrefix: "") {
            if let value = try? client.get(entry.key) { entries.append((entry.key, value)) }
        }
        return entries
    }

    private static func shown(_ value: MapValue) -> MessagingSnapshot.Value {
        value.integer.map { .integer($0) } ?? .text(value.rendered)
    }

    private func notice(_ quorum: QuorumClient) throws(ServiceError) -> QuorumClient.Notice {
        try quorum.startTracking(follows: false)
        guard let notice = try quorum.nextNotice(milliseconds: 5000) else { throw .timeout }
        return notice
    }

    private func ringID(_ votes: VoteClient?, _ notice: QuorumClient.Notice) -> String {
        let sequence = String(notice.ring, radix: 16)
        guard let votes, (try? votes.startTracking(follows: false)) != nil else { return sequence }
        for _ in 0..<3 {
            if let node = try? votes.nextRepresentative(milliseconds: 1000) {
                return String(node, radix: 16) + "." + sequence
            }
        }
        return sequence
    }

    private func quorumState(
        _ votes: VoteClient?, _ localNode: UInt32, _ notice: QuorumClient.Notice
    ) -> MessagingSnapshot.Quorum {
        typealias Flags = VoteClient.Information.Flags
        let names: [(Flags, String)] = [
            (.twoNode, "2Node"), (.waitForAll, "WaitForAll"), (.lastManStanding, "LastManStanding"),
            (.autoTieBreaker, "AutoTieBreaker"), (.allowDownscale, "AllowDownscale"), (.deviceRegistered, "Qdevice"),
        ]
        let information = try? votes?.information(of: localNode)
        return .init(
            provider: map["quorum.provider"]?.text ?? "none", isQuorate: notice.isQuorate,
            expectedVotes: information?.expectedVotes ?? 0, totalVotes: information?.totalVotes ?? 0,
            quorum: information?.quorum ?? 0,
            flags: names.filter { information?.flags.contains($0.0) == true }.map(\.1))
    }

    private func nodes(
        _ administration: AdministrationClient, _ votes: VoteClient?, _ localNode: UInt32, _ members: [UInt32]
    ) -> [MessagingSnapshot.Node] {
        var names: [UInt32: String] = [:]
        var identifiers = Set(members)
        for (key, value) in map where key.hasPrefix("nodelist.node.") && key.hasSuffix(".nodeid") {
            guard let number = value.integer, let id = UInt32(exactly: number) else { continue }
            identifiers.insert(id)
            names[id] = map[key.dropLast("nodeid".count) + "name"]?.text
        }
        return identifiers.sorted().map { id in
            let status = try? administration.status(of: id)
            let links = (status?.links ?? []).enumerated().filter { $0.element.isEnabled }
            return .init(
                id: id, name: names[id], isLocal: id == localNode, isMember: members.contains(id),
                isReachable: id == localNode || status?.isReachable == true,
                votes: members.contains(id) ? try? votes?.information(of: id).votes : nil,
                joinCount: map["runtime.members.\(id).join_count"]?.integer,
                links: id == localNode ? [] : links.map { link(id, $0.offset, $0.element) })
        }
    }

    private func link(
        _ node: UInt32, _ number: Int, _ link: AdministrationClient.NodeStatus.Link
    ) -> MessagingSnapshot.Link {
        func figure(_ name: String) -> Int64? { statistics["stats.knet.node\(node).link\(number).\(name)"]?.integer }
        let errors = ["tx_data_errors", "tx_ping_errors", "tx_pong_errors", "tx_pmtu_errors"].compactMap(figure)
        return .init(
            number: number, source: link.source, destination: link.destination, isConnected: link.isConnected,
            mtu: link.mtu, latency: figure("latency_ave"), downCount: figure("down_count"),
            sentBytes: figure("tx_data_bytes"), receivedBytes: figure("rx_data_bytes"),
            errorCount: errors.isEmpty ? nil : errors.reduce(0, &+))
    }

    private func groups() throws(ServiceError) -> [MessagingSnapshot.Group] {
        var groups: [MessagingSnapshot.Group] = []
        for member in try GroupClient(at: place).members() {
            let name = String(decoding: member.group, as: UTF8.self)
            if groups.last?.name != name { groups.append(.init(name: name, members: [])) }
            groups[groups.count - 1].members.append(.init(node: member.node, process: member.process))
        }
        return groups
    }
}
