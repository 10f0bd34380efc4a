/// The prefix by which several message streams share one ring: a count, the lengths of names, and the names.
///
/// Corosync sends messages of its services under the name `a`, those of the synchronisation under `sync`.
/// - Source: `totempg_groups_mcast_joined` of totempg.c.
enum GroupEnvelope {
    enum Stream: Equatable {
        case services
        case synchronisation
        /// A stream of a name this node does not use.
        case other

        fileprivate var name: [UInt8] {
            switch self {
            case .services: servicesName
            case .synchronisation: synchronisationName
            case .other: []
            }
        }
    }

    private static let servicesName = Array("a".utf8)
    private static let synchronisationName = Array("sync".utf8)
    /// How nearly every message begins: one name of one byte.
    private static let servicesPrefix: [UInt8] = [1, 0, 1, 0, UInt8(ascii: "a")]

    /// More names than this in one message are not sent by anybody.
    private static let nameLimit: UInt16 = 8

    /// Starts a message of a stream; the payload follows. Its first byte is at the returned writer's count.
    static func begin(_ stream: Stream, payloadCount: Int) -> WireWriter {
        let name = stream.name
        var writer = WireWriter(capacity: 4 + name.count + payloadCount)
        writer.uint16(1)
        writer.uint16(UInt16(clamping: name.count))
        writer.append(name)
        return writer
    }

    /// A message without its envelope.
    struct Opened {
        var stream: Stream
        /// The sender's byte order is the other one: told by the count, which is small in the right order only.
        var isSwapped: Bool
        var payload: ArraySlice<UInt8>
    }

    /// Splits a message into its stream and its payload.
    static func open(_ message: ArraySlice<UInt8>) throws(MessageFailure) -> Opened {
        if message.starts(with: servicesPrefix) {
            return Opened(stream: .services, isSwapped: false, payload: message.dropFirst(servicesPrefix.count))
        }
        var probe = WireReader(message, isSwapped: false)
        let isSwapped = try probe.uint16() > nameLimit
        var reader = WireReader(message, isSwapped: isSwapped)
        let nameCount = try reader.uint16()
        guard nameCount <= nameLimit else {
            throw .limitExceeded(field: "name count", value: UInt64(nameCount), limit: UInt64(nameLimit))
        }
        var lengths: [Int] = []
        for _ in 0..<nameCount { lengths.append(Int(try reader.uint16())) }
        var stream = Stream.other
        for length in lengths {
            let name = try reader.take(length)
            if name.elementsEqual(Stream.services.name) { stream = .services }
            if name.elementsEqual(Stream.synchronisation.name) { stream = .synchronisation }
        }
        return Opened(stream: stream, isSwapped: isSwapped, payload: reader.rest)
    }
}
