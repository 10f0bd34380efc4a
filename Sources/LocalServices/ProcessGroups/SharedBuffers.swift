internal import ClusterTypes
internal import Messaging

/// The zero-copy buffers of one handle: files that the program and the daemon map both, as cpg_zcb_alloc(3).
///
/// The program finds the ticket of its buffer in the buffer itself and sends it back as the buffer's "address".
struct SharedBuffers {
    private(set) var tickets: [UInt64] = []

    /// More buffers than this no handle gets.
    static let limit = 64
    /// The largest, in bytes: a message of the largest size and its headers.
    static let sizeLimit: UInt64 = 4 << 20

    mutating func add(_ ticket: UInt64) { tickets.append(ticket) }
    mutating func remove(_ ticket: UInt64) { tickets.removeAll { $0 == ticket } }
}

/// What came of reading a shared buffer.
package enum SharedBufferOutcome: Sendable, Equatable {
    /// The buffer is there, and carries its ticket.
    case shared(UInt64)
    /// What the program wrote into the buffer, after the ticket: a request of cpg_mcast_joined(3).
    case content([UInt8])
    case failed
}

extension ProcessGroupService {
    mutating func shareBuffer(
        _ path: [UInt8], _ size: UInt64, _ client: LocalClient, _ effects: inout [ServiceEffect]
    ) -> [UInt8] {
        guard let count = handles[client.id]?.buffers.tickets.count, count < SharedBuffers.limit,
            size <= SharedBuffers.sizeLimit
        else { return ResponseHeader.failure(.noResources) }
        lastIteration += 1
        effects.append(.shareBuffer(lastIteration, path: path, size: size, with: client.id))
        return []
    }

    mutating func multicastBuffer(_ ticket: UInt64, _ client: ClientID, _ effects: inout [ServiceEffect]) -> [UInt8] {
        guard handles[client]?.buffers.tickets.contains(ticket) == true else {
            return ResponseHeader.status(ProcessGroupResponse.bufferSent, .badHandle)
        }
        effects.append(.readBuffer(ticket, of: client))
        return []
    }

    mutating func bufferRead(
        _ outcome: SharedBufferOutcome, _ client: ClientID, _ effects: inout [ServiceEffect]
    ) {
        guard let handle = handles[client] else { return }
        switch outcome {
        case .failed: effects.append(.respond(ResponseHeader.failure(.library), to: client))
        case .shared(let ticket):
            handles[client]?.buffers.add(ticket)
            effects.append(.respond(ResponseHeader.failure(.ok), to: client))
        case .content(let bytes):
            var error = ServiceError.notExist
            if let group = handle.group, handle.state == .joined || handle.state == .joining {
                if let payload = ProcessGroupRequest.payload(ofMulticast: bytes[...]) {
                    let message = ByteStrings(bytes[payload])
                    effects.append(
                        .messaging(.groupRequested(.multicast(group, processID: handle.processID, message))))
                    error = .ok
                } else {
                    error = .invalidParameter
                }
            }
            effects.append(.respond(ResponseHeader.status(ProcessGroupResponse.bufferSent, error), to: client))
        }
    }
}
