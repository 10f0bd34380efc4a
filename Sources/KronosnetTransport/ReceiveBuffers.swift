internal import CLinux
internal import Glibc
internal import Kronosnet

/// Memory into which one system call receives what several senders have sent.
///
/// Made once; only what is filled is ever touched, so it costs what the largest packets need.
final class ReceiveBuffers {
    /// Each takes the largest datagram, or several together.
    private static let size = 65536
    private static let count = 8

    private let memory: UnsafeMutableRawBufferPointer
    private let entries: UnsafeMutableBufferPointer<lockstep_datagrams>

    init() {
        memory = .allocate(byteCount: Self.size * Self.count, alignment: 64)
        entries = .allocate(capacity: Self.count)
        for index in 0..<Self.count {
            let part = UnsafeMutableRawBufferPointer(rebasing: memory[index * Self.size..<(index + 1) * Self.size])
            guard let start = part.baseAddress else { continue }
            entries.initializeElement(
                at: index,
                to: lockstep_datagrams(
                    buffer: start, size: part.count, source: sockaddr_storage(), length: 0, segment: 0))
        }
    }

    deinit {
        entries.deallocate()
        memory.deallocate()
    }

    /// What one sender has sent, one after the other.
    struct Group {
        var bytes: UnsafeRawBufferPointer
        /// The length of each but the last.
        var segment: Int
        var source: sockaddr_storage

        /// Hands every datagram to `body`.
        func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + segment)
                body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = end
            }
        }
    }

    /// Receives once.
    ///
    /// - Returns: whether more may be there.
    func receive(from socket: DatagramSocket, _ body: (Group) -> Void) -> Bool {
        guard let start = entries.baseAddress else { return false }
        let received = Int(lockstep_receive_datagrams(socket.descriptor, start, Int32(Self.count)))
        guard received > 0 else { return false }
        for index in 0..<min(received, Self.count) {
            let entry = entries[index]
            body(
                Group(
                    bytes: UnsafeRawBufferPointer(start: entry.buffer, count: min(entry.length, Self.size)),
                    segment: max(1, entry.segment), source: entry.source))
        }
        return received == Self.count
    }
}
