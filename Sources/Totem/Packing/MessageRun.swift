package import ClusterTypes

/// Messages that are sent together, each in two parts: a head, all of one size, and a payload.
package struct MessageRun: Sendable, Equatable {
    /// The heads, one after the other.
    package let heads: [UInt8]
    package let headSize: Int
    package let payloads: ByteStrings

    /// - Parameter heads: as many as there are payloads, all of one size.
    package init(heads: [UInt8], payloads: ByteStrings) {
        headSize = payloads.isEmpty ? 0 : heads.count / payloads.count
        precondition(heads.count == headSize * payloads.count)
        self.heads = heads
        self.payloads = payloads
    }

    /// One message.
    package init(_ head: [UInt8], tail: ArraySlice<UInt8> = []) {
        self.init(heads: head, payloads: ByteStrings(tail))
    }

    package var count: Int { payloads.count }

    /// The bytes of a message.
    package func size(_ index: Int) -> Int { headSize + payloads.ranges[index].count }

    package func head(_ index: Int) -> ArraySlice<UInt8> { heads[index * headSize..<(index + 1) * headSize] }
}
