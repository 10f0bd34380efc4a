package import ClusterTypes

/// A node of a Totem ring that carries messages of up to 1 MiB: the ring protocol below, packing and fragmentation above.
///
/// Drivers feed every event in order and perform every effect in order. Timers and packets may arrive late: stale ones are
/// recognised. **Loopback is internal**: `broadcast` means every *other* node, nothing is ever sent to oneself, and own
/// messages are delivered like any other. A packet that comes back from the network is harmless.
///
/// - Source: Amir et al. 1995; Corosync 3's totemsrp and totempg for the packet formats.
package struct PackedRing: Sendable {
    package enum Event: Sendable, Equatable {
        /// The first event: the node begins to look for others.
        case started
        /// `from` is the node the transport authenticated, if it knows.
        case packetReceived([UInt8], from: NodeID?)
        case timerFired(RingTimer)
        /// Messages of at most `PackedRing.messageSizeLimit` bytes each; longer and empty ones are dropped.
        case multicastRequested(MessageRun, Guarantee, Lane)
        /// The links to a peer: true when at least one is up.
        case reachabilityChanged(NodeID, isReachable: Bool)
        /// The machine of a node answered that no daemon listens there.
        case daemonMissing(NodeID)
        /// The sequence of a `storeRingSequence` effect is on stable storage.
        case ringSequenceStored(UInt64)
        /// The layers above finished synchronising after this ring was installed: application messages may flow again.
        case synchronisationCompleted(RingID)
        /// Peers, timeouts and limits follow the new settings; what cannot change while a node runs is left out.
        case settingsChanged(RingSettings)
        /// Form a new ring although nothing has happened.
        case newRingRequested
        /// Tell the others and stop. Nothing is sent or delivered afterwards.
        case leaveRequested
    }

    package enum Effect: Sendable, Equatable {
        case send([UInt8], to: NodeID)
        /// To every other node.
        case broadcast([UInt8])
        case arm(RingTimer, after: Duration)
        case cancel(RingTimer)
        /// The next messages in the agreed order: all that one frame completes.
        case deliver(from: NodeID, ByteStrings)
        case configurationChanged(RingConfiguration)
        /// Make this durable, then report `ringSequenceStored`. The node sends nothing of the new ring before that.
        case storeRingSequence(UInt64)
        /// True when the queue of application messages exceeds `queueLimit`, false when a quarter of it is free again.
        case flowControlChanged(isBlocked: Bool)
        case report(RingReport)
    }

    /// Which queue a message waits in.
    package enum Lane: Sendable, Equatable {
        /// Held back from a configuration change until `synchronisationCompleted`.
        case application
        /// Sent between a configuration change and `synchronisationCompleted`, before what waits in the other lane. What is still
        /// queued at a further configuration change is sent in that one, as Corosync does: receivers tell by the ring that it is old.
        case synchronisation
    }

    /// The largest message, in bytes: 1 MiB, as `MESSAGE_SIZE_MAX` of Corosync.
    package static let messageSizeLimit = 1024 * 1024

    /// Waiting application messages that make `flowControlChanged` say blocked, in bytes. Messages are still taken then.
    package static let queueLimit = 4 * 1024 * 1024

    /// The regular configuration that messages are delivered in; `nil` until the first one is installed.
    package private(set) var configuration: RingConfiguration?

    private var ring: RingProtocol
    private var applicationPacker: MessagePacker
    private var synchronisationPacker: MessagePacker
    private var assembler = MessageAssembler()
    private var isBlocked = false
    /// Kept between events for its capacity.
    private var ringEffects: [RingProtocol.Effect] = []
    /// Frames and configuration changes for the layers above, in order, of which the first `passedOnCount` are done.
    private var arrived: [RingProtocol.Effect] = []
    private var passedOnCount = 0

    package init(settings: RingSettings) {
        ring = RingProtocol(settings: settings)
        applicationPacker = MessagePacker(payloadLimit: ring.framePayloadLimit)
        synchronisationPacker = applicationPacker
    }

    /// Whether this packet is a token: what is to go with it must be asked for before.
    package static func isToken(_ packet: [UInt8]) -> Bool { RingProtocol.isToken(packet) }

    /// What this node has sent, received and gone through.
    package var statistics: RingStatistics { ring.statistics }

    /// Starts counting anew.
    package mutating func resetStatistics() { ring.resetStatistics() }

    /// Applies one event at the driver's time and appends what must be done, in order.
    package mutating func receive(_ event: Event, at now: Instant, into effects: inout [Effect]) {
        begin(event, at: now, into: &effects)
        while proceed(at: now, into: &effects) {}
    }

    /// Applies one event like `receive`, but leaves what the layers above get to `proceed`, which is called until it returns false;
    /// once for several `multicastRequested` that come together.
    ///
    /// So messages and the token are on their way before anybody here works on what the token permits to deliver: the whole
    /// ring waits for the token, and only local programs for deliveries.
    package mutating func begin(_ event: Event, at now: Instant, into effects: inout [Effect]) {
        switch event {
        case .started:
            pass(.started, at: now, into: &effects)
        case .packetReceived(let packet, let source):
            ring.statistics.received(packet, at: now)
            if Self.isToken(packet) { queuePartialFrame(at: now, into: &effects) }
            pass(.packetReceived(packet, from: source), at: now, into: &effects)
        case .timerFired(let timer):
            pass(.timerFired(timer), at: now, into: &effects)
        case .multicastRequested(let run, let guarantee, let lane):
            multicast(run, guarantee, lane, at: now, into: &effects)
        case .reachabilityChanged(let node, let isReachable):
            pass(.reachabilityChanged(node, isReachable: isReachable), at: now, into: &effects)
        case .daemonMissing(let node):
            pass(.daemonMissing(node), at: now, into: &effects)
        case .ringSequenceStored(let sequence):
            pass(.ringSequenceStored(sequence), at: now, into: &effects)
        case .synchronisationCompleted(let ring):
            pass(.synchronisationCompleted(ring), at: now, into: &effects)
        case .settingsChanged(let settings):
            pass(.settingsChanged(settings), at: now, into: &effects)
        case .newRingRequested:
            pass(.newRingRequested, at: now, into: &effects)
        case .leaveRequested:
            pass(.leaveRequested, at: now, into: &effects)
        }
        // A token that waits here has nothing to wait for when there is a message. In a ring of one it would go round for each
        // message by itself, before the next can be asked for: there `proceed` ends what was begun.
        if ring.isTokenHeld, !ring.isAlone { queuePartialFrame(at: now, into: &effects) }
        updateFlowControl(into: &effects)
    }

    /// Passes on one frame or configuration change that events left behind; false when there is none.
    package mutating func proceed(at now: Instant, into effects: inout [Effect]) -> Bool {
        if passedOnCount == arrived.count, ring.isTokenHeld, hasPartialFrame {
            queuePartialFrame(at: now, into: &effects)
            updateFlowControl(into: &effects)
        }
        guard passedOnCount < arrived.count else { return false }
        let next = arrived[passedOnCount]
        passedOnCount += 1
        if passedOnCount == arrived.count {
            arrived.removeAll(keepingCapacity: true)
            passedOnCount = 0
        }
        switch next {
        case .configurationChanged(let change):
            assembler.configurationChanged(change)
            if change.kind == .regular { configuration = change }
            effects.append(.configurationChanged(change))
        case .deliver(let sender, let frame, let order):
            do {
                try assembler.receive(frame, from: sender, order: order) {
                    effects.append(.deliver(from: sender, $0))
                }
            } catch {
                effects.append(.report(.packetRejected(from: sender, error)))
            }
        case .send, .broadcast, .arm, .cancel, .storeRingSequence, .report:
            preconditionFailure("only what the layers above get is kept")
        }
        return true
    }

    private mutating func multicast(
        _ run: MessageRun, _ guarantee: Guarantee, _ lane: Lane, at now: Instant, into effects: inout [Effect]
    ) {
        // Between synchronisations there is one lane only, or receivers could not put cut messages together.
        let lane = ring.isSynchronising ? lane : .application
        var frames: [MessagePacker.Frame] = []
        switch lane {
        case .application: applicationPacker.add(run, guarantee) { frames.append($0) }
        case .synchronisation: synchronisationPacker.add(run, guarantee) { frames.append($0) }
        }
        for frame in frames { queue(frame, lane, at: now, into: &effects) }
    }

    private var hasPartialFrame: Bool { applicationPacker.hasPartial || synchronisationPacker.hasPartial }

    /// Gives the ring the messages that do not fill a frame, unless it has plenty to send already.
    private mutating func queuePartialFrame(at now: Instant, into effects: inout [Effect]) {
        guard ring.wantsFrames else { return }
        if ring.isSynchronising {
            if let frame = synchronisationPacker.flush() { queue(frame, .synchronisation, at: now, into: &effects) }
        } else if let frame = applicationPacker.flush() {
            queue(frame, .application, at: now, into: &effects)
        }
    }

    private mutating func queue(
        _ frame: MessagePacker.Frame, _ lane: Lane, at now: Instant, into effects: inout [Effect]
    ) {
        let size = PackedFrame.fixedSize + PackedFrame.lengthSize * frame.lengths.count + frame.content.count
        var packet = ring.framePrefix(frame.guarantee, payloadCapacity: size)
        PackedFrame.append(
            fragment: frame.fragment, continuation: frame.continuation, lengths: frame.lengths, to: &packet)
        frame.content.append(to: &packet)
        ring.enqueue(consume packet, in: lane)
        pass(.framesQueued, at: now, into: &effects)
    }

    private mutating func pass(_ event: RingProtocol.Event, at now: Instant, into effects: inout [Effect]) {
        ring.receive(event, at: now, into: &ringEffects)
        for effect in ringEffects { translate(effect, into: &effects) }
        ringEffects.removeAll(keepingCapacity: true)
    }

    private mutating func translate(_ effect: RingProtocol.Effect, into effects: inout [Effect]) {
        switch effect {
        case .send(let packet, let node):
            ring.statistics.sent(packet)
            effects.append(.send(packet, to: node))
        case .broadcast(let packet):
            ring.statistics.sent(packet)
            effects.append(.broadcast(packet))
        case .arm(let timer, let delay): effects.append(.arm(timer, after: delay))
        case .cancel(let timer): effects.append(.cancel(timer))
        case .storeRingSequence(let sequence): effects.append(.storeRingSequence(sequence))
        case .report(let report):
            if case .gathering(let reason) = report { ring.statistics.gathered(because: reason) }
            if case .packetRejected = report { ring.statistics.rejectedPackets &+= 1 }
            effects.append(.report(report))
        case .configurationChanged, .deliver: arrived.append(effect)
        }
    }

    private mutating func updateFlowControl(into effects: inout [Effect]) {
        let waiting = ring.waitingByteCount + applicationPacker.waitingByteCount
        let blocks = isBlocked ? waiting > Self.queueLimit / 4 * 3 : waiting > Self.queueLimit
        if blocks != isBlocked {
            isBlocked = blocks
            effects.append(.flowControlChanged(isBlocked: blocks))
        }
    }
}
