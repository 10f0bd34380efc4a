internal import ClusterConfiguration
internal import ClusterTypes
internal import CorosyncIPC
internal import EventLoop
internal import KronosnetTransport
internal import LibknetTransport
internal import LocalServices
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
        /// All nodes read their configuration again, or do what else an administrator wants.
        case administer(AdministrationMessage)
        /// The configuration was read again; `nil` when it was not usable. `requester` is who waits, 0 for nobody.
        case reloaded(Reloaded?, requester: UInt64)
        /// Settings that programs have changed hold; `nil` when they are not possible.
        case tuned(Reloaded?)
        /// What came of a request to the watchdog.
        case watchdog(WatchdogOutcome)
        case stop
    }

    /// A configuration that was read while the node runs.
    struct Reloaded: Sendable {
        var cluster: ClusterSettings
        var transport: TransportSettings
        var map: ConfigurationMap
    }

    /// What the driver tells other threads.
    struct Outlets: Sendable {
        /// In the agreed order.
        var deliver: @Sendable (MessagingEvent) -> Void
        /// A new ring, in words, with the reasons of those who left.
        var ringFormed: @Sendable (String) -> Void
        /// Answered by `.ringSequenceStored`.
        var storeRingSequence: @Sendable (UInt64) -> Void
        /// To be known at the next start.
        var storeExpectedVotes: @Sendable (UInt32) -> Void
        /// The links cannot be opened.
        var failed: @Sendable (TransportFailure) -> Void
        /// What programs and other nodes want of the daemon as a whole; a reload is answered by `.reloaded`.
        var asked: @Sendable (NodeRequest) -> Void
        /// A watchdog is pinged on a thread of its own, since some take seconds for it; `nil` where there is none.
        var watchdog: (@Sendable (WatchdogRequest) -> Void)?
        /// The links are closed; nothing follows.
        var stopped: @Sendable () -> Void
    }

    private let loop: EventLoop
    let log: Log
    let outlets: Outlets
    var settings: ClusterSettings
    let localNode: NodeID
    /// How far this node is with keys that have changed.
    var keys = KeyState.settled
    /// By link: 4 or 16 bytes.
    var ownAddresses: [Int: [UInt8]] = [:]
    private let roles: Roles
    private(set) var daemon: MessagingDaemon
    var transport: (any PacketTransport)?
    private var programs: LocalPrograms?
    private var timers: [MessagingNode.Timer: TimerID] = [:]
    private var serviceTimers: [ServiceTimer: TimerID] = [:]
    private var effects: [MessagingDaemon.Effect] = []
    /// Events that came while effects were performed.
    private var further: [MessagingDaemon.Event] = []
    private var isPerforming = false
    private var isClosing = false

    enum KeyState {
        case settled
        /// New keys are known for receiving.
        case known
        /// They are used for sending, and the old ones are still known.
        case used
    }

    /// Who uses the messaging of this node.
    struct Roles {
        /// The process ID of the daemon, under which the resource manager is in process groups.
        var processID: UInt32
        var hasResourceManager: Bool
        /// Where programs written for corosync may connect.
        var servicePlaces: [ServicePlace]
    }

    init(
        _ settings: ClusterSettings, map: ConfigurationMap, localNode: NodeID, stored: RingDisk.Stored, roles: Roles,
        loop: EventLoop, log: Log, outlets: Outlets
    ) {
        self.loop = loop
        self.log = log
        self.outlets = outlets
        self.roles = roles
        self.settings = settings
        self.localNode = localNode
        let node = MessagingNode(
            ring: RingSettings(
                settings, localNode: localNode, storedRingSequence: stored.ringSequence,
                packetSizeLimit: TransportSettings.packetLimit),
            quorum: QuorumRules(settings, localNode: localNode, trackedExpectedVotes: stored.expectedVotes),
            configurationVersion: settings.totem.configVersion)
        daemon = MessagingDaemon(node, localNode: localNode, residentProcessID: roles.processID, map: map)
    }

    func receive(_ message: Message) {
        switch message {
        case .start(let settings): start(settings)
        case .request(let request): process(.requested(request, processID: roles.processID))
        case .quorumChange(let change): process(.quorumChangeRequested(change))
        case .quorumRulesChanged(let rules): process(.quorumRulesChanged(rules))
        case .ringSequenceStored(let sequence): process(.ringSequenceStored(sequence))
        case .administer(let message): process(.administered(message))
        case .reloaded(let reloaded, let requester): take(reloaded, requester)
        case .tuned(let tuned): process(.tuned(tuned.map(adopt)))
        case .watchdog(let outcome):
            process(.watchdog(outcome))
            if outcome == .disarmed, isClosing { closeLinks() }
        case .stop: stop()
        }
    }

    private func start(_ settings: TransportSettings) {
        ownAddresses = settings.ownAddresses.mapValues(\.addressBytes)
        do {
            transport = try openTransport(settings)
            // Not before: the transport first gives back memory that it does not need.
            if !Scheduling.lockMemory() { log.information("memory is not locked: the system does not permit it") }
            if roles.hasResourceManager { process(.clientConnected(processID: roles.processID)) }
            if !roles.servicePlaces.isEmpty { admitPrograms() }
            process(.started)
        } catch { outlets.failed(error) }
    }

    /// Our own transport, or libknet for what ours does not do.
    func openTransport(_ settings: TransportSettings) throws(TransportFailure) -> any PacketTransport {
        if settings.isForKronosnetTransport {
            return try KronosnetTransport(settings, loop: loop) { [unowned self] in take($0) }
        }
        return try LibknetTransport(settings, loop: loop) { [unowned self] in take($0) }
    }

    private func take(_ event: TransportEvent) {
        switch event {
        case .packetReceived(let packet):
            // What programs have asked for until now goes with this token, in one frame, instead of with the next ones in many.
            if PackedRing.isToken(packet) { programs?.takeRequests() }
            process(.packetReceived(packet, from: nil))
        case .packetsPaused: programs?.flush()
        case .reachabilityChanged(let node, let isReachable):
            let name = settings.node(node).map { "\($0.name) (id \(node))" } ?? "id \(node)"
            if isReachable {
                log.notice("node \(name) is reachable")
            } else {
                log.warning("node \(name) is unreachable: nothing is heard from it")
            }
            process(.reachabilityChanged(node, isReachable: isReachable))
        // Programs that track links also learn of a loss that is over before the next regular look.
        case .linkChanged: process(.transportObserved(observe()))
        case .daemonMissing(let node): process(.daemonMissing(node))
        case .mtuChanged(let bytes): log.debugging("packets up to \(bytes) bytes travel unfragmented")
        case .reported(.error, let text): log.error(text)
        case .reported(.warning, let text): log.warning(text)
        case .reported(.information, let text): log.information(text)
        case .reported(.debugging, let text): log.debugging(text)
        }
    }

    func process(_ event: MessagingNode.Event) { process(.messaging(event)) }

    /// One event at a time, its effects in order; what happens while they are performed comes after them.
    func process(_ event: MessagingDaemon.Event) {
        if isPerforming {
            further.append(event)
            return
        }
        isPerforming = true
        begin(event)
        // Requests of programs come in batches, which are worked on as a whole.
        if case .clientRequested = event {} else { proceed() }
        isPerforming = false
        // To wake a program takes longer than to pass the token on: not while more is to come, of which somebody tells the end.
        switch event {
        case .clientRequested, .messaging(.packetReceived): return
        case .messaging, .clientConnected, .clientDisconnected, .timerFired, .transportObserved, .reloaded, .tuned,
            .bufferRead, .systemRead, .watchdog:
            programs?.flush()
        }
    }

    /// The requests that programs made together have all been given.
    private func finishRequests() {
        if isPerforming { return }  // What is being done ends in the same way.
        isPerforming = true
        proceed()
        isPerforming = false
        programs?.flush()
    }

    private func begin(_ event: MessagingDaemon.Event) {
        daemon.begin(event, at: .now(), into: &effects)
        performAll()
    }

    /// What other nodes wait for has been sent; now what the ring delivers is worked on, and what happened meanwhile.
    private func proceed() {
        deliver()
        while !further.isEmpty {
            var events: [MessagingDaemon.Event] = []
            swap(&events, &further)
            for event in events {
                begin(event)
                deliver()
            }
        }
    }

    /// Programs read one part while the next is worked on.
    private func deliver() {
        var isFirst = true
        while daemon.proceed(at: .now(), into: &effects) {
            if !isFirst { programs?.flush() }
            isFirst = false
            performAll()
        }
        performAll()
    }

    private func performAll() {
        for effect in effects {
            switch effect {
            case .messaging(let effect): perform(effect)
            case .service(let effect): perform(effect)
            }
        }
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
        case .deliver(let event, _): outlets.deliver(event)
        case .storeRingSequence(let sequence): outlets.storeRingSequence(sequence)
        case .storeExpectedVotes(let votes): outlets.storeExpectedVotes(votes)
        case .configurationOutdated(let own, let newest):
            outlets.failed(
                TransportFailure(
                    "the configuration of this node has config_version \(own), another node's \(newest): "
                        + "copy the newest corosync.conf here"))
        case .report(let report):
            log.write(report)
            if report.isMembership { outlets.ringFormed(report.text) }
        case .deliverMessages, .deliverPiece, .synchronised, .quorumChanged, .flowControlChanged, .administration,
            .configurationVersion:
            break  // For the services.
        }
    }

    private func perform(_ effect: ServiceEffect) {
        switch effect {
        case .arm(let timer, let delay):
            if let running = serviceTimers[timer] { loop.cancel(running) }
            serviceTimers[timer] = loop.schedule(after: delay) { [unowned self] in
                serviceTimers[timer] = nil
                process(.timerFired(timer))
            }
        case .cancel(let timer):
            if let running = serviceTimers.removeValue(forKey: timer) { loop.cancel(running) }
        case .report(let report): log.write(report)
        case .daemon(let request): perform(request)
        case .messaging: break  // Done already.
        case .respond, .sendEvent, .sendEvents, .disconnect, .holdRequests, .shareBuffer, .unshareBuffer, .readBuffer:
            programs?.perform(effect)
        }
    }

    /// Opens the sockets for programs written for corosync.
    private func admitPrograms() {
        programs = LocalPrograms(
            at: roles.servicePlaces, loop: loop, log: log,
            access: { [unowned self] user, group in daemon.configurationMap.permits(user: user, group: group) },
            inbox: { [unowned self] event in process(event) },
            requestsPaused: { [unowned self] in finishRequests() })
    }

    /// Time for the last packets to leave the transport's queue, which is emptied as fast as the network takes them.
    private static let farewellTime: Duration = .milliseconds(50)

    private func stop() {
        process(.leaveRequested)
        if daemon.node.hasLeft {
            close()
        } else {
            // The others are being told first; they may not be there any more.
            loop.schedule(after: Self.farewellTime) { [unowned self] in
                if !daemon.node.hasLeft { process(.leaveRequested) }
                close()
            }
        }
    }

    private func close() {
        for timer in timers.values { loop.cancel(timer) }
        for timer in serviceTimers.values { loop.cancel(timer) }
        (timers, serviceTimers) = ([:], [:])
        programs?.close()
        isClosing = true
        if let watchdog = outlets.watchdog { watchdog(.disarm) } else { closeLinks() }
    }

    private func closeLinks() {
        isClosing = false
        loop.schedule(after: Self.farewellTime) { [unowned self] in
            transport?.abandon()
            outlets.stopped()
            loop.stop()
        }
    }
}

extension Log {
    /// Writes what the messaging says of itself.
    func write(_ report: MessagingReport) {
        switch report.level {
        case .debug: debugging(report.text)
        case .notice: notice(report.text)
        case .warning: warning(report.text)
        case .error: error(report.text)
        }
    }
}
