/// The first message in each direction, by which a program asks for a connection and learns the names of its rings.
///
/// - Source: `struct qb_ipc_connection_request` and `…_response` of libqb; numbers in the byte order of the machine.
package enum Handshake {
    static let requestSize = 24
    package static let responseSize = 24 + 16 + 3 * pathSize
    private static let pathSize = 4096
    /// `QB_IPC_MSG_AUTHENTICATE`.
    private static let authenticate: Int32 = -1
    /// `QB_IPC_SHM`: rings in shared memory.
    private static let sharedMemory: UInt32 = 1

    /// The largest message that the program wants to send or get, in bytes; `nil` when this is no request.
    static func messageLimit(of request: [UInt8]) -> UInt32? {
        guard request.count == requestSize, number(request, at: 0) == UInt32(bitPattern: authenticate) else {
            return nil
        }
        return number(request, at: 16)
    }

    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }

    static func accepted(messageLimit: Int, connection: UInt64, names: SharedRings.Names) -> [UInt8] {
        response(0, messageLimit: messageLimit, connection: connection, [names.request, names.response, names.event])
    }

    /// - Parameter code: the number of an error, as errno(3).
    static func refused(_ code: Int32) -> [UInt8] { response(-code, messageLimit: 0, connection: 0, []) }

    private static func response(
        _ error: Int32, messageLimit: Int, connection: UInt64, _ paths: [String]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(responseSize)
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
        }
        for field in [authenticate, Int32(responseSize), error] {
            append(field)
            append(UInt32(0))
        }
        append(sharedMemory)
        append(UInt32(clamping: messageLimit))
        append(connection)
        for path in paths {
            let text = Array(path.utf8.prefix(pathSize - 1))
            bytes += text + Array(repeating: 0, count: pathSize - text.count)
        }
        return bytes + Array(repeating: 0, count: responseSize - bytes.count)
    }
}

// The side of the program.
extension Handshake {
    /// Asks for a connection with messages of up to so many bytes.
    package static func request(messageLimit: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in [UInt32(bitPattern: authenticate), 0, UInt32(requestSize), 0, messageLimit, 0] {
            withUnsafeBytes(of: field) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// What the daemon answers.
    package struct Agreement: Sendable, Equatable {
        /// 0, or the number of an error, as errno(3).
        package var error: Int32
        package var isSharedMemory: Bool
        package var messageLimit: UInt32
        /// Of the rings for requests, answers and events.
        package var names: [String]

        /// `nil` when it is too short.
        package init?(_ bytes: [UInt8]) {
            guard bytes.count >= responseSize else { return nil }
            error = 0 &- Int32(bitPattern: number(bytes, at: 16))
            isSharedMemory = number(bytes, at: 24) == sharedMemory
            messageLimit = number(bytes, at: 28)
            names = (0..<3).map { index in
                let field = bytes[(40 + index * pathSize)..<(40 + (index + 1) * pathSize)]
                return String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
            }
        }
    }
}
