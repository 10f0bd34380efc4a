/// What passes between daemon and scheduler worker: a kind, the number of the request, and a content.
///
/// On the pipe: the length of the content (4 bytes), the kind (1 byte), the number (8 bytes), the content; integers are
/// little-endian.
struct WorkerFrame: Equatable {
    enum Kind: UInt8 {
        /// Content: time (8 bytes of seconds, 4 bytes of nanoseconds), then the CIB's XML.
        case compute = 1
        /// Content: a `ComputedSchedule` as XML.
        case computed = 2
        /// Content: a reason in words.
        case failed = 3
    }

    static let headerLength = 13
    /// A larger content is a broken peer.
    static let contentLimit = 512 << 20

    var kind: Kind
    var number: UInt64
    var content: [UInt8]

    var bytes: [UInt8] {
        precondition(content.count <= Self.contentLimit, "documents are limited to half of this when they are read")
        var result: [UInt8] = []
        result.reserveCapacity(Self.headerLength + content.count)
        Self.append(UInt32(content.count), to: &result)
        result.append(kind.rawValue)
        Self.append(number, to: &result)
        result += content
        return result
    }

    static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Reads an integer at `offset`; the caller has checked the length.
    static func integer<Number: FixedWidthInteger>(
        _ type: Number.Type, in bytes: some Collection<UInt8>, at offset: Int
    ) -> Number {
        var result: Number = 0
        for byte in bytes.dropFirst(offset).prefix(MemoryLayout<Number>.size).reversed() {
            result = result << 8 | Number(truncatingIfNeeded: byte)
        }
        return result
    }
}

/// Puts frames together from the pieces that arrive.
struct WorkerFrameReader {
    /// The peer does not speak our language.
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    private var received: [UInt8] = []

    mutating func append(_ bytes: some Collection<UInt8>) { received.append(contentsOf: bytes) }

    /// The next complete frame, if there is one.
    mutating func next() throws(Violation) -> WorkerFrame? {
        guard received.count >= WorkerFrame.headerLength else { return nil }
        let length = Int(WorkerFrame.integer(UInt32.self, in: received, at: 0))
        guard length <= WorkerFrame.contentLimit else { throw Violation(description: "a frame of \(length) bytes") }
        guard let kind = WorkerFrame.Kind(rawValue: received[4]) else {
            throw Violation(description: "a frame of kind \(received[4])")
        }
        let end = WorkerFrame.headerLength + length
        guard received.count >= end else { return nil }
        let number = WorkerFrame.integer(UInt64.self, in: received, at: 5)
        let frame = WorkerFrame(kind: kind, number: number, content: Array(received[WorkerFrame.headerLength..<end]))
        received.removeFirst(end)
        return frame
    }
}
