package import ClusterTypes

/// Events of a program that differ in their payload only: what stands before it is made anew in place for each.
package struct EventRun: Sendable, Equatable {
    /// What stands before the payload that `describe` was called for last.
    package private(set) var header: [UInt8]
    package let payloads: ByteStrings
    /// Where in the header the size of the payload is, in bytes.
    private let countField: Int

    /// - Parameters:
    ///   - header: with a ``ResponseHeader`` first, for a payload of any size.
    ///   - countField: where in it the size of the payload is, a number of 32 bits.
    init(header: [UInt8], countField: Int, payloads: ByteStrings) {
        self.header = header
        self.countField = countField
        self.payloads = payloads
    }

    /// Makes the header that of a payload.
    package mutating func describe(_ payload: Range<Int>) {
        let size = UInt32(clamping: header.count + payload.count)
        let count = UInt32(clamping: payload.count)
        header.withUnsafeMutableBytes {
            $0.storeBytes(of: size.littleEndian, toByteOffset: ResponseHeader.sizeField, as: UInt32.self)
            $0.storeBytes(of: count.littleEndian, toByteOffset: countField, as: UInt32.self)
        }
    }
}
