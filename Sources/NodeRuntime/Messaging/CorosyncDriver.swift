internal import ClusterConfiguration
internal import ClusterTypes
internal import CorosyncMessaging
internal import EventLoop

/// Drives the messaging of a corosync daemon on this node, on a thread of its own.
final class CorosyncDriver {
    enum Message: Sendable {
        case start
        case request(MessagingRequest)
        case stop
    }

    struct Outlets: Sendable {
        /// In the agreed order.
        var deliver: @Sendable (MessagingEvent) -> Void
        /// Corosync cannot be reached, or is gone.
        var failed: @Sendable (String) -> Void
        /// Corosync has read its configuration again.
        var reloaded: @Sendable () -> Void
        /// Nothing follows.
        var stopped: @Sendable () -> Void
    }

    private let messaging: CorosyncMessaging
    private let reloads: CorosyncReloads
    private let loop: EventLoop
    private let outlets: Outlets

    init(_ settings: NodeSettings, loop: EventLoop, log: Log, outlets: Outlets) {
        let cluster = settings.cluster
        let votes = Dictionary(cluster.nodes.map { ($0.id, $0.votes) }) { first, _ in first }
        let table = VoteTable(votes: votes, expected: cluster.expectedVotes, isTwoNode: cluster.quorum.isTwoNode)
        self.loop = loop
        self.outlets = outlets
        reloads = CorosyncReloads(loop: loop, log: log, reloaded: outlets.reloaded)
        messaging = CorosyncMessaging(
            .init(localNode: settings.local.id, group: .resourceManager, votes: table), loop: loop,
            outlets: .init(
                deliver: { event in
                    if case .quorumChanged(let view) = event {
                        let state = view.isQuorate ? "has quorum" : "has no quorum"
                        log.notice("corosync: ring \(view.ring) with \(view.members), this partition \(state)")
                    }
                    outlets.deliver(event)
                },
                failed: { outlets.failed("messaging by corosync: \($0)") },
                connected: { log.notice("messaging is done by corosync, which knows this node as id \($0)") }))
    }

    func receive(_ message: Message) {
        switch message {
        case .start:
            messaging.start()
            reloads.start()
        case .request(let request): messaging.request(request)
        case .stop:
            messaging.stop()
            reloads.stop()
            outlets.stopped()
            loop.stop()
        }
    }
}
