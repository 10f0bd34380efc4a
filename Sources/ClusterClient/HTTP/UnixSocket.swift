internal import Glibc

/// A connected stream socket in the file system, with one deadline for everything that waits.
struct UnixSocket: ~Copyable {
    private let descriptor: Int32
    /// On the monotonic clock, in nanoseconds; `nil` waits for ever.
    private var deadline: UInt64?

    /// - Throws: `.notRunning` when nobody listens there, `.forbidden` when the caller may not connect.
    init(path: String) throws(RequestFailure) { descriptor = try Self.connect(to: path) }

    private static func connect(to path: String) throws(RequestFailure) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard bytes.count <= capacity, !bytes.contains(0) else {
            throw RequestFailure(.invalid, "the path of a socket has at most \(capacity) bytes: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw RequestFailure(.failed, "no socket can be made: \(reason(errno))") }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, size) }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            let isForbidden = code == EACCES || code == EPERM
            throw RequestFailure(
                isForbidden ? .forbidden : .notRunning,
                isForbidden
                    ? "this user may not connect to \(path)" : "no daemon answers at \(path): \(reason(code))")
        }
        return descriptor
    }

    deinit { close(descriptor) }

    /// Everything that follows must be done within this time; `nil` for any time.
    mutating func setTimeout(_ timeout: Duration?) {
        deadline = timeout.map { timeout in
            let (seconds, attoseconds) = timeout.components
            let nanoseconds = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
            let total = Self.now().addingReportingOverflow(nanoseconds.partialValue)
            if nanoseconds.overflow || total.overflow { return .max }
            let sum = total.partialValue.addingReportingOverflow(UInt64(clamping: attoseconds / 1_000_000_000))
            return sum.overflow ? .max : sum.partialValue
        }
    }

    func send(_ bytes: [UInt8]) throws(RequestFailure) {
        var sent = 0
        while sent < bytes.count {
            try wait(for: Int16(POLLOUT))
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count > 0 { sent += count } else { try continueAfter(errno) }
        }
    }

    /// Some bytes, at least one; empty at the end of the stream.
    func receive(atMost limit: Int = 65536) throws(RequestFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        while true {
            try wait(for: Int16(POLLIN))
            let count = bytes.withUnsafeMutableBytes { buffer in
                recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            }
            if count >= 0 {
                bytes.removeLast(bytes.count - count)
                return bytes
            }
            try continueAfter(errno)
        }
    }

    private func wait(for events: Int16) throws(RequestFailure) {
        while true {
            var milliseconds: Int32 = -1
            if let deadline {
                let now = Self.now()
                guard now < deadline else { throw RequestFailure(.timedOut, "the daemon did not answer in time") }
                milliseconds = Int32(clamping: (deadline - now) / 1_000_000 + 1)
            }
            var watched = pollfd(fd: descriptor, events: events, revents: 0)
            if poll(&watched, 1, milliseconds) > 0 { return }
        }
    }

    private func continueAfter(_ code: Int32) throws(RequestFailure) {
        guard code == EINTR || code == EAGAIN else {
            throw RequestFailure(.notRunning, "the daemon closed the connection: \(Self.reason(code))")
        }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
