internal import Agents
internal import CIB
internal import ClusterConfiguration
internal import ClusterStore
internal import ClusterTypes
internal import CorosyncIPC
internal import EventLoop
internal import Executor
internal import Fencing
internal import Glibc
internal import KronosnetTransport
internal import LocalAPI
internal import LocalServices
internal import Messaging
internal import ResourceManager

/// A running node: its threads, and their beginning and end in the right order.
///
/// | thread    | owns                                                                     |
/// |-----------|--------------------------------------------------------------------------|
/// | main      | signals, the decision to end                                             |
/// | messaging | Totem, process groups, quorum, the links; real-time where permitted      |
/// | manager   | resource manager, agents, the scheduler's worker process                 |
/// | watchdog  | the watchdog device, where the configuration names one                   |
/// | ring disk | the stored ring sequence                                                 |
/// | CIB disk  | the stored CIB                                                           |
/// | log       | the log's outputs                                                        |
/// | API       | the local API's connections                                              |
///
/// They share nothing and talk through mailboxes. Messaging never waits for any of the others.
final class Node {
    /// What the other threads tell the main one.
    private enum Message: Sendable {
        /// The links cannot be opened, or corosync is not there.
        case messagingFailed(String)
        case managerExited(ExitReason)
        case messagingStopped
        case asked(NodeRequest)
    }

    /// The signals that the node takes as events.
    static let signals = [SIGTERM, SIGINT, SIGHUP]
    /// How long the end may take once the resource manager is done: messages still to be sent, links to be closed.
    private static let endLimit: Duration = .seconds(5)

    var settings: NodeSettings
    /// What the daemon was started with, to read the configuration again.
    let options: DaemonOptions
    let log: Log
    private let loop: EventLoop
    var messaging: MessagingHandle?
    var manager: Mailbox<ManagerDriver.Message>?
    private var server: LocalServer?
    private var threads: [EventLoopThread] = []
    /// Settings that programs have changed since the configuration was read.
    var liveChanges = LiveChanges()
    private var failure: DaemonFailure?
    private var isEnding = false
    private var hasBeenAskedToEnd = false

    init(_ settings: NodeSettings, options: DaemonOptions, log: Log) throws(DaemonFailure) {
        self.settings = settings
        self.options = options
        self.log = log
        do { loop = try EventLoop() } catch { throw DaemonFailure(.system, error.description) }
    }

    /// Runs the node until it has left the cluster or failed.
    func run() throws(DaemonFailure) {
        log.notice("lockstepd \(Daemon.version) starts as node \(settings.local.name) (id \(settings.local.id))")
        for warning in settings.warnings { log.warning(warning) }
        do {
            try loop.watchSignals(Self.signals) { [unowned self] in take(signal: $0.number) }
            try start()
        } catch let error as DaemonFailure {
            throw error
        } catch { throw DaemonFailure(.system, "\(error)") }
        loop.run()
        server?.stop()
        for thread in threads { thread.handle.stop() }
        for thread in threads { thread.join() }
        if let failure { throw failure }
    }

    // MARK: Beginning

    private func start() throws {
        let own = loop.makeMailbox { [unowned self] (message: Message) in receive(message) }
        guard settings.cluster.lockstep.runsResourceManager else {
            guard let transport = settings.transport else {
                throw DaemonFailure(
                    .configuration, "with messaging: corosync and resource_manager: none nothing is left to run")
            }
            log.notice("no resource manager runs here: the configuration says so")
            let messaging = try startBuiltIn(transport, own, deliver: { _ in }, ringFormed: { _ in })
            self.messaging = messaging
            messaging.start()
            return
        }
        let station = try Station<ManagerDriver.Message>()
        let manager = station.mailbox
        let messaging =
            if let transport = settings.transport {
                try startBuiltIn(
                    transport, own, deliver: { manager.post(.messaging($0)) },
                    ringFormed: { manager.post(.ringFormed($0)) })
            } else {
                try startOnCorosync(manager, own)
            }
        self.messaging = messaging
        try startManagement(station, messaging, own)
    }

    /// The resource manager, its store and the local API.
    private func startManagement(
        _ station: sending Station<ManagerDriver.Message>, _ messaging: MessagingHandle, _ own: Mailbox<Message>
    ) throws {
        let manager = station.mailbox
        let server = makeServer(manager)
        let store = DocumentStore(directory: settings.directory.cib)
        let loaded = store.load()
        for note in loaded.notes { log.warning(note) }
        let disk = try startDocumentDisk(store, manager)
        try startManager(
            station,
            ManagerDriver.Outlets(
                send: { messaging.send($0) },
                store: { disk.post(DocumentToStore(id: $0, document: $1, lineage: $2)) },
                respond: { server.respond($0, $1) }, publish: { server.publish($0) },
                exit: { own.post(.managerExited($0)) }))
        self.manager = manager
        messaging.start()
        manager.post(.start(loaded.document, loaded.lineage))
        try server.start()
        self.server = server
    }

    private func makeServer(_ manager: Mailbox<ManagerDriver.Message>) -> LocalServer {
        var serverSettings = LocalServer.Settings(socketPath: settings.directory.socket)
        serverSettings.group = settings.cluster.lockstep.group
        return LocalServer(settings: serverSettings) { manager.post(.client($0, $1, by: $2)) }
    }

    private struct DocumentToStore: Sendable {
        var id: CIBStoreID
        var document: CIBDocument?
        var lineage: CIBLineage
    }

    private func startDocumentDisk(
        _ store: DocumentStore, _ manager: Mailbox<ManagerDriver.Message>
    ) throws -> Mailbox<DocumentToStore> {
        let station = try Station<DocumentToStore>()
        let mailbox = station.mailbox
        var store = store
        station.settle { request in
            do throws(StoreFailure) {
                if let document = request.document { try store.store(document) }
                try store.store(request.lineage)
                manager.post(.stored(request.id))
            } catch { manager.post(.storeFailed(request.id, error.description)) }
        }
        threads.append(try Station.start(station, name: "CIB disk"))
        return mailbox
    }

    private func startRingDisk(
        _ files: RingDisk, _ messaging: Mailbox<MessagingDriver.Message>
    ) throws -> Mailbox<RingDisk.Request> {
        let station = try Station<RingDisk.Request>()
        let mailbox = station.mailbox
        files.serve(station, log: log) { messaging.post(.ringSequenceStored($0)) }
        threads.append(try Station.start(station, name: "ring disk"))
        return mailbox
    }

    /// The thread that pings the watchdog, if the configuration names one.
    private func startWatchdog(
        _ messaging: Mailbox<MessagingDriver.Message>
    ) throws -> (@Sendable (WatchdogRequest) -> Void)? {
        guard settings.cluster.resources.watchdogDevice != nil else { return nil }
        let station = try Station<WatchdogRequest>()
        let mailbox = station.mailbox
        let device = WatchdogDevice(log: log) { messaging.post(.watchdog($0)) }
        station.settle { device.receive($0) }
        threads.append(try Station.start(station, name: "watchdog"))
        return { mailbox.post($0) }
    }

    /// Our own messaging, on its own thread.
    private func startBuiltIn(
        _ transport: TransportSettings, _ own: Mailbox<Message>, deliver: @escaping @Sendable (MessagingEvent) -> Void,
        ringFormed: @escaping @Sendable (String) -> Void
    ) throws -> MessagingHandle {
        let ringDiskFiles = RingDisk(folder: settings.directory.ring)
        let stored = try ringDiskFiles.load()
        let station = try Station<MessagingDriver.Message>()
        let messaging = station.mailbox
        let ringDisk = try startRingDisk(ringDiskFiles, messaging)
        try startMessaging(
            station, stored: stored,
            MessagingDriver.Outlets(
                deliver: deliver, ringFormed: ringFormed, storeRingSequence: { ringDisk.post(.ringSequence($0)) },
                storeExpectedVotes: { ringDisk.post(.expectedVotes($0)) },
                failed: { own.post(.messagingFailed($0.description)) }, asked: { own.post(.asked($0)) },
                watchdog: try startWatchdog(messaging), stopped: { own.post(.messagingStopped) }))
        return MessagingHandle(
            start: { messaging.post(.start(transport)) }, send: { messaging.post(.request($0)) },
            reloaded: { messaging.post(.reloaded($0, requester: $1)) }, tuned: { messaging.post(.tuned($0)) },
            stop: { messaging.post(.stop) })
    }

    /// A corosync daemon's messaging, reached from a thread of its own.
    private func startOnCorosync(
        _ manager: Mailbox<ManagerDriver.Message>, _ own: Mailbox<Message>
    ) throws -> MessagingHandle {
        let station = try Station<CorosyncDriver.Message>()
        let mailbox = station.mailbox
        let driver = CorosyncDriver(
            settings, loop: station.loop, log: log,
            outlets: .init(
                deliver: { manager.post(.messaging($0)) }, failed: { own.post(.messagingFailed($0)) },
                reloaded: { own.post(.asked(.reload(requester: 0))) }, stopped: { own.post(.messagingStopped) }))
        station.settle { driver.receive($0) }
        threads.append(try Station.start(station, name: "messaging"))
        return MessagingHandle(
            start: { mailbox.post(.start) }, send: { mailbox.post(.request($0)) }, reloaded: { _, _ in },
            tuned: { _ in }, stop: { mailbox.post(.stop) })
    }

    private func startMessaging(
        _ station: sending Station<MessagingDriver.Message>, stored: RingDisk.Stored,
        _ outlets: MessagingDriver.Outlets
    ) throws {
        let log = log
        let system = settings.cluster.system
        let driver = MessagingDriver(
            settings.cluster, map: Self.map(settings, isInitial: true), localNode: settings.local.id, stored: stored,
            roles: MessagingDriver.Roles(
                processID: UInt32(getpid()), hasResourceManager: settings.cluster.lockstep.runsResourceManager,
                servicePlaces: settings.servicePlaces), loop: station.loop, log: log, outlets: outlets)
        station.settle { driver.receive($0) }
        let thread = try Station.start(station, name: "messaging") {
            switch Scheduling.raiseCallingThread(system) {
            case .realTime(let priority): log.information("messaging has real-time priority \(priority)")
            case .preferred(let nice): log.information("messaging has nice value \(nice)")
            case .ordinary: log.information("messaging has ordinary priority: the system permits no other")
            }
        }
        threads.append(thread)
    }

    private func startManager(
        _ station: sending Station<ManagerDriver.Message>, _ outlets: ManagerDriver.Outlets
    ) throws {
        let (cluster, name, root) = (settings.cluster, settings.local.name, settings.directory.root)
        let directories = AgentPlaces.directories(cluster.lockstep)
        let hasTools = AgentToolFolder.make(settings.directory.agentTools)
        if !hasTools {
            log.warning("agents find no crm_attribute of ours: there is no lockstep program beside lockstepd")
        }
        let toolEnvironment = hasTools ? AgentTools.environment(folder: settings.directory.agentTools) : []
        let managerSettings = ManagerSettings(
            member: GroupMember(node: settings.local.id, processID: UInt32(getpid())), nodeName: name,
            nodes: Self.nodes(settings),
            clusterName: cluster.totem.clusterName, seed: UInt64.random(in: .min ... .max),
            executor: ExecutorSettings(
                nodeName: name, directories: directories, stateFolder: settings.directory.agentState, root: root,
                extraEnvironment: toolEnvironment),
            fencer: FencerSettings(
                nodeName: name, directories: directories, root: root, extraEnvironment: toolEnvironment),
            lastSchedule: InputArchive(folder: settings.directory.schedulerInputs).lastNumber ?? 0)
        let worker = SchedulerWorker.Settings(
            program: "/proc/self/exe",
            arguments: ["lockstepd", DaemonOptions.schedulerWorkerWord, settings.directory.schedulerInputs],
            evidenceFolder: settings.directory.schedulerInputs)
        let driver = ManagerDriver(managerSettings, worker: worker, loop: station.loop, log: log, outlets: outlets)
        station.settle { driver.receive($0) }
        threads.append(try Station.start(station, name: "manager"))
    }

    // MARK: End

    private func take(signal: Int32) {
        if signal == SIGHUP {
            log.reopen()
            log.notice("asked to read the configuration again")
            reload(requester: 0)
            return
        }
        leave()
    }

    private func leave() {
        if hasBeenAskedToEnd {
            log.warning("asked to end a second time: leaving at once; the other nodes may fence this one")
            failure = DaemonFailure(.failure, "ended before the resources had moved away")
            end()
        } else {
            hasBeenAskedToEnd = true
            if let manager {
                log.notice("asked to end: leaving the cluster after the resources have moved away")
                manager.post(.shutDown)
            } else {
                log.notice("asked to end: leaving the cluster")
                end()
            }
        }
    }

    private func receive(_ message: Message) {
        switch message {
        case .asked(.reload(let requester)): reload(requester: requester)
        case .asked(.tune(let changes)): tune(changes)
        case .asked(.reopenLogs): log.reopen()
        case .asked(.leave): if !hasBeenAskedToEnd { leave() }
        case .asked(.end(let reason)):
            failure = DaemonFailure(.failure, reason)
            end()
        case .messagingFailed(let reason):
            failure = DaemonFailure(.unavailable, reason)
            end()
        case .managerExited(.shutDown): end()
        case .managerExited(.fenced(let peer)):
            failure = DaemonFailure(.fenced, "this node was fenced by \(peer)")
            end()
        case .managerExited(.failed(let reason)):
            failure = DaemonFailure(.failure, reason)
            end()
        case .messagingStopped: loop.stop()
        }
    }

    private func end() {
        if isEnding { return }
        isEnding = true
        manager?.post(.stop)
        messaging?.stop()
        loop.schedule(after: Self.endLimit) { [log] in
            log.error("the end takes too long: giving up")
            log.close()
            _exit(DaemonFailure.Status.failure.rawValue)
        }
    }
}

extension Scheduling {
    fileprivate static func raiseCallingThread(_ system: SystemSettings) -> SchedulingClass {
        switch system.priority {
        case .highest: raiseCallingThread(usesRealTime: system.usesRealTime)
        case .lowest: raiseCallingThread(usesRealTime: system.usesRealTime, isLowest: true)
        case .nice(let value): raiseCallingThread(usesRealTime: false, nice: value)
        }
    }
}
