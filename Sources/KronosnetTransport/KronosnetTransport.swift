package import ClusterTypes
package import EventLoop
internal import Glibc
internal import Kronosnet

/// Our own kronosnet: the protocol of ``Kronosnet`` on UDP sockets of one event loop.
///
/// Packets are sealed and sent on the calling thread, with one system call for all fragments of a packet and one sealing for all
/// destinations; nothing blocks.
package final class KronosnetTransport: PacketTransport {
    /// Receiving calls in one go before timers and other descriptors get their turn.
    private static let batchLimit = 8

    var settings: TransportSettings
    let loop: EventLoop
    let receiver: Receiver
    var engine: KronosnetProtocol
    var keyring: Keyring
    var statistics = SealingStatistics()
    /// One for each local address, by its bytes.
    var sockets: [[UInt8]: DatagramSocket] = [:]
    /// The way to the other end of each link, in the order of the protocol's indices.
    var routes: [[Route]] = []
    /// Of all remote addresses, without their ports.
    var listedAddresses: Set<Endpoint> = []
    var complaints = ComplaintLimiter()
    var refusedLinks: RefusedLinks
    private let fragments = FragmentBuffer()
    private let arrivals = ReceiveBuffers()
    private let opened = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 64)
    var effects: [KronosnetProtocol.Effect] = []
    private var spare: [KronosnetProtocol.Effect] = []
    private var wake: (timer: TimerID, deadline: Instant)?

    struct Route {
        var socket: DatagramSocket
        var remote: SocketAddress
    }

    /// Opens all links and starts to send and receive.
    ///
    /// - Parameter receive: called on `loop`, never from within this initialiser.
    /// - Throws: when an address is in use or not local, or the settings ask for what only libknet does.
    package init(
        _ settings: TransportSettings, loop: EventLoop, receive: @escaping (TransportEvent) -> Void
    ) throws(TransportFailure) {
        guard settings.isForKronosnetTransport else {
            throw TransportFailure("compression and SCTP need libknet")
        }
        self.settings = settings
        self.loop = loop
        receiver = Receiver(receive)
        refusedLinks = RefusedLinks(settings.peers)
        keyring = try Keyring(settings.protection)
        engine = KronosnetProtocol(try settings.protocolSettings(keyring.envelope), now: .now())
        for link in settings.peers.flatMap(\.links) { _ = try socket(at: link.local) }
        updateRoutes()
        armWake()
    }

    deinit {
        close()
        opened.deallocate()
    }

    package var protection: TransportSettings.Protection? { settings.protection }

    // MARK: Sockets

    /// The socket at an address of this node; opened when links first need it.
    func socket(at local: SocketAddress) throws(TransportFailure) -> DatagramSocket {
        if let known = sockets[local.bytes] { return known }
        let socket = try DatagramSocket(local)
        do { try watch(socket, for: .readable) } catch { throw TransportFailure(error.description) }
        socket.mark(settings.serviceClass)
        sockets[local.bytes] = socket
        return socket
    }

    private func watch(_ socket: DatagramSocket, for readiness: Readiness) throws(SystemCallFailure) {
        try loop.watch(socket.descriptor, for: readiness) { [unowned self] ready in
            if ready.contains(.hangup) { takeErrors(of: socket) }
            if ready.contains(.writable) { sendWaiting(on: socket) }
            // An error that was not queued is taken by reading, too.
            if !ready.isDisjoint(with: [.readable, .hangup]) { readPackets(from: socket) }
        }
    }

    /// Makes routes and listed addresses agree with the settings; every link has a socket.
    func updateRoutes() {
        routes = settings.peers.map { peer in
            peer.links.compactMap { link in
                sockets[link.local.bytes].map { Route(socket: $0, remote: link.remote) }
            }
        }
        listedAddresses = Set(
            settings.peers.flatMap(\.links).map { link in
                var address = link.remote.endpoint
                address.port = 0
                return address
            })
    }

    // MARK: Sending

    package func send(_ packet: [UInt8], to node: NodeID?) {
        guard packet.count >= PacketTarget.end, packet.count <= TransportSettings.packetLimit else { return }
        let now = Instant.now()
        guard let dispatch = engine.dispatch(of: packet.count, to: node, now: now, into: &effects) else { return }
        let cut = packet.withUnsafeBytes {
            fragments.cut($0, for: node?.rawValue ?? 0, as: dispatch, sealedBy: keyring.active)
        }
        if let cut {
            if keyring.active != nil {
                statistics.sealed.add(.now() - now, packets: cut.count)
                statistics.overhead &+= UInt64(cut.overhead)
            }
            send(cut, over: dispatch.links)
        }
        perform()
    }

    private func send(_ cut: FragmentBuffer.Fragments, over links: [KronosnetProtocol.LinkIndex]) {
        var failures: [(KronosnetProtocol.LinkIndex, DatagramSocket.Outcome)] = []
        for index in links {
            guard let route = route(index) else { continue }
            let outcome = route.socket.send(cut.bytes, segment: cut.segment, to: route.remote)
            engine.sent(packets: cut.count, bytes: cut.bytes.count, over: index)
            if outcome != .sent { failures.append((index, outcome)) }
        }
        // What follows from them may seal other packets where the fragments are.
        for (index, outcome) in failures { route(index).map { note(outcome, of: nil, over: index, $0) } }
    }

    private func transmit(_ packet: [UInt8], _ kind: ControlKind, over index: KronosnetProtocol.LinkIndex) {
        guard let route = route(index), let sealed = fragments.seal(packet, by: keyring.active) else { return }
        if keyring.active != nil { statistics.sealed.add(nil) }
        note(route.socket.send(sealed, segment: sealed.count, to: route.remote), of: kind, over: index, route)
    }

    private func route(_ index: KronosnetProtocol.LinkIndex) -> Route? {
        guard routes.indices.contains(index.peer), routes[index.peer].indices.contains(index.link) else { return nil }
        return routes[index.peer][index.link]
    }

    private func note(
        _ outcome: DatagramSocket.Outcome, of kind: ControlKind?, over index: KronosnetProtocol.LinkIndex,
        _ route: Route
    ) {
        switch outcome {
        case .sent: break
        case .queued: try? watch(route.socket, for: [.readable, .writable])
        case .tooLarge:
            let limit = takeErrors(of: route.socket)
            engine.tooLarge(over: index, limit: limit, now: .now(), into: &effects)
            perform()
        case .failed: engine.failed(kind, over: index)
        }
    }

    private func sendWaiting(on socket: DatagramSocket) {
        socket.sendWaiting()
        if !socket.isWaiting { try? watch(socket, for: .readable) }
    }

    // MARK: Receiving

    private func readPackets(from socket: DatagramSocket) {
        for _ in 0..<Self.batchLimit where !readOnce(from: socket) { break }
        receiver.pass(.packetsPaused)
    }

    /// - Returns: whether more may be there.
    private func readOnce(from socket: DatagramSocket) -> Bool {
        let now = Instant.now()
        var isControl = false
        let isMore = arrivals.receive(from: socket) { group in
            if take(group, now) { isControl = true }
        }
        if isControl { armWake() }
        return isMore
    }

    /// - Returns: whether it may have changed what is to happen when.
    private func take(_ group: ReceiveBuffers.Group, _ now: Instant) -> Bool {
        let source = Endpoint(group.source)
        if settings.blocksUnlistedAddresses {
            var address = source
            address.port = 0
            guard listedAddresses.contains(address) else {
                complain("Packet rejected from \(source): not an address of the node list", .warning, now)
                return false
            }
        }
        var isControl = false
        // Of packets that arrive together one stands for all: to read the clock twice costs a tenth of the work.
        var isTimed = keyring.active != nil
        group.forEach { datagram in
            let begin = isTimed ? Instant.now() : now
            let content = keyring.open(datagram, into: opened)
            if keyring.active != nil { statistics.opened.add(isTimed ? .now() - begin : nil) }
            isTimed = false
            guard let packet = content else {
                complain(
                    "packets from \(source) cannot be decrypted: key and encryption must be the same on all nodes",
                    .error, now)
                return
            }
            if engine.receive(packet, length: datagram.count, from: source, now: now, into: &effects) {
                isControl = true
            }
            if !effects.isEmpty { perform() }
        }
        return isControl
    }

    func complain(_ text: String, _ severity: TransportEvent.Severity, _ now: Instant) {
        if complaints.admits(text, at: now) { receiver.pass(.reported(severity, text)) }
    }

    // MARK: Effects

    /// Does what the protocol wants; the owner may send and change settings meanwhile.
    func perform() {
        while !effects.isEmpty {
            var batch = spare
            spare = []
            swap(&batch, &effects)
            for effect in batch { perform(effect) }
            batch.removeAll(keepingCapacity: true)
            spare = batch
        }
    }

    private func perform(_ effect: KronosnetProtocol.Effect) {
        switch effect {
        case .transmit(let packet, let kind, let index): transmit(packet, kind, over: index)
        case .deliver(let packet):
            if PacketTarget.admits(packet, node: settings.node) { receiver.pass(.packetReceived(packet)) }
        case .reachabilityChanged(let node, let isReachable):
            receiver.pass(.reachabilityChanged(node, isReachable: isReachable))
        case .linkChanged: receiver.pass(.linkChanged)
        case .mtuChanged(let bytes): receiver.pass(.mtuChanged(bytes))
        case .report(let text): receiver.pass(.reported(.information, text))
        case .complain(let text): complain(text, .error, .now())
        }
    }

    // MARK: Time

    func armWake() {
        let deadline = engine.deadline(now: .now())
        if let wake {
            // One that is early finds nothing to do.
            if wake.deadline <= deadline { return }
            loop.cancel(wake.timer)
        }
        wake = (loop.schedule(at: deadline) { [unowned self] in wakeUp() }, deadline)
    }

    private func wakeUp() {
        wake = nil
        // Answers that wait in the sockets count.
        for socket in Array(sockets.values) {
            for _ in 0..<Self.batchLimit * 8 where !readOnce(from: socket) { break }
        }
        receiver.pass(.packetsPaused)
        guard receiver.isOpen else { return }
        engine.advance(now: .now(), into: &effects)
        perform()
        armWake()
    }

    // MARK: End

    package func close() {
        guard receiver.isOpen else { return }
        receiver.isOpen = false
        if let wake { loop.cancel(wake.timer) }
        for socket in sockets.values {
            socket.sendWaiting()
            loop.unwatch(socket.descriptor)
        }
        (sockets, routes) = ([:], [])
    }

    package func abandon() { close() }
}
