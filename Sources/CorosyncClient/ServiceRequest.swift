package import LocalServices
package import Messaging

/// One request as its bytes: `struct qb_ipc_request_header` and what the function needs.
package struct ServiceRequest: Sendable, Equatable {
    package let bytes: [UInt8]

    /// - Parameter body: writes what follows the header; fields align as in C, from the start of the request.
    package init(_ function: UInt32, _ body: (inout WireWriter) -> Void = { _ in }) {
        var content = WireWriter(capacity: 512)
        body(&content)
        let size = LocalRequest.headerSize + content.count
        var writer = WireWriter(capacity: size)
        writer.padded(function)
        writer.padded(UInt32(clamping: size))
        writer.append(content.bytes)
        bytes = writer.bytes
    }
}

/// An answer or an event: `struct qb_ipc_response_header` and what follows it.
package struct ServiceAnswer: Sendable {
    package let function: UInt32
    package let error: ServiceError
    /// What follows the header; every access is checked.
    package let body: WireReader

    /// `nil` for what is shorter than a header.
    package init?(_ bytes: [UInt8]) {
        var header = WireReader(bytes[...], isSwapped: false)
        guard let function = try? header.uint32(), (try? header.align()) != nil, (try? header.uint64()) != nil,
            let code = try? header.uint32(), (try? header.align()) != nil
        else { return nil }
        self.function = function
        error = ServiceError(rawValue: code) ?? .library
        body = WireReader(bytes.dropFirst(ResponseHeader.size), isSwapped: false)
    }

    /// Reads the body.
    ///
    /// - Throws: `messageError` when it is shorter than what is read.
    package func read<Value>(_ reading: (inout WireReader) throws -> Value) throws(ServiceError) -> Value {
        var reader = body
        do { return try reading(&reader) } catch { throw .messageError }
    }
}
