package import ClusterConfiguration
package import ClusterTypes

/// What a transport needs to know: this node, the others, and the links between them, with addresses resolved.
package struct TransportSettings: Sendable, Equatable {
    /// The largest node id that kronosnet carries.
    package static let nodeLimit: UInt32 = 65535
    /// The largest packet, in bytes: KNET_MAX_PACKET_SIZE.
    package static let packetLimit = 65536
    /// Lengths of a key, in bytes: KNET_MIN_KEY_LEN to KNET_MAX_KEY_LEN.
    package static let keyLengths = 128...4096

    /// One network path between this node and another.
    package struct Link: Sendable, Equatable {
        package var number: Int
        package var local: SocketAddress
        package var remote: SocketAddress
        package var priority: UInt8
        package var pingInterval: Duration
        package var pingTimeout: Duration
        /// The timeout while the link loses packets; `nil` when it never changes: it was configured, or there are other links.
        package var patientPingTimeout: Duration?
        package var pingPrecision: UInt32
        package var pongCount: UInt8
        package var protocolName: LinkSettings.TransportProtocol
    }

    package struct Peer: Sendable, Equatable {
        package var node: NodeID
        package var links: [Link]
    }

    /// How packets are protected.
    package struct Protection: Sendable, Equatable {
        package var choice: CryptoSettings.Choice
        /// The content of a corosync-keygen(8) key file; a length within ``TransportSettings/keyLengths``.
        package var key: [UInt8]

        package init(choice: CryptoSettings.Choice, key: [UInt8]) {
            self.choice = choice
            self.key = key
        }
    }

    package var node: NodeID
    /// This node's addresses by link, also where there is no other node.
    package var ownAddresses: [Int: SocketAddress] = [:]
    package var peers: [Peer] = []
    package var linkMode = TotemSettings.LinkMode.passive
    /// The silence after which a node counts as unreachable, however early links to it count as down: the token timeout. Not for libknet.
    package var silenceLimit: Duration = .seconds(1)
    package var protection: Protection?
    package var compression: TotemSettings.CompressionSettings?
    package var blocksUnlistedAddresses = true
    /// The differentiated services code point of packets, 0 to 63; 0 means low delay, as kronosnet's. Not for libknet.
    package var serviceClass = 0
    package var pathMTUInterval: Duration = .seconds(30)
    /// In bytes; 0 means discover.
    package var mtu = 0
    /// Whether the transport's own debugging messages are reported.
    package var isVerbose = false

    package init(node: NodeID) { self.node = node }
}

extension TransportSettings {
    /// The transport of one node of a cluster; resolves host names, so it may block.
    ///
    /// - Parameters:
    ///   - local: the node that this transport serves.
    ///   - key: the content of the key file; `nil` without one.
    /// - Throws: when an address does not resolve, a node id is beyond kronosnet's range, or the key is unusable.
    package init(
        _ settings: ClusterSettings, local: ConfiguredNode, key: [UInt8]?
    ) throws(TransportFailure) {
        self.init(node: local.id)
        linkMode = settings.totem.linkMode
        silenceLimit = max(.milliseconds(1), settings.effectiveToken)
        compression = settings.totem.compression
        blocksUnlistedAddresses = settings.totem.blocksUnlistedAddresses
        pathMTUInterval = settings.totem.pathMTUInterval
        mtu = settings.totem.knetMTU
        serviceClass = settings.totem.dscp
        isVerbose = settings.logging.isVerbose
        protection = try Self.protection(settings, key: key)
        for node in settings.nodes { _ = try Self.hostNumber(node.id) }
        for address in local.addresses {
            let port = settings.links.first { $0.number == address.link }?.port ?? 0
            ownAddresses[address.link] = try .resolve(
                address.address, port: port, family: settings.totem.addressFamily)
        }
        for node in settings.nodes where node.id != local.id {
            peers.append(Peer(node: node.id, links: try Self.links(settings, local: local, remote: node)))
        }
    }

    /// A node's number in packets.
    package static func hostNumber(_ node: NodeID) throws(TransportFailure) -> UInt16 {
        guard let number = UInt16(exactly: node.rawValue), number > 0 else {
            throw TransportFailure("node id \(node): kronosnet carries ids from 1 to \(nodeLimit)")
        }
        return number
    }

    /// Whether ``KronosnetTransport`` does all that is asked: compression and SCTP are libknet's.
    package var isForKronosnetTransport: Bool {
        compression == nil && peers.allSatisfy { $0.links.allSatisfy { $0.protocolName == .udp } }
    }

    private static func protection(
        _ settings: ClusterSettings, key: [UInt8]?
    ) throws(TransportFailure) -> Protection? {
        guard let choice = settings.totem.crypto.choice(hasKey: key != nil) else { return nil }
        guard let key else {
            throw TransportFailure(
                "\(settings.file) asks for encryption, but there is no key; make one with lockstep keygen")
        }
        guard keyLengths.contains(key.count) else {
            throw TransportFailure(
                "the key has \(key.count) bytes; \(keyLengths.lowerBound) to \(keyLengths.upperBound) are expected")
        }
        return Protection(choice: choice, key: key)
    }

    private static func links(
        _ settings: ClusterSettings, local: ConfiguredNode, remote: ConfiguredNode
    ) throws(TransportFailure) -> [Link] {
        var links: [Link] = []
        for link in settings.links {
            guard let here = local.addresses.first(where: { $0.link == link.number }),
                let there = remote.addresses.first(where: { $0.link == link.number })
            else { continue }
            let family = settings.totem.addressFamily
            let token = settings.effectiveToken
            links.append(
                Link(
                    number: link.number,
                    local: try SocketAddress.resolve(here.address, port: link.port, family: family),
                    remote: try SocketAddress.resolve(there.address, port: link.port, family: family),
                    priority: link.priority,
                    pingInterval: link.pingInterval ?? PingRhythm.interval(token: token, pongCount: link.pongCount),
                    pingTimeout: link.effectivePingTimeout(token: token),
                    pingPrecision: link.pingPrecision, pongCount: link.pongCount, protocolName: link.protocolName))
        }
        if links.count == 1, settings.links.allSatisfy({ $0.pingTimeout == nil }) {
            // Longer than the token timeout: the silence of a node is noticed before.
            links[0].patientPingTimeout = settings.effectiveToken * 3
        }
        return links
    }
}
