package import Messaging

/// The bytes of one request of a client: a header of 16 bytes, `struct qb_ipc_request_header`, then what the function needs.
///
/// Fields are in the byte order of the machine, aligned as the C structures in corosync's ipc_….h.
package struct LocalRequest: Sendable, Equatable {
    /// The header: function and size, 8 bytes each.
    package static let headerSize = 16

    /// The whole request as it was sent.
    package let bytes: ArraySlice<UInt8>
    /// Which function of the service is meant.
    package let function: UInt32

    /// `nil` for what is shorter than a header.
    ///
    /// The size that the header states is not believed: what counts is how much was sent.
    package init?(_ bytes: ArraySlice<UInt8>) {
        guard let function = Self.function(of: bytes) else { return nil }
        self.bytes = bytes
        self.function = function
    }

    /// Which function a request means; `nil` for what is shorter than a header.
    static func function(of bytes: ArraySlice<UInt8>) -> UInt32? {
        guard bytes.count >= headerSize else { return nil }
        return bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
    }

    /// Reads what follows `offset` bytes; alignment counts from there, so `offset` is a multiple of 8.
    package func body(after offset: Int = Self.headerSize) -> WireReader {
        WireReader(bytes.dropFirst(offset), isSwapped: false)
    }
}

/// What stands before every answer and event: `struct qb_ipc_response_header`, 24 bytes: function, size, error.
package enum ResponseHeader {
    package static let size = 24
    /// Where the size of the whole message is.
    static let sizeField = 8

    /// Starts a message of `bodySize` further bytes.
    package static func begin(_ function: UInt32, _ error: ServiceError = .ok, bodySize: Int) -> WireWriter {
        var writer = WireWriter(capacity: size + bodySize)
        writer.padded(function)
        writer.padded(UInt32(clamping: size + bodySize))
        writer.padded(error.rawValue)
        return writer
    }

    /// An answer that only says how it went.
    package static func status(_ function: UInt32, _ error: ServiceError) -> [UInt8] {
        begin(function, error, bodySize: 0).bytes
    }

    /// The answer to a request that has no function or cannot be read.
    package static func failure(_ error: ServiceError) -> [UInt8] { status(0, error) }
}

/// `cs_error_t` of corotypes.h.
package enum ServiceError: UInt32, Sendable, Error {
    case ok = 1
    case library = 2
    case version = 3
    case initialisation = 4
    case timeout = 5
    case tryAgain = 6
    case invalidParameter = 7
    case noMemory = 8
    case badHandle = 9
    case busy = 10
    case access = 11
    case notExist = 12
    case nameTooLong = 13
    case exist = 14
    case noSpace = 15
    case interrupt = 16
    case nameNotFound = 17
    case noResources = 18
    case notSupported = 19
    case badOperation = 20
    case failedOperation = 21
    case messageError = 22
    case queueFull = 23
    case queueNotAvailable = 24
    case badFlags = 25
    case tooBig = 26
    case noSections = 27
    case contextNotFound = 28
    case tooManyGroups = 30
    case security = 100
}
