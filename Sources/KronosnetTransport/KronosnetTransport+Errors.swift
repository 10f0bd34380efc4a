internal import ClusterTypes
internal import EventLoop
internal import Glibc
internal import Kronosnet

// What the network says of packets that were sent.
extension KronosnetTransport {
    /// - Returns: the MTU that the kernel named for a packet it refused; 0 when there was none.
    @discardableResult func takeErrors(of socket: DatagramSocket) -> Int {
        let now = Instant.now()
        var limit = 0
        for error in socket.takeErrors() {
            switch error.code {
            case EMSGSIZE where error.isLocal: limit = error.limit
            case EMSGSIZE: narrowed(error, now)
            case ECONNREFUSED:
                engine.refused(error.destination.endpoint, now: now, into: &effects)
                if let node = error.destination.host.flatMap({ refusedLinks.refused($0, at: now) }) {
                    receiver.pass(.daemonMissing(node))
                }
            case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENONET:
                engine.refused(error.destination.endpoint, now: now, into: &effects)
            default: break
            }
        }
        perform()
        armWake()
        return limit
    }

    /// A router on the way has a narrower network behind it.
    private func narrowed(_ error: DatagramSocket.NetworkError, _ now: Instant) {
        let destination = error.destination.endpoint
        for (peer, links) in routes.enumerated() {
            for (link, route) in links.enumerated() where route.remote.endpoint == destination {
                engine.tooLarge(over: .init(peer: peer, link: link), limit: error.limit, now: now, into: &effects)
            }
        }
    }
}
