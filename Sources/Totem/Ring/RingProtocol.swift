package import ClusterTypes

/// One node of a Totem ring: membership, total order, recovery, flow control. Messages are single frames here.
///
/// Pure logic: no clock, no network, no disk. A node is `operational` in an installed ring, `gathering` when it looks for the members
/// of a new one, `committing` while the commit token goes round, and `recovering` while old messages are exchanged.
///
/// Deviations from Corosync: nodes without any link count as failed as soon as the token is gone, without a consensus
/// timeout, and so do nodes that nobody hears for the token timeout and a moment; a join that says what this node has just learned counts as agreement at once; recovered messages are sent by one
/// holder instead of by all; safe delivery is honoured; a lone node holds its token without rotating it.
///
/// - Source: Amir, Moser, Melliar-Smith, Agarwal, Ciarfella: "The Totem Single-Ring Ordering and Membership Protocol", 1995.
package struct RingProtocol: Sendable {
    package enum Event: Sendable, Equatable {
        case started
        case packetReceived([UInt8], from: NodeID?)
        case timerFired(RingTimer)
        /// Frames were given by `enqueue`.
        case framesQueued
        case reachabilityChanged(NodeID, isReachable: Bool)
        /// The machine of a node answered that no daemon listens there. Not authenticated: a reason to ask, no more.
        case daemonMissing(NodeID)
        case ringSequenceStored(UInt64)
        case synchronisationCompleted(RingID)
        case settingsChanged(RingSettings)
        case newRingRequested
        case leaveRequested
    }

    package enum Effect: Sendable, Equatable {
        case send([UInt8], to: NodeID)
        case broadcast([UInt8])
        case arm(RingTimer, after: Duration)
        case cancel(RingTimer)
        /// The payload of a message, in the sender's byte order.
        case deliver(from: NodeID, ArraySlice<UInt8>, ByteOrder)
        case configurationChanged(RingConfiguration)
        case storeRingSequence(UInt64)
        case report(RingReport)
    }

    enum State: Sendable, Equatable { case idle, gathering, committing, recovering, operational, left }

    private(set) var settings: RingSettings
    var state = State.idle { didSet { statistics.entered(state) } }
    package internal(set) var statistics = RingStatistics()
    var now = Instant.origin
    var timers = DeadlineTimers()

    // Membership.
    var gathering: Gathering
    var reachable: NodeSet
    /// Until then a started node waits for its links before it goes on alone.
    var settleDeadline: Instant?
    var leftGracefully = NodeSet()
    var hearing = Hearing()
    /// When the last ring stopped working.
    var gatheringSince = Instant.origin
    var nextRefusalGather = Instant.origin
    var shunning = Shunning()
    /// The last ring that this node agreed to form, installed or not.
    var currentRing: RingID
    /// The highest ring sequence heard of.
    var highestSequence: UInt64
    var reservation: RingSequenceReservation
    /// The commit token that may be sent as soon as the ring sequence is stored.
    var pendingCommit: CommitToken?
    /// The members of the ring that is being formed or installed.
    var ringMembers = NodeSet()

    // Ordering.
    var installed: MessageLog
    var recovery: Recovery
    var safeUpTo: SequenceNumber
    var application = RestartableQueue()
    var synchronisation = FrameQueue()
    /// From the installation of a ring until the layers above have synchronised.
    package internal(set) var isSynchronising = true
    var sentCount: UInt32 = 0
    var budget: TokenBudget

    // Token.
    var token = TokenTracking()
    /// Packets from this node to itself, in a ring of one.
    var loopback: [[UInt8]] = []
    var nextRejectionReport = Instant.origin

    package init(settings: RingSettings) {
        self.settings = settings
        let first = SequenceNumber(settings.firstSequence)
        let none = RingID(representative: NodeID(0), sequence: 0)
        let stored = min(settings.storedRingSequence, UInt64.max / 2)  // A file says it.
        highestSequence = stored + 1
        currentRing = RingID(representative: settings.node, sequence: highestSequence)
        reservation = RingSequenceReservation(stored: stored)
        gathering = Gathering(processors: NodeSet([settings.node]))
        reachable = settings.reportsReachability ? NodeSet() : NodeSet(settings.peers)
        installed = MessageLog(ring: none, members: NodeSet(), first: first)
        recovery = Recovery(log: installed, transitional: NodeSet(), deliveredSomewhere: first)
        safeUpTo = first
        budget = TokenBudget(windowSize: settings.windowSize, messagesPerToken: settings.messagesPerToken)
    }

    /// Applies one event at the driver's time and appends what must be done, in order.
    package mutating func receive(_ event: Event, at now: Instant, into effects: inout [Effect]) {
        self.now = now
        switch (state, event) {
        case (.left, _), (.gathering, .started), (.committing, .started), (.recovering, .started),
            (.operational, .started):
            return  // The node has left, or was started twice.
        case (.idle, .started):
            start(into: &effects)
        case (_, .reachabilityChanged(let node, let isReachable)):
            changeReachability(of: node, to: isReachable, into: &effects)
        case (_, .daemonMissing(let node)):
            daemonMissing(node, into: &effects)
        case (_, .framesQueued):
            wakeToken(into: &effects)
        case (_, .ringSequenceStored(let sequence)):
            ringSequenceStored(sequence, into: &effects)
        case (_, .settingsChanged(let changed)):
            change(to: changed, into: &effects)
        case (_, .leaveRequested):
            leave(into: &effects)
        case (.operational, .newRingRequested):
            enterGather(.requested, into: &effects)
        case (.gathering, .newRingRequested), (.committing, .newRingRequested), (.recovering, .newRingRequested):
            return  // One is being formed.
        case (.idle, .packetReceived), (.idle, .timerFired), (.idle, .synchronisationCompleted),
            (.idle, .newRingRequested):
            return  // Not started: nothing can have been asked for.
        case (_, .packetReceived(let packet, let source)):
            process(packet, from: source, isLoopback: false, into: &effects)
        case (_, .timerFired(let timer)):
            fire(timer, into: &effects)
        case (_, .synchronisationCompleted(let ring)):
            synchronisationCompleted(ring, into: &effects)
        }
        drainLoopback(into: &effects)
    }

    /// The ring is idle: a frame queued now makes the token move.
    package var isTokenHeld: Bool { state == .operational && token.isHeld }

    /// Fewer frames wait than one token visit can send.
    package var wantsFrames: Bool {
        (isSynchronising ? synchronisation.count : application.count) < settings.messagesPerToken
    }

    /// Whether this packet is a token, before which partly filled frames should be queued.
    package static func isToken(_ packet: [UInt8]) -> Bool {
        packet.count > 3 && packet[3] == PacketKind.token.rawValue
    }

    /// Frames of the application that wait, in bytes.
    package var waitingByteCount: Int { application.byteCount }

    /// The start of a frame; the payload follows, at most `framePayloadLimit` bytes.
    package func framePrefix(_ guarantee: Guarantee, payloadCapacity: Int) -> [UInt8] {
        RingMessage.packet(
            from: settings.node, encapsulation: .notEncapsulated, guarantee: guarantee,
            payloadCapacity: payloadCapacity)
    }

    package static let framePrefixSize = RingMessage.headerSize

    /// Leaves room for the header of the message and for that of its encapsulation during recovery.
    package var framePayloadLimit: Int {
        max(1000, min(settings.packetSizeLimit, WireLimits.packetSize)) - 2 * RingMessage.headerSize
    }

    /// A ring of this node alone, of which nobody within reach could hear anything.
    package var isAlone: Bool { ringMembers.count == 1 && !hasOutsiders }

    var isRepresentative: Bool { currentRing.representative == settings.node }

    /// Members whose links are all down. Always empty when the transport does not report them.
    func unreachable(in nodes: NodeSet) -> NodeSet {
        guard settings.reportsReachability else { return NodeSet() }
        return nodes.filter { $0 != settings.node && !reachable.contains($0) }
    }

    /// A packet to oneself never reaches the transport.
    mutating func sendToNext(_ packet: [UInt8], _ next: NodeID, into effects: inout [Effect]) {
        if next == settings.node { loopback.append(packet) } else { effects.append(.send(packet, to: next)) }
    }

    /// Who gets the token after this node.
    func successor(in members: NodeSet) -> NodeID {
        members.nodes.first { settings.node < $0 } ?? members.first ?? settings.node
    }

    private mutating func drainLoopback(into effects: inout [Effect]) {
        var next = 0
        while next < loopback.count {
            let packet = loopback[next]
            next += 1
            process(packet, from: settings.node, isLoopback: true, into: &effects)
        }
        loopback.removeAll(keepingCapacity: true)
    }

    private mutating func start(into effects: inout [Effect]) {
        if settings.reportsReachability, !settings.peers.isEmpty {
            settleDeadline = now + settings.timeouts.consensus / 2
        }
        enterGather(.started, into: &effects)
    }

    /// Timers that run keep their deadlines; the next ones follow the new settings.
    private mutating func change(to changed: RingSettings, into effects: inout [Effect]) {
        settings.adopt(changed)
        budget.resize(windowSize: changed.windowSize, messagesPerToken: changed.messagesPerToken)
        for node in reachable.nodes where !settings.peers.contains(node) {
            changeReachability(of: node, to: false, into: &effects)
        }
    }

    /// Starts counting anew.
    package mutating func resetStatistics() { statistics = RingStatistics() }

    private mutating func leave(into effects: inout [Effect]) {
        if state != .idle {
            let leaving = NodeSet([settings.node])
            let message = JoinMessage(
                isLeave: true, sender: settings.node, processors: gathering.processors.subtracting(leaving),
                failed: gathering.failed.union(leaving), ringSequence: currentRing.sequence)
            effects.append(.broadcast(message.packet()))
        }
        state = .left
        timers.cancelAll(into: &effects)
    }
}
