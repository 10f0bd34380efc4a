internal import CLinux
package import CorosyncIPC
internal import Glibc
package import LocalServices
internal import Messaging

/// A connection to one service of a running daemon, lockstepd or corosync, from the side of a program.
///
/// Requests wait for their answer; events are taken when the program wants them. Not for several threads.
///
/// - Source: the side of a client in libqb's IPC (qbipcc.h) with rings in shared memory.
package final class ServiceConnection: ServiceChannel {
    package let descriptor: Int32
    private let rings: JoinedRings
    private let chunkLimit: Int

    /// The largest message that we ask for: the largest value of the map and what stands around it fit well.
    private static let messageLimit: UInt32 = 64 << 10
    /// How long a daemon may take for an answer, in milliseconds; it is asked whether it lives meanwhile.
    private static let patience: Int32 = 60_000

    /// Connects, with the rights of this process.
    ///
    /// - Parameter place: of the sockets; where a node's folder has none, those of the machine are tried.
    /// - Throws: what libcorosync reports: `library` when no daemon is there, `access` when it refuses.
    package init(_ service: LocalServiceKind, at place: ServicePlace = .machine) throws(ServiceError) {
        let isThere = place.file(of: service).map { Glibc.access($0, F_OK) == 0 } ?? true
        descriptor = try Self.open(service, isThere ? place : .machine)
        do {
            try Self.send(Handshake.request(messageLimit: Self.messageLimit), on: descriptor)
            let response = try Self.receive(Handshake.responseSize, on: descriptor)
            guard let agreed = Handshake.Agreement(response) else { throw ServiceError.library }
            if agreed.error != 0 { throw ServiceError(systemError: agreed.error) }
            guard agreed.isSharedMemory, let limit = Int(exactly: agreed.messageLimit), limit < 1 << 28 else {
                throw ServiceError.notSupported
            }
            chunkLimit = limit
            rings = try JoinedRings(agreed.names, chunkLimit: limit)
        } catch {
            close(descriptor)
            throw error as? ServiceError ?? .library
        }
    }

    deinit { close(descriptor) }

    private static func open(_ service: LocalServiceKind, _ place: ServicePlace) throws(ServiceError) -> Int32 {
        guard var address = place.address(of: service) else { throw .nameTooLong }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw ServiceError(systemError: errno) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else {
            let failure = ServiceError(systemError: errno)
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    private static func send(_ bytes: [UInt8], on descriptor: Int32) throws(ServiceError) {
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard count == bytes.count else { throw .library }
    }

    private static func receive(_ count: Int, on descriptor: Int32) throws(ServiceError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: count)
        while bytes.count < count {
            guard wait(descriptor, milliseconds: patience) == .readable else { throw .library }
            let received = recv(descriptor, &buffer, count - bytes.count, 0)
            if received < 0, errno == EINTR { continue }
            guard received > 0 else { throw .library }
            bytes += buffer.prefix(received)
        }
        return bytes
    }

    private enum Waiting { case readable, ended, timedOut }

    private static func wait(_ descriptor: Int32, milliseconds: Int32) -> Waiting {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let count = poll(&entry, 1, milliseconds)
        if count <= 0 { return .timedOut }
        if entry.revents & Int16(POLLIN) != 0 { return .readable }
        return .ended
    }

    /// True when the daemon closed its end: then the socket is readable and has nothing.
    private var hasEnded: Bool {
        guard Self.wait(descriptor, milliseconds: 0) != .timedOut else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
    }

    // MARK: Requests

    /// Sends a request and waits for its answer.
    ///
    /// - Throws: `library` when the daemon ends meanwhile, `tryAgain` when it takes no requests for long; not what the answer says.
    package func ask(_ request: ServiceRequest) throws(ServiceError) -> ServiceAnswer {
        try write(request.bytes)
        try Self.send([0], on: descriptor)
        let step: Int32 = 1000
        for _ in 0..<Self.patience / step {
            let bytes: [UInt8]?
            do { bytes = try rings.response.read(limit: chunkLimit, waitingAtMost: step) } catch { throw .library }
            if let bytes {
                guard let answer = ServiceAnswer(bytes) else { throw .library }
                return answer
            }
            if hasEnded { throw .library }
        }
        throw .tryAgain
    }

    private func write(_ bytes: [UInt8]) throws(ServiceError) {
        guard bytes.count <= chunkLimit else { throw .tooBig }
        // As long as the library's users wait: ten seconds.
        for _ in 0..<1000 {
            if !rings.request.isHeld {
                do { if try rings.request.write(bytes) { return } } catch { throw .library }
            }
            if hasEnded { throw .library }
            usleep(10_000)
        }
        throw .tryAgain
    }

    // MARK: Events

    /// The next event; `nil` when none came in this time, -1 for any.
    ///
    /// - Throws: `library` when the daemon has gone.
    package func nextEvent(milliseconds: Int32) throws(ServiceError) -> ServiceAnswer? {
        guard Self.wait(descriptor, milliseconds: milliseconds) != .timedOut else { return nil }
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        guard count > 0, let bytes = try? rings.event.read(limit: chunkLimit, waitingAtMost: 1000),
            let event = ServiceAnswer(bytes)
        else { throw .library }
        return event
    }
}
