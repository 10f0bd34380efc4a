package import ClusterConfiguration
package import ClusterTypes

/// What one node does on kronosnet's wire: links that are watched, packets that are cut and put together, nodes that are reachable.
///
/// A value: plain packets and moments in, effects out. Sealing packets and moving them is the transport's; so is cutting, for which
/// ``dispatch(of:to:now:)`` says where a packet goes and how it is cut. What arrives has been authenticated when there is a key;
/// nothing in it is trusted to be well-formed.
///
/// - Source: kronosnet 1.25, header version 1, channel 0, as corosync 3 uses it.
package struct KronosnetProtocol {
    package struct Settings: Sendable, Equatable {
        package var node: UInt16
        package var peers: [Peer] = []
        package var linkMode = TotemSettings.LinkMode.passive
        package var envelope = Envelope.plain
        /// The silence of a node after which it counts as unreachable: the token timeout.
        package var silenceLimit: Duration = .seconds(1)
        /// Between searches for the MTU of a path.
        package var pathInterval: Duration = .seconds(30)
        /// The MTU of every link, in bytes; `nil` means that it is looked for.
        package var fixedMTU: Int?

        package init(node: UInt16) { self.node = node }
    }

    package struct Peer: Sendable, Equatable {
        package var node: UInt16
        package var links: [LinkParameters]

        package init(node: UInt16, links: [LinkParameters]) {
            self.node = node
            self.links = links
        }
    }

    /// A link by its places in ``Settings/peers``; valid until they change.
    package struct LinkIndex: Sendable, Hashable {
        package var peer: Int
        package var link: Int

        package init(peer: Int, link: Int) {
            self.peer = peer
            self.link = link
        }
    }

    package enum Effect: Equatable {
        /// To be sealed and sent.
        case transmit([UInt8], ControlKind, over: LinkIndex)
        /// A whole packet of Totem's.
        case deliver([UInt8])
        /// A link to the node works, or nothing has been heard from it for ``Settings/silenceLimit``.
        case reachabilityChanged(NodeID, isReachable: Bool)
        /// A link came up or went down; what it means for its node has been said before.
        case linkChanged
        /// The content of a fragment that reaches every node, in bytes.
        case mtuChanged(Int)
        /// Worth a line in the log.
        case report(String)
        /// What somebody must put right; may be said as often as others send.
        case complain(String)
    }

    var settings: Settings
    var peers: [PeerState]
    var places: [UInt16: Int]
    /// Numbers data packets, 1 to 65535 and round.
    var sequence: UInt16 = 0
    /// The content of a fragment, in bytes; what always passes until a link is known.
    package internal(set) var fragmentLength: Int
    var lossLook: Instant
    var patience = PingPatience()

    package init(_ settings: Settings, now: Instant) {
        self.settings = settings
        peers = settings.peers.map { PeerState($0, now: now) }
        places = Self.places(settings.peers)
        fragmentLength = Self.smallestFragment(settings.envelope)
        lossLook = now + Self.lossLookInterval
    }

    static func places(_ peers: [Peer]) -> [UInt16: Int] {
        Dictionary(peers.indices.map { (peers[$0].node, $0) }) { first, _ in first }
    }

    /// What passes wherever IP does: a datagram of 576 bytes behind the longest headers.
    static func smallestFragment(_ envelope: Envelope) -> Int { envelope.contentLength(inDatagram: 576 - 60) }

    // MARK: Sending

    /// Where a packet goes, and how it is cut.
    package struct Dispatch {
        /// Every fragment is sent over each of them.
        package var links: [LinkIndex]
        package var header: DataHeader
        /// The content of every fragment but the last.
        package var fragmentLength: Int
    }

    /// Numbers a packet of Totem's.
    ///
    /// - Parameters:
    ///   - length: in bytes.
    ///   - target: a node, or all of them.
    /// - Returns: `nil` when nobody can be reached, or the packet has an impossible length.
    package mutating func dispatch(
        of length: Int, to target: NodeID?, now: Instant, into effects: inout [Effect]
    ) -> Dispatch? {
        guard (1...WireFormat.contentLimit).contains(length) else { return nil }
        var links: [LinkIndex] = []
        if let target {
            guard let node = UInt16(exactly: target.rawValue), let place = places[node] else { return nil }
            peers[place].appendRoute(place, settings.linkMode, to: &links)
        } else {
            for place in peers.indices { peers[place].appendRoute(place, settings.linkMode, to: &links) }
        }
        guard !links.isEmpty else { return nil }
        let count = (length + fragmentLength - 1) / max(1, fragmentLength)
        guard count <= WireFormat.fragmentLimit else { return nil }
        sequence = sequence == .max ? 1 : sequence + 1
        // Nodes that hear nothing else stay in step with the numbers.
        if sequence % (.max / 8) == 0 { pingAll(isTimed: false, now: now, into: &effects) }
        return Dispatch(
            links: links,
            header: DataHeader(
                node: settings.node, sequence: sequence, isBroadcast: target == nil, fragmentCount: count, fragment: 0),
            fragmentLength: fragmentLength)
    }

    /// Counts what was sent.
    package mutating func sent(packets: Int, bytes: Int, over index: LinkIndex) {
        guard contains(index) else { return }
        peers[index.peer].links[index.link].counters.data.sent.add(bytes, packets: packets)
    }

    func contains(_ index: LinkIndex) -> Bool {
        peers.indices.contains(index.peer) && peers[index.peer].links.indices.contains(index.link)
    }

    mutating func transmit(
        _ packet: Packet, _ kind: ControlKind, length: Int = 0, _ index: LinkIndex, into effects: inout [Effect]
    ) {
        let bytes = packet.bytes(length: length)
        peers[index.peer].links[index.link].counters[keyPath: kind.counters].sent.add(
            settings.envelope.sealedLength(bytes.count))
        effects.append(.transmit(bytes, kind, over: index))
    }

    // MARK: Status

    /// A link as it is now.
    package struct LinkView {
        package var isConnected: Bool
        package var latency: Duration
        package var latencySamples: UInt32
        /// The content of a fragment; 0 while it is unknown.
        package var mtu: Int
        package var counters: LinkCounters
    }

    package func view(of index: LinkIndex) -> LinkView? {
        guard contains(index) else { return nil }
        let link = peers[index.peer].links[index.link]
        return LinkView(
            isConnected: link.health.isConnected, latency: link.health.latency, latencySamples: link.health.samples,
            mtu: link.path.mtu ?? 0, counters: link.counters)
    }

    /// Starts counting anew.
    package mutating func resetCounters() {
        for place in peers.indices {
            for link in peers[place].links.indices {
                peers[place].links[link].counters = LinkCounters()
                peers[place].links[link].health.resetSamples()
            }
        }
    }
}
