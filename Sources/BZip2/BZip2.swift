internal import CBZip2

/// What is wrong with compressed data.
package enum BZip2Failure: Error, Sendable, Equatable, CustomStringConvertible {
    case notCompressed
    case damaged
    case truncated
    /// It would be longer than this many bytes.
    case tooLong(Int)
    case noMemory

    package var description: String {
        switch self {
        case .notCompressed: "not in bzip2's format"
        case .damaged: "the compressed data is damaged"
        case .truncated: "the compressed data ends too early"
        case .tooLong(let limit): "more than \(limit) bytes long when decompressed"
        case .noMemory: "no memory to decompress it"
        }
    }
}

/// Whether data begins as bzip2's format does.
package func isBZip2(_ data: [UInt8]) -> Bool { data.starts(with: [0x42, 0x5A, 0x68]) }

/// Decompresses one bzip2 stream; what follows it is ignored.
///
/// - Parameter limit: the greatest length accepted, in bytes, so that little data cannot fill the memory.
package func decompressBZip2(_ data: [UInt8], limit: Int) throws(BZip2Failure) -> [UInt8] {
    guard isBZip2(data) else { throw .notCompressed }
    guard let length = UInt32(exactly: data.count) else { throw .tooLong(limit) }
    var input = data
    let outcome = input.withUnsafeMutableBytes { bytes in
        Result { () throws(BZip2Failure) in
            try decompress(bytes.assumingMemoryBound(to: CChar.self).baseAddress, length, limit)
        }
    }
    return try outcome.get()
}

private func decompress(
    _ start: UnsafeMutablePointer<CChar>?, _ length: UInt32, _ limit: Int
) throws(BZip2Failure) -> [UInt8] {
    var stream = bz_stream()
    guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { throw .noMemory }
    defer { BZ2_bzDecompressEnd(&stream) }
    stream.next_in = start
    stream.avail_in = length
    var result: [UInt8] = []
    var buffer = [CChar](repeating: 0, count: 1 << 16)
    while true {
        let (code, count) = buffer.withUnsafeMutableBufferPointer { space in
            stream.next_out = space.baseAddress
            stream.avail_out = UInt32(truncatingIfNeeded: space.count)
            let code = BZ2_bzDecompress(&stream)
            return (code, space.count - Int(stream.avail_out))
        }
        result.append(contentsOf: buffer[..<count].lazy.map { UInt8(bitPattern: $0) })
        guard result.count <= limit else { throw .tooLong(limit) }
        switch code {
        case BZ_STREAM_END: return result
        case BZ_OK: if count == 0, stream.avail_in == 0 { throw .truncated }
        case BZ_MEM_ERROR: throw .noMemory
        default: throw .damaged
        }
    }
}
