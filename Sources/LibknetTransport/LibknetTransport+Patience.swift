internal import CKronosnet
internal import ClusterTypes
internal import EventLoop
internal import Kronosnet
internal import KronosnetTransport

// Links that lose packets get more time.
extension LibknetTransport {
    /// Out of step with kronosnet's 200 ms.
    private static let lookInterval: Duration = .milliseconds(730)

    /// Looks at the links now and then, as long as the transport is open.
    func watchLosses() {
        lossWatch = loop.schedule(after: Self.lookInterval) { [weak self] in
            guard let self else { return }
            lookForLosses()
            watchLosses()
        }
    }

    private func lookForLosses() {
        let now = Instant.now()
        for peer in settings.peers {
            guard let link = peer.links.first, let patientTimeout = link.patientPingTimeout,
                let number = knet_node_id_t(exactly: peer.node.rawValue),
                let status = handle.rawStatus(of: UInt8(clamping: link.number), to: number)
            else { continue }
            let count = PingPatience.Count(
                sent: status.stats.tx_ping_packets, answered: status.stats.rx_pong_packets,
                downs: UInt64(status.stats.down_count), isConnected: status.connected == 1)
            guard let isPatient = patience.look(at: peer.node, count, now: now) else { continue }
            var tuned = link
            if isPatient { tuned.pingTimeout = patientTimeout }
            do { try handle.tune(tuned, to: number) } catch {
                receiver.pass(.reported(.warning, "\(error)"))
                continue
            }
            receiver.pass(
                .reported(
                    .information,
                    PingPatience.report(isPatient, link.number, peer.node, tuned.pingTimeout)))
        }
    }
}
