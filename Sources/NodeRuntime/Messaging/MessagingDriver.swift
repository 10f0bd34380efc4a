internal import ClusterConfiguration
internal import ClusterTypes
internal import EventLoop
internal import KronosnetTransport
internal import Messaging
internal import Totem

/// Drives the messaging of a node on its own thread: packets, timers and the stored ring sequence; contains no protocol.
///
/// Nothing here waits: the disk and the log have threads of their own, and the resource manager only gets and leaves
/// messages in mailboxes.
final class MessagingDriver {
    /// What reaches the driver from other threads.
    enum Message: Sendable {
        /// Opens the links and starts the protocol.
        case start(TransportSettings)
        case request(MessagingRequest)
        case quorumChange(QuorumChange)
        case quorumRulesChanged(QuorumRules)
        case ringSequenceStored(UInt64)
        case stop
    }

    /// What the driver tells other threads.
    struct Outlets: Sendable {
        /// In the agreed order.
        var deliver: @Sendable (MessagingEvent) -> Void
        /// Answered by `.ringSequenceStored`.
        var storeRingSequence: @Sendable (UInt64) -> Void
        /// To be known at the next start.
        var storeExpectedVotes: @Sendable (UInt32) -> Void
        /// The links cannot be opened.
        var failed: @Sendable (TransportFailure) -> Void
        /// The links are closed; nothing follows.
        var stopped: @Sendable () -> Void
    }

    private let loop: EventLoop
    private let log: Log
    private let outlets: Outlets
    private let settings: ClusterSettings
    /// The process that the local client, the resource manager, has in the process group.
    private let processID: UInt32
    private var node: MessagingNode
    private var transport: KronosnetTransport?
    private var timers: [MessagingNode.Timer: TimerID] = [:]
    private var effects: [MessagingNode.Effect] = []

    init(
        _ settings: ClusterSettings, localNode: NodeID, stored: RingDisk.Stored, processID: UInt32, loop: EventLoop,
        log: Log, outlets: Outlets
    ) {
        self.loop = loop
        self.log = log
        self.outlets = outlets
        self.processID = processID
        self.settings = settings
        node = MessagingNode(
            ring: RingSettings(
                settings, localNode: localNode, storedRingSequence: stored.ringSequence,
                packetSizeLimit: KronosnetTransport.packetLimit),
            quorum: QuorumRules(settings, localNode: localNode, trackedExpectedVotes: stored.expectedVotes),
            configurationVersion: settings.totem.configVersion)
    }

    func receive(_ message: Message) {
        switch message {
        case .start(let settings): start(settings)
        case .request(let request): process(.requested(request, processID: processID))
        case .quorumChange(let change): process(.quorumChangeRequested(change))
        case .quorumRulesChanged(let rules): process(.quorumRulesChanged(rules))
        case .ringSequenceStored(let sequence): process(.ringSequenceStored(sequence))
        case .stop: stop()
        }
    }

    private func start(_ settings: TransportSettings) {
        do {
            transport = try KronosnetTransport(settings, loop: loop) { [unowned self] in take($0) }
            // Not before: the transport first gives back memory that it does not need.
            if !Scheduling.lockMemory() { log.information("memory is not locked: the system does not permit it") }
            process(.clientConnected(processID: processID))
            process(.started)
        } catch { outlets.failed(error) }
    }

    private func take(_ event: TransportEvent) {
        switch event {
        case .packetReceived(let packet): process(.packetReceived(packet, from: nil))
        case .reachabilityChanged(let node, let isReachable):
            let name = settings.node(node).map { "\($0.name) (id \(node))" } ?? "id \(node)"
            if isReachable {
                log.notice("node \(name) is reachable")
            } else {
                log.warning("node \(name) is unreachable: all links to it are down")
            }
            process(.reachabilityChanged(node, isReachable: isReachable))
        case .mtuChanged(let bytes): log.debugging("packets up to \(bytes) bytes travel unfragmented")
        case .reported(.error, let text): log.error(text)
        case .reported(.warning, let text): log.warning(text)
        case .reported(.information, let text): log.information(text)
        case .reported(.debugging, let text): log.debugging(text)
        }
    }

    /// One event at a time, its effects in order.
    private func process(_ event: MessagingNode.Event) {
        node.receive(event, at: .now(), into: &effects)
        for effect in effects { perform(effect) }
        effects.removeAll(keepingCapacity: true)
    }

    private func perform(_ effect: MessagingNode.Effect) {
        switch effect {
        case .send(let packet, let node): transport?.send(packet, to: node)
        case .broadcast(let packet): transport?.send(packet, to: nil)
        case .arm(let timer, let delay):
            if let running = timers[timer] { loop.cancel(running) }
            timers[timer] = loop.schedule(after: delay) { [unowned self] in
                timers[timer] = nil
                process(.timerFired(timer))
            }
        case .cancel(let timer):
            if let running = timers.removeValue(forKey: timer) { loop.cancel(running) }
        case .deliver(let event, let client):
            if client == processID { outlets.deliver(event) }
        case .deliverPiece, .synchronised, .quorumChanged, .flowControlChanged: break  // For programs of corosync.
        case .storeRingSequence(let sequence): outlets.storeRingSequence(sequence)
        case .storeExpectedVotes(let votes): outlets.storeExpectedVotes(votes)
        case .administration, .configurationVersion: break
        case .configurationOutdated(let own, let newest):
            outlets.failed(
                TransportFailure(
                    "the configuration of this node has config_version \(own), another node's \(newest): "
                        + "copy the newest corosync.conf here"))
        case .report(let report):
            switch report.level {
            case .debug: log.debugging(report.text)
            case .notice: log.notice(report.text)
            case .warning: log.warning(report.text)
            case .error: log.error(report.text)
            }
        }
    }

    /// Time for the last packets to leave kronosnet's queue, which is emptied as fast as the network takes them.
    private static let farewellTime: Duration = .milliseconds(50)

    private func stop() {
        process(.leaveRequested)
        if node.hasLeft {
            close()
        } else {
            // The others are being told first; they may not be there any more.
            loop.schedule(after: Self.farewellTime) { [unowned self] in
                if !node.hasLeft { process(.leaveRequested) }
                close()
            }
        }
    }

    private func close() {
        for timer in timers.values { loop.cancel(timer) }
        timers = [:]
        loop.schedule(after: Self.farewellTime) { [unowned self] in
            transport?.abandon()
            outlets.stopped()
            loop.stop()
        }
    }
}
