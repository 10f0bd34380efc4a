internal import CKronosnet
package import ClusterTypes
package import EventLoop
internal import Glibc
package import KronosnetTransport

/// Kronosnet by its library, for what ours does not do: compression and SCTP.
///
/// Libknet has threads of its own, started by the thread that makes the transport, whose
/// scheduling class they inherit. Packets may be lost, as on any network: Totem recovers them.
package final class LibknetTransport: PacketTransport {
    /// Packets taken in one go before timers and other descriptors get their turn.
    private static let batchLimit = 64

    var settings: TransportSettings
    let loop: EventLoop
    let receiver: Receiver
    private let log: KronosnetLog
    private let relay: CallbackRelay
    let handle: KronosnetHandle
    private var complaints = ComplaintLimiter()
    var refusedLinks: RefusedLinks
    private var buffer = [UInt8](repeating: 0, count: TransportSettings.packetLimit)

    /// Opens all links and starts to send and receive.
    ///
    /// - Parameter receive: called on `loop`, never from within this initialiser.
    /// - Throws: when an address is in use or not local, or kronosnet refuses a setting.
    package init(
        _ settings: TransportSettings, loop: EventLoop, receive: @escaping (TransportEvent) -> Void
    ) throws(TransportFailure) {
        let settings = settings.patient
        self.settings = settings
        self.loop = loop
        refusedLinks = RefusedLinks(settings.peers)
        let receiver = Receiver(receive)
        self.receiver = receiver
        log = try KronosnetLog()
        relay = CallbackRelay(events: loop.makeMailbox { receiver.pass($0) })
        let node = try TransportSettings.hostNumber(settings.node)
        for address in Set(settings.peers.flatMap { $0.links.map(\.local) }) { try address.checkIsFree() }
        handle = try KronosnetHandle(node: node, log: log)
        try handle.configure(settings)
        try handle.notify(relay)
        try handle.openDataDescriptor()
        try handle.protect(settings.protection)
        if let compression = settings.compression { try handle.compress(compression) }
        try addNodes()
        try handle.forward(true)
        try watch()
    }

    deinit { close() }

    private func addNodes() throws(TransportFailure) {
        for peer in settings.peers {
            let number = try TransportSettings.hostNumber(peer.node)
            try handle.addNode(number, mode: settings.linkMode)
            for link in peer.links { try handle.addLink(link, to: number) }
        }
    }

    private func watch() throws(TransportFailure) {
        do {
            try loop.watch(handle.dataDescriptor, for: .readable) { [unowned self] _ in readPackets() }
            try loop.watch(log.readEnd, for: .readable) { [unowned self] _ in readLog() }
        } catch { throw TransportFailure(error.description) }
    }

    // MARK: Packets

    /// Sends a Totem packet to another node, or to all of them when `node` is `nil`.
    ///
    /// Writes the destination into the packet's header, as Corosync's transports do. A packet shorter than a header, or
    /// one that finds the queue full, is dropped.
    package func send(_ packet: [UInt8], to node: NodeID?) {
        let (start, end) = (PacketTarget.offset, PacketTarget.end)
        guard packet.count >= end, packet.count <= TransportSettings.packetLimit else { return }
        var target = node?.rawValue ?? 0
        // What finds the queue full is dropped.
        _ = packet.withUnsafeBytes { bytes in
            withUnsafeMutableBytes(of: &target) { target in
                var parts = [
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: start),
                    iovec(iov_base: target.baseAddress, iov_len: end - start),
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress?.advanced(by: end)),
                        iov_len: bytes.count - end),
                ]
                return parts.withUnsafeMutableBufferPointer { parts in
                    var message = msghdr()
                    (message.msg_iov, message.msg_iovlen) = (parts.baseAddress, parts.count)
                    return sendmsg(handle.dataDescriptor, &message, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    private func readPackets() {
        for _ in 0..<Self.batchLimit {
            let count = read(handle.dataDescriptor, &buffer, buffer.count)
            // Nothing left, or the descriptor was closed under us at the end.
            if count <= 0 { break }
            receiver.pass(.packetReceived(Array(buffer[..<count])))
        }
        receiver.pass(.packetsPaused)
    }

    private func readLog() {
        let now = Instant.now()
        for line in log.takeAll() {
            if let node = line.refusedHost.flatMap({ refusedLinks.refused($0, at: now) }) {
                receiver.pass(.daemonMissing(node))
            }
            let isWanted =
                switch line.severity {
                case .error: complaints.admits(line.text, at: now)
                case .debugging: settings.isVerbose || !line.isFromDatagrams
                case .warning, .information: true
                }
            if isWanted { receiver.pass(.reported(line.severity, line.text)) }
        }
    }

    /// Sends what is queued and ends; takes about two seconds. No event comes afterwards.
    package func close() {
        quieten()
        handle.close()
    }

    /// As ``close()``, for a process that is about to end: the links go with it.
    ///
    /// What was sent reaches the network a moment later; kronosnet's own way of waiting for it takes a second and a half.
    package func abandon() {
        quieten()
        handle.abandon()
    }

    private func quieten() {
        receiver.isOpen = false
        loop.unwatch(handle.dataDescriptor)
        loop.unwatch(log.readEnd)
    }
}

extension TransportSettings {
    /// Libknet drops all packets to and from a node whose links are down, until it has answered some pings: a node that is stopped for
    /// less than the token timeout would be lost with its only link. Where there are several, the next one must take over in time.
    var patient: TransportSettings {
        var result = self
        for peer in peers.indices {
            for (link, each) in peers[peer].links.enumerated() {
                result.peers[peer].links[link].pingTimeout = each.patientPingTimeout ?? each.pingTimeout
            }
        }
        return result
    }
}
