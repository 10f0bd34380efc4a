internal import ClusterTypes

/// The two messages of corosync's synchronisation service.
///
/// - Source: `struct req_exec_barrier_message` and `struct req_exec_service_build_message` of sync.c.
enum SynchronisationMessage: Equatable, Sendable {
    /// The sender has sent everything that the current service synchronises in this ring.
    case barrier(RingID)
    /// The sender takes part in this ring with these services.
    case serviceBuild(RingID, services: [UInt32])

    static let serviceLimit = 128

    init(_ payload: ArraySlice<UInt8>, isSwapped: Bool) throws(MessageFailure) {
        var reader = WireReader(payload, isSwapped: isSwapped)
        let header = try ServiceHeader(from: &reader)
        let ring = try reader.ring()
        switch header.function {
        case 0: self = .barrier(ring)
        case 1:
            try reader.align()
            let count = try reader.uint32()
            try reader.align()
            guard count <= Self.serviceLimit else {
                throw .limitExceeded(field: "service count", value: UInt64(count), limit: UInt64(Self.serviceLimit))
            }
            var services: [UInt32] = []
            for _ in 0..<count { services.append(try reader.uint32()) }
            self = .serviceBuild(ring, services: services)
        default: throw .unknownFunction(service: header.service, function: header.function)
        }
    }

    /// The whole message with its envelope.
    func encoded() -> [UInt8] {
        switch self {
        case .barrier(let ring):
            let size = 32
            var writer = GroupEnvelope.begin(.synchronisation, payloadCount: size)
            ServiceHeader(service: 0, function: 0).write(size: size, to: &writer)
            writer.ring(ring)
            writer.zeros(4)
            return writer.bytes
        case .serviceBuild(let ring, let services):
            let size = 40 + 4 * Self.serviceLimit
            var writer = GroupEnvelope.begin(.synchronisation, payloadCount: size)
            ServiceHeader(service: 0, function: 1).write(size: size, to: &writer)
            writer.ring(ring)
            writer.zeros(4)
            writer.uint32(UInt32(clamping: services.count))
            writer.zeros(4)
            for service in services.prefix(Self.serviceLimit) { writer.uint32(service) }
            writer.zeros(4 * (Self.serviceLimit - min(Self.serviceLimit, services.count)))
            return writer.bytes
        }
    }
}
