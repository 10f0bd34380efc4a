/// Bytes that are to be one string, while they still lie where they came from.
///
/// A piece names its block by number, so that many pieces of one block count its references once.
struct GatheredBytes: Sendable, Equatable {
    private struct Piece: Sendable, Equatable {
        var block: Int
        var range: Range<Int>
    }

    private var blocks: [ArraySlice<UInt8>] = []
    private var pieces: [Piece] = []
    private(set) var count = 0

    /// Makes a block known; its number is for `append`.
    mutating func add(_ block: ArraySlice<UInt8>) -> Int {
        blocks.append(block)
        return blocks.count - 1
    }

    /// Adds what a block has there.
    mutating func append(_ range: Range<Int>, ofBlock block: Int) {
        pieces.append(Piece(block: block, range: range))
        count += range.count
    }

    /// Adds all pieces to the end of a string.
    func append(to string: inout [UInt8]) {
        for piece in pieces { string.append(contentsOf: blocks[piece.block][piece.range]) }
    }
}
