internal import ClusterTypes
internal import Glibc

/// What a client of the service saw.
struct ServiceAnswer: Equatable, Sendable {
    /// The page, which names the node; `nil` when nothing answered.
    var body: String?
    var at: Instant
}

/// Asks the service over HTTP, one request at a time on a fresh connection, as an impatient client would.
struct ServiceProbe: Sendable {
    /// On 127.0.0.1.
    let port: UInt16
    let timeout = Duration.milliseconds(250)

    /// One GET of `/`; blocks for at most the timeout.
    func ask() -> ServiceAnswer {
        let body = exchange()
        return ServiceAnswer(body: body, at: MonotonicClock.now())
    }

    private func exchange() -> String? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 0, tv_usec: Int(timeout.milliseconds * 1000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return nil }
        let request = Array("GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
        return successfulBody(of: receiveAll(descriptor))
    }

    private func receiveAll(_ descriptor: Int32) -> [UInt8] {
        var response: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while response.count < 65_536 {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            response.append(contentsOf: chunk[0..<count])
        }
        return response
    }
}

/// The body of a successful HTTP response, `nil` for anything else.
package func successfulBody(of response: [UInt8]) -> String? {
    let text = String(decoding: response, as: UTF8.self)
    guard text.hasPrefix("HTTP/1."), text.dropFirst(8).hasPrefix(" 200"),
        let end = response.firstHeaderEnd
    else { return nil }
    return String(decoding: response[end...], as: UTF8.self)
}

extension [UInt8] {
    /// The index behind the empty line that ends HTTP headers.
    fileprivate var firstHeaderEnd: Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard count >= mark.count else { return nil }
        return (0...(count - mark.count)).first { Array(self[$0..<$0 + mark.count]) == mark }.map { $0 + mark.count }
    }
}
