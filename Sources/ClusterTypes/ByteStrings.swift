/// Byte strings that lie in one block of memory and are handed on together.
///
/// Messages come by the hundred: in a block, none of them costs memory or a counted reference of its own, whoever hands them on.
/// Two values are equal when their strings are, wherever these lie.
package struct ByteStrings: Sendable {
    package private(set) var block: ArraySlice<UInt8>
    /// Where in `block` each string is: within its indices.
    package private(set) var ranges: [Range<Int>]

    /// Strings of a block, as many as there are ranges.
    package init(in block: ArraySlice<UInt8>, at ranges: [Range<Int>] = []) {
        self.block = block
        self.ranges = []
        self.ranges.reserveCapacity(ranges.count)
        for range in ranges { append(range) }
    }

    /// One string.
    package init(_ string: ArraySlice<UInt8>) {
        block = string
        ranges = [string.indices]
    }

    package init(_ string: [UInt8]) { self.init(string[...]) }

    /// Adds the string that lies there in the block.
    package mutating func append(_ range: Range<Int>) {
        precondition(range.lowerBound >= block.startIndex && range.upperBound <= block.endIndex)
        ranges.append(range)
    }
}

extension ByteStrings: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { ranges.count }
    package subscript(index: Int) -> ArraySlice<UInt8> { block[ranges[index]] }
}

extension ByteStrings: Equatable {
    package static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }
}
