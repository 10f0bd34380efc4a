internal import CLinux
internal import Glibc
internal import Kronosnet

/// A UDP socket at one of this node's addresses: the fragments of a packet leave with one system call, and arrive with one.
///
/// - Source: udp(7), UDP_SEGMENT and UDP_GRO; ip(7), IP_RECVERR.
final class DatagramSocket {
    /// What kronosnet asks for: KNET_RING_RCVBUFF.
    private static let bufferSize: Int32 = 8 << 20
    /// The largest payload of UDP over IPv4, and the datagrams that every kernel cuts with one call.
    private static let callLimit = 65507
    private static let segmentLimit = 64
    /// Bytes that wait for room in the socket's buffer; beyond that packets are dropped, and Totem sends again.
    private static let queueLimit = 4 << 20

    let local: SocketAddress
    let descriptor: Int32
    /// Whether the kernel cuts for every destination; some network paths refuse.
    var cuts = true
    private var queue: [Waiting] = []
    private var queuedBytes = 0

    private struct Waiting {
        var bytes: [UInt8]
        var segment: Int
        var destination: SocketAddress
    }

    /// - Throws: when the address is in use or not local.
    init(_ local: SocketAddress) throws(TransportFailure) {
        self.local = local
        try local.checkIsFree()
        descriptor = lockstep_open_datagrams(local.family, Self.bufferSize)
        if descriptor < 0 { throw .latest("socket for \(local)") }
        let isBound = local.withAddress { bind(descriptor, $0, $1) == 0 }
        guard isBound else {
            let failure = TransportFailure.latest("bind \(local)")
            Glibc.close(descriptor)
            throw failure
        }
        // Without it datagrams come one by one.
        _ = lockstep_join_datagrams(descriptor)
    }

    deinit { Glibc.close(descriptor) }

    /// Marks what is sent with a differentiated services code point; 0 is IPTOS_LOWDELAY, as kronosnet's.
    ///
    /// - Source: RFC 2474; `ip_dscp` of corosync.conf(5).
    func mark(_ codePoint: Int) {
        let lowDelay: Int32 = 0x10
        _ = lockstep_mark_datagrams(
            descriptor, local.family, codePoint == 0 ? lowDelay : Int32(clamping: codePoint) << 2)
    }

    // MARK: Sending

    enum Outcome: Equatable {
        case sent
        /// Waits until there is room.
        case queued
        /// Too large for the interface.
        case tooLarge
        case failed(Int32)
    }

    var isWaiting: Bool { !queue.isEmpty }

    /// Sends datagrams that stand one after the other.
    ///
    /// - Parameter segment: the length of each but the last.
    func send(_ bytes: UnsafeRawBufferPointer, segment: Int, to destination: SocketAddress) -> Outcome {
        if isWaiting { return enqueue(bytes, segment, destination) }
        var rest = bytes
        while !rest.isEmpty {
            switch sendSome(rest, segment, destination) {
            case .success(let count): rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            case .failure(let failure) where failure.code == EAGAIN || failure.code == ENOBUFS:
                return enqueue(rest, segment, destination)
            case .failure(let failure) where failure.code == EMSGSIZE: return .tooLarge
            case .failure(let failure): return .failed(failure.code)
            }
        }
        return .sent
    }

    private struct CallFailure: Error { var code: Int32 }

    /// One call; errors that belong to datagrams sent before do not count.
    private func sendSome(
        _ bytes: UnsafeRawBufferPointer, _ segment: Int, _ destination: SocketAddress
    ) -> Result<Int, CallFailure> {
        guard let start = bytes.baseAddress, segment > 0 else { return .success(bytes.count) }
        let perCall = min(Self.segmentLimit, max(1, Self.callLimit / segment)) * segment
        var attempts = 8
        while true {
            let usesCuts = cuts && bytes.count > segment
            let length = usesCuts ? min(bytes.count, perCall) : bytes.count
            let count = destination.withAddress {
                lockstep_send_datagrams(descriptor, start, length, segment, usesCuts ? 1 : 0, $0, $1)
            }
            if count > 0 { return .success(count) }
            let code = errno
            attempts -= 1
            switch code {
            case EINVAL where usesCuts, EIO where usesCuts, ENOPROTOOPT where usesCuts:
                // The kernel or the interface cannot cut, or the datagrams are too large: the plain way will tell.
                let result = sendPlain(bytes, segment, destination)
                if case .success = result { cuts = false }
                return result
            case EINTR where attempts > 0: continue
            case ECONNREFUSED where attempts > 0, EHOSTUNREACH where attempts > 0, ENETUNREACH where attempts > 0,
                EHOSTDOWN where attempts > 0, ENONET where attempts > 0, EPROTO where attempts > 0:
                // Said of an earlier datagram; whether it also holds of this one the next attempt shows.
                continue
            default: return .failure(CallFailure(code: code))
            }
        }
    }

    private func sendPlain(
        _ bytes: UnsafeRawBufferPointer, _ segment: Int, _ destination: SocketAddress
    ) -> Result<Int, CallFailure> {
        guard let start = bytes.baseAddress else { return .success(0) }
        let count = destination.withAddress {
            lockstep_send_datagrams(descriptor, start, bytes.count, segment, 0, $0, $1)
        }
        return count > 0 ? .success(count) : .failure(CallFailure(code: errno))
    }

    private func enqueue(_ bytes: UnsafeRawBufferPointer, _ segment: Int, _ destination: SocketAddress) -> Outcome {
        guard queuedBytes + bytes.count <= Self.queueLimit else { return .failed(ENOBUFS) }
        queue.append(Waiting(bytes: Array(bytes), segment: segment, destination: destination))
        queuedBytes += bytes.count
        return .queued
    }

    /// Sends what waits, as far as there is room.
    func sendWaiting() {
        let waiting = queue
        (queue, queuedBytes) = ([], 0)
        for entry in waiting {
            // What is still refused is appended again, in order.
            _ = entry.bytes.withUnsafeBytes { send($0, segment: entry.segment, to: entry.destination) }
        }
    }

    // MARK: Errors of the network

    struct NetworkError {
        var code: Int32
        var isLocal: Bool
        /// The MTU, where the code is EMSGSIZE; 0 when it is not known.
        var limit: Int
        var destination: SocketAddress
    }

    /// What the network said of datagrams since the last call.
    func takeErrors() -> [NetworkError] {
        var errors: [NetworkError] = []
        var error = lockstep_datagram_error()
        while errors.count < 64, lockstep_take_datagram_error(descriptor, &error) == 1 {
            errors.append(
                NetworkError(
                    code: error.code, isLocal: error.is_local != 0, limit: Int(error.limit),
                    destination: SocketAddress(error.destination)))
        }
        return errors
    }
}
