package import ClusterConfiguration
package import ClusterTypes
package import Messaging

/// One service that local programs reach through libqb's IPC, such as cpg or cmap: a core with state per connection.
///
/// **The contract.** ``MessagingDaemon`` owns one value of each service and calls it in the order of the messaging thread's inbox;
/// a service never sees another's clients. For every client: one `connected`, then requests in the order in which they were sent,
/// then one `disconnected`, after which nothing may be sent to it. A service appends its effects in the order in which they must
/// happen.
///
/// - libqb's clients wait for the answer to one request at a time: every request gets exactly one `respond`, at once or later,
///   but for those that the library sends without waiting (`cpg_mcast_joined`). An answer to a request that cannot be read is
///   ``ResponseHeader/failure(_:)``.
/// - `sendEvent` reaches the program's dispatch function; a program that does not read is disconnected by the edge when too much
///   waits for it. Neither effect ever blocks.
/// - Requests are untrusted bytes: decode with ``LocalRequest/body(after:)`` and `WireReader`, which check every length.
/// - `node` is there to be asked. To make it do something, append `.messaging(…)`; what follows from it comes after this call.
package protocol LocalService: Sendable {
    mutating func connected(_ client: LocalClient, node: borrowing MessagingNode, into effects: inout [ServiceEffect])

    mutating func requested(
        _ request: LocalRequest, by client: LocalClient, node: borrowing MessagingNode,
        into effects: inout [ServiceEffect])

    mutating func disconnected(_ client: LocalClient, into effects: inout [ServiceEffect])

    /// Something changed in the cluster or in the daemon; every service is told everything, in the same order.
    mutating func received(
        _ notice: ServiceNotice, node: borrowing MessagingNode, at now: Instant, into effects: inout [ServiceEffect])
}

/// What every service is told.
package enum ServiceNotice: Sendable {
    /// A ring is synchronised: the members, and who joined and left since the last one.
    case synchronised(NodeMembership)
    /// The decision about quorum, after every synchronisation and whenever votes change.
    case quorumChanged(QuorumView)
    /// The sending queue is full, or no longer.
    case flowControlChanged(isBlocked: Bool)
    /// Something for the group member `processID` on this node: a change of its group.
    case groupEvent(MessagingEvent, processID: UInt32)
    case groupMessages(GroupDelivery, processIDs: [UInt32])
    case groupPiece(GroupMessagePiece, processID: UInt32)
    /// What an administrator of a node wants, in the agreed order.
    case administration(AdministrationMessage, from: NodeID)
    /// A node told the version of its configuration.
    case configurationVersion(UInt64, of: NodeID)
    /// What `DaemonRequest.observeTransport` asked for.
    case statisticsGathered(TransportObservation, ClientFigures)
    case timerFired(ServiceTimer)
    /// What a request of the process group service about a shared buffer of a client came to.
    case bufferRead(SharedBufferOutcome, ClientID)
}

/// What a service wants done, in order.
package enum ServiceEffect: Sendable, Equatable {
    /// The answer to the request that the client waits for.
    case respond([UInt8], to: ClientID)
    /// Something for the client's dispatch function.
    case sendEvent([UInt8], to: ClientID)
    /// The same for messages that come together, for several clients: what other nodes sent goes from the packet into the
    /// programs' memory.
    case sendEvents(EventRun, to: [ClientID])
    /// Ends a connection for the reason that is logged; `disconnected` follows.
    case disconnect(ClientID, reason: String)
    case messaging(MessagingNode.Event)
    /// Reads no further requests of a service's clients until told otherwise; they wait in the clients' rings.
    case holdRequests(LocalServiceKind, Bool)
    /// Maps a file that the client made and owns, and writes the ticket into its second 8 bytes; comes back as `bufferRead`.
    case shareBuffer(UInt64, path: [UInt8], size: UInt64, with: ClientID)
    case unshareBuffer(UInt64, of: ClientID)
    /// Reads a shared buffer after its first 16 bytes; comes back as `bufferRead`.
    case readBuffer(UInt64, of: ClientID)
    /// Starts a timer, afresh when it is running; comes back as a notice.
    case arm(ServiceTimer, after: Duration)
    case cancel(ServiceTimer)
    case report(MessagingReport)
    /// What only the daemon can do.
    case daemon(DaemonRequest)
}

/// The timers of all services.
package enum ServiceTimer: Hashable, Sendable {
    /// Gathered statistics are too old to serve.
    case statisticsAge
    /// Trackers of statistics want to know what is new.
    case statisticsTracking
    /// Programs have thought long enough about a shutdown.
    case shutdownVote
    /// A resource of the system is to be looked at again.
    case systemMonitor(SystemResource)
    /// Whether a watched resource is in order; its keys begin with this.
    case watchedResource(String)
    /// The watchdog is to be pinged.
    case watchdogPing
}

/// What services ask of the daemon around the messaging.
package enum DaemonRequest: Sendable, Equatable {
    /// Look at the links, then report `MessagingDaemon.Event.transportObserved`.
    case observeTransport
    case resetStatistics(StatisticsPart)
    /// Read the configuration again, then report `MessagingDaemon.Event.reloaded`; 0 when nobody here waits for it.
    case reload(requester: UInt64)
    /// Take over changes of settings, if they are possible, then report `MessagingDaemon.Event.tuned`.
    case tune(LiveChanges)
    /// Go on to the next phase of changed keys.
    case changeKeys(phase: UInt32)
    case reopenLogs
    /// Read what a resource is now, then report `MessagingDaemon.Event.systemRead`.
    case readSystem(SystemResource)
    /// Answered, where an answer is due, by `MessagingDaemon.Event.watchdog`.
    case watchdog(WatchdogRequest)
    /// Leave the cluster cleanly: resources move away first.
    case leave
    /// End at once.
    case end(reason: String)
}
