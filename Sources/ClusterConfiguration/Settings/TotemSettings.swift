internal import ClusterTypes

/// The `totem` section of corosync.conf(5), with corosync 3.1.7's defaults except where said.
package struct TotemSettings: Sendable, Equatable {
    /// Prevents nodes of different clusters from forming one ring. Default: none.
    package var clusterName: String?
    package var configVersion: UInt64 = 0
    package var addressFamily = AddressFamily.preferIPv6
    package var linkMode = LinkMode.passive
    package var crypto = CryptoSettings()

    /// Time without a token after which it counts as lost, for two nodes. Default 1000 ms (corosync: 3000 ms).
    package var token: Duration = .milliseconds(1000)
    /// Added to `token` for each node beyond the second. Default 650 ms.
    package var tokenCoefficient: Duration = .milliseconds(650)
    /// Share of the token timeout after which a late token is reported, in percent; 0 turns it off. Default 75.
    package var tokenWarningPercent = 75
    /// Time after which a token is sent again; computed from `token` when absent.
    package var tokenRetransmit: Duration?
    /// Time the representative holds the token of an idle ring; computed from `tokenRetransmit` when absent.
    package var hold: Duration?
    /// How often a token is sent again before it counts as lost. Default 4.
    package var tokenRetransmitsBeforeLoss = 4
    /// Time between two join messages. Default 50 ms.
    package var join: Duration = .milliseconds(50)
    /// Upper bound of a random delay before a join message. Default 0 ms.
    package var sendJoin: Duration = .zero
    /// Time to wait for consensus before a new round; 1.2 × the effective token timeout when absent.
    package var consensus: Duration?
    /// Time between messages that look for a foreign ring. Default 200 ms.
    package var merge: Duration = .milliseconds(200)
    /// Time between checks of a failed network interface. Default 1000 ms.
    package var downcheck: Duration = .milliseconds(1000)
    /// Rotations without receiving any message that should come before a new ring is formed. Default 2500.
    package var failReceiveCount = 2500
    /// Rotations without multicasts before the token is held. Default 30.
    package var sequenceUnchangedCount = 30
    /// Default 0: the heartbeat failure detector is off.
    package var heartbeatFailuresAllowed = 0
    /// Default 50 ms.
    package var maxNetworkDelay: Duration = .milliseconds(50)
    /// Messages that may be sent in one token rotation, by all nodes together. Default 50.
    package var windowSize = 50
    /// Messages that one node may send when it has the token. Default 17.
    package var maxMessages = 17
    /// Rotations a message may be missing before it is asked for again. Default 5.
    package var missCount = 5
    package var cancelsTokenHoldOnRetransmit = false
    /// Largest packet of Totem, in bytes; the transport's maximum when absent.
    package var netMTU: Int?
    /// Packets from addresses that are not in the node list are dropped. Default yes.
    package var blocksUnlistedAddresses = true
    /// Time between searches for the path MTU. Default 30 s.
    package var pathMTUInterval: Duration = .seconds(30)
    /// A fixed MTU for kronosnet, in bytes; 0 means discover. Default 0.
    package var knetMTU = 0
    /// Differentiated services code point of the packets, 0 to 63. Default 0.
    package var dscp = 0
    package var compression: CompressionSettings?
    /// What differs from the default, link by link, in ascending order of the number.
    package var links: [LinkSettings] = []

    package init() {}

    package enum AddressFamily: String, Sendable, CaseIterable {
        case ipv4, ipv6
        case preferIPv4 = "ipv4-6"
        case preferIPv6 = "ipv6-4"
    }

    /// How packets use several links.
    package enum LinkMode: String, Sendable, CaseIterable {
        /// All packets take the connected link of the highest priority.
        case passive
        /// All packets take all links.
        case active
        /// Packets take the links in turn.
        case roundRobin = "rr"
    }

    /// The compression libraries that kronosnet can use.
    package enum CompressionModel: String, Sendable, CaseIterable {
        case none, zlib, lz4, lz4hc, lzo2, lzma, bzip2, zstd
    }

    package struct CompressionSettings: Sendable, Equatable {
        /// A compression library of kronosnet, such as `zlib`.
        package var model: String
        package var threshold: Int
        package var level: Int

        package init(model: String, threshold: Int, level: Int) {
            self.model = model
            self.threshold = threshold
            self.level = level
        }
    }
}

/// The timeouts that follow from the settings and the number of nodes.
extension TotemSettings {
    /// `token`, plus `tokenCoefficient` for each of the `nodeCount` nodes beyond the second.
    package func effectiveToken(nodeCount: Int) -> Duration {
        token + tokenCoefficient * max(0, min(nodeCount, ConfiguredNode.countLimit) - 2)
    }

    /// `consensus`, or 1.2 × the effective token timeout.
    package func effectiveConsensus(nodeCount: Int) -> Duration {
        consensus ?? .milliseconds(effectiveToken(nodeCount: nodeCount).milliseconds * 12 / 10)
    }

    /// `tokenRetransmit`, or the effective token timeout ÷ (`tokenRetransmitsBeforeLoss` + 0.2).
    package func effectiveTokenRetransmit(nodeCount: Int) -> Duration {
        let divisor = Int64(tokenRetransmitsBeforeLoss) * 10 + 2
        return tokenRetransmit ?? .milliseconds(effectiveToken(nodeCount: nodeCount).milliseconds * 10 / divisor)
    }

    /// `hold`, or 0.8 × the retransmit timeout less 10 ms.
    package func effectiveHold(nodeCount: Int) -> Duration {
        hold ?? .milliseconds(max(1, effectiveTokenRetransmit(nodeCount: nodeCount).milliseconds * 8 / 10 - 10))
    }
}
