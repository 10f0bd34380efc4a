package import ClusterTypes

/// What a node needs to know to take part in a ring.
package struct RingSettings: Sendable, Equatable {
    package var node: NodeID
    /// The other nodes that the transport can reach in principle: the node list without this node. May be empty.
    package var peers: [NodeID]
    package var timeouts: TotemTimeouts
    /// The highest ring sequence this node ever stored; 0 for a new node.
    package var storedRingSequence: UInt64
    /// Whether the transport reports `reachabilityChanged`. All peers count as unreachable until it does; when false, they
    /// always count as reachable and only timeouts find failures.
    package var reportsReachability: Bool
    /// The most messages all nodes together send in one token rotation. `window_size`, default 50.
    package var windowSize: Int
    /// The most messages one node sends when it has the token. `max_messages`, default 17.
    package var messagesPerToken: Int
    /// Token visits without progress after which a node counts as unable to receive. `fail_recv_const`, default 2500.
    package var failToReceiveLimit: Int
    /// Rotations without a new message after which the representative holds the token. `seqno_unchanged_const`, default 30.
    package var idleRotationsBeforeHold: Int
    /// Token visits during which a message may be missing before it is asked for again. `miss_count_const`, default 5.
    package var missCountLimit: Int
    /// Whether the representative keeps no token that carries requests. `cancel_token_hold_on_retransmit`, default no.
    package var cancelsHoldOnRetransmit = false
    /// The largest packet the transport carries, in bytes, the message header included; 1000 to 65535 (kronosnet treats 65536 as cut off).
    package var packetSizeLimit: Int
    /// The sequence number before the first message of a ring. 0 except in tests of the wrap-around; all nodes must agree.
    package var firstSequence: UInt32

    package init(
        node: NodeID, peers: [NodeID], timeouts: TotemTimeouts = .derived(), storedRingSequence: UInt64 = 0,
        reportsReachability: Bool = true, windowSize: Int = 50, messagesPerToken: Int = 17,
        failToReceiveLimit: Int = 2500, idleRotationsBeforeHold: Int = 30, missCountLimit: Int = 5,
        packetSizeLimit: Int = 65535, firstSequence: UInt32 = 0
    ) {
        self.node = node
        self.peers = peers
        self.timeouts = timeouts
        self.storedRingSequence = storedRingSequence
        self.reportsReachability = reportsReachability
        self.windowSize = windowSize
        self.messagesPerToken = messagesPerToken
        self.failToReceiveLimit = failToReceiveLimit
        self.idleRotationsBeforeHold = idleRotationsBeforeHold
        self.missCountLimit = missCountLimit
        self.packetSizeLimit = packetSizeLimit
        self.firstSequence = firstSequence
    }

    /// Takes over what can change while a node takes part in a ring: the peers, the timeouts and the limits of sending.
    mutating func adopt(_ changed: RingSettings) {
        peers = changed.peers
        timeouts = changed.timeouts
        windowSize = changed.windowSize
        messagesPerToken = changed.messagesPerToken
        failToReceiveLimit = changed.failToReceiveLimit
        idleRotationsBeforeHold = changed.idleRotationsBeforeHold
        missCountLimit = changed.missCountLimit
    }
}
