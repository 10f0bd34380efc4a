/// The services of corosync whose messages share the ring, by their numbers in corodefs.h.
package enum ServiceID {
    package static let configurationMap: UInt16 = 0
    package static let administration: UInt16 = 1
    package static let processGroups: UInt16 = 2
    package static let quorum: UInt16 = 3
    package static let voteQuorum: UInt16 = 5
}

/// The first 16 bytes of every message: which service and function it is for, and its length.
///
/// Fields are 8 bytes apart: the number (service × 65536 + function), then the size of the whole message.
/// - Source: `struct qb_ipc_request_header` of libqb, `SERVICE_ID_MAKE` of corosync.
struct ServiceHeader: Equatable {
    static let length = 16

    var service: UInt16
    var function: UInt16

    init(service: UInt16, function: UInt16) {
        self.service = service
        self.function = function
    }

    init(from reader: inout WireReader) throws(MessageFailure) {
        let number = try reader.uint32()
        try reader.align()
        _ = try reader.uint32()
        try reader.align()
        service = UInt16(truncatingIfNeeded: number >> 16)
        function = UInt16(truncatingIfNeeded: number)
    }

    func write(size: Int, to writer: inout WireWriter) {
        writer.uint32(UInt32(service) << 16 | UInt32(function))
        writer.zeros(4)
        writer.uint32(UInt32(clamping: size))
        writer.zeros(4)
    }
}
