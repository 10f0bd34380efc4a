internal import CorosyncIPC
internal import EventLoop
internal import Glibc
internal import LocalServices

/// The programs on this machine that use the messaging as they would use corosync: their connections, on the messaging thread.
final class LocalPrograms {
    private let log: Log
    private let inbox: (MessagingDaemon.Event) -> Void
    private let requestsPaused: () -> Void
    private var host: ServiceHost?

    /// Opens the sockets; what another daemon offers in this network namespace is reported and left to it.
    ///
    /// - Parameters:
    ///   - places: where programs look for the sockets.
    ///   - access: whether a user or group other than root may connect.
    ///   - inbox: takes what the programs do, in order.
    ///   - requestsPaused: the requests that came together have all been given.
    init(
        at places: [ServicePlace], loop: EventLoop, log: Log,
        access: @escaping (_ user: UInt32, _ group: UInt32) -> Bool,
        inbox: @escaping (MessagingDaemon.Event) -> Void, requestsPaused: @escaping () -> Void
    ) {
        self.log = log
        self.inbox = inbox
        self.requestsPaused = requestsPaused
        let host = ServiceHost(loop: loop, access: access) { [unowned self] in take($0) }
        for place in places { for service in LocalServiceKind.allCases { open(service, at: place, host) } }
        self.host = host
    }

    private func open(_ service: LocalServiceKind, at place: ServicePlace, _ host: ServiceHost) {
        do { try host.open(service, at: place) } catch {
            switch (place, error.code) {
            case (.machine, EADDRINUSE):
                log.warning(
                    "programs of corosync cannot use \(service.name) of this node: another daemon, such as corosync, "
                        + "offers it on this machine")
            case (.machine, _): log.error("programs of corosync cannot use \(service.name): \(error)")
            case (.folder, _): log.warning("tools of corosync cannot use \(service.name) of this node: \(error)")
            }
        }
    }

    private func take(_ event: ServiceHost.Event) {
        switch event {
        case .connected(let client): inbox(.clientConnected(client))
        case .requested(let requests, let client): inbox(.clientRequested(requests, by: client))
        case .disconnected(let client): inbox(.clientDisconnected(client))
        case .reported(let text): log.warning(text)
        case .paused: requestsPaused()
        }
    }

    /// Performs an effect that is about a program's connection.
    func perform(_ effect: ServiceEffect) {
        guard let host else { return }
        switch effect {
        case .respond(let bytes, let client): host.respond(bytes, to: client)
        case .sendEvent(let bytes, let client): host.send(bytes, to: client)
        case .sendEvents(let run, let clients): for client in clients { host.send(run, to: client) }
        case .disconnect(let client, let reason): host.disconnect(client, reason: reason)
        case .holdRequests(let service, let isHeld): host.hold(service, isHeld)
        case .shareBuffer(let ticket, let path, let size, let client):
            inbox(.bufferRead(host.shareBuffer(ticket, path: path, size: size, with: client), client))
        case .unshareBuffer(let ticket, let client): host.unshareBuffer(ticket, of: client)
        case .readBuffer(let ticket, let client): inbox(.bufferRead(host.readBuffer(ticket, of: client), client))
        case .messaging, .arm, .cancel, .report, .daemon: break
        }
    }

    /// Takes what the programs that are busy sending have asked for until now.
    func takeRequests() { host?.takeRequests() }

    /// Announces to the programs what was sent to them.
    func flush() { host?.flush() }

    func close() { host?.close() }
}
