internal import CLinux
internal import Glibc

/// One of the three rings of a connection: chunks of bytes in memory that a local program shares, of which nothing is trusted.
///
/// A header file with two positions and a semaphore, and a data file. Libraries map the data twice in a row, so that a chunk that passes
/// the end is still in one piece; this side maps it once and copies such a chunk in two parts, because mappings are what limits the
/// number of programs. This side keeps its own position and the size of the ring itself and only tells them; the
/// other side's position is checked at every use, and a chunk is copied before anybody looks at it. What a program does to its
/// rings can therefore only spoil its own connection.
///
/// - Source: libqb's ring buffer (qbrb.h), as its clients map it. Positions count words of 4 bytes. A chunk is its length in
///   bytes, a mark, and the bytes, padded to a word.
package final class SharedRing {
    /// Why a ring cannot be used any more.
    package enum Damage: Error, Equatable {
        /// The other side's position is outside the ring.
        case position(UInt32)
        /// There is no complete chunk where one was announced.
        case mark(UInt32)
        case length(UInt32)
    }

    /// Bytes of the header, up to and with the word by which this side tells that it takes no requests now.
    package static let headerSize = 8256
    private static let headerPath = 12
    private static let dataPath = 4108
    private static let pathLimit = 4096
    private static let references = 8204
    private static let semaphore = 8208
    private static let holdWord = 8240
    private static let mark: UInt32 = 0xA1A1_A1A1
    private static let unfinishedMark: UInt32 = 0xA110_CED0
    private static let usedMark: UInt32 = 0xD0D0_D0D0
    private static let margin = 12

    private let header: UnsafeMutableRawPointer
    private let data: UnsafeMutableRawPointer
    private let wordCount: Int
    /// This side's position: of the next chunk to be read, or written.
    private var position = 0

    /// The bytes of the data file for chunks of up to `chunkLimit` bytes, as both sides compute it.
    package static func dataSize(chunkLimit: Int) -> Int {
        let page = Int(getpagesize())
        return (chunkLimit + margin + 1 + page - 1) / page * page
    }

    /// Sets up a ring in memory that is mapped already.
    ///
    /// - Parameters:
    ///   - header: `headerSize` bytes of zeros, shared.
    ///   - data: `dataSize` bytes, shared.
    init(
        header: UnsafeMutableRawPointer, data: UnsafeMutableRawPointer, dataSize: Int, headerPath: String,
        dataPath: String
    ) {
        self.header = header
        self.data = data
        wordCount = dataSize / 4
        lockstep_store_word(header + 8, UInt32(clamping: wordCount))
        Self.copy(headerPath, to: header + Self.headerPath)
        Self.copy(dataPath, to: header + Self.dataPath)
        lockstep_store_word(header + Self.references, 1)
        _ = lockstep_semaphore_init(header + Self.semaphore)
    }

    /// Uses a ring that the other side set up: the side of a program.
    ///
    /// - Parameters:
    ///   - header: `headerSize` bytes, shared.
    ///   - data: `dataSize` bytes, shared.
    /// - Returns: `nil` when the ring has another size.
    package init?(joining header: UnsafeMutableRawPointer, data: UnsafeMutableRawPointer, dataSize: Int) {
        self.header = header
        self.data = data
        wordCount = dataSize / 4
        guard Int(exactly: lockstep_load_word(header + 8)) == wordCount else { return nil }
        lockstep_store_word(header + Self.references, lockstep_load_word(header + Self.references) &+ 1)
    }

    /// Whether the reader takes chunks now.
    package var isHeld: Bool { lockstep_load_word(header + Self.holdWord) != 0 }

    private static func copy(_ path: String, to place: UnsafeMutableRawPointer) {
        let bytes = Array(path.utf8.prefix(pathLimit - 1))
        bytes.withUnsafeBytes { if let start = $0.baseAddress { place.copyMemory(from: start, byteCount: $0.count) } }
    }

    /// Tells the writer whether this side takes chunks now; libqb's clients get `EAGAIN` while it does not.
    func setHold(_ isHeld: Bool) { lockstep_store_word(header + Self.holdWord, isHeld ? 1 : 0) }

    // MARK: Reading

    /// Adds the next chunk, which was announced and has at most `limit` bytes, to the end of a block.
    package func read(limit: Int, into block: inout [UInt8]) throws(Damage) {
        lockstep_semaphore_take(header + Self.semaphore)
        try take(limit: limit, into: &block)
    }

    /// The next chunk as soon as there is one; `nil` when none came in time.
    package func read(limit: Int, waitingAtMost milliseconds: Int32) throws(Damage) -> [UInt8]? {
        // Waiting counts the chunk as taken.
        guard lockstep_semaphore_wait(header + Self.semaphore, milliseconds) == 0 else { return nil }
        var bytes: [UInt8] = []
        try take(limit: limit, into: &bytes)
        return bytes
    }

    private func take(limit: Int, into block: inout [UInt8]) throws(Damage) {
        let (lengthPlace, markPlace) = (place(ofWord: position), place(ofWord: position + 1))
        let mark = lockstep_load_word(markPlace)
        guard mark == Self.mark else { throw .mark(mark) }
        let length = lockstep_load_word(lengthPlace)
        guard let count = Int(exactly: length), count <= limit, count <= wordCount * 4 - Self.margin else {
            throw .length(length)
        }
        let start = offset(ofByte: 0)
        let first = min(count, wordCount * 4 - start)
        block.append(contentsOf: UnsafeRawBufferPointer(start: data + start, count: first))
        if count > first { block.append(contentsOf: UnsafeRawBufferPointer(start: data, count: count - first)) }
        lockstep_store_word(lengthPlace, 0)
        lockstep_store_word(markPlace, Self.usedMark)
        advance(by: count)
        lockstep_store_word(header + 4, UInt32(truncatingIfNeeded: position))
    }

    /// The bytes of the next chunk, as the other side says; nothing is known of it before it is read.
    var statedLength: Int { Int(lockstep_load_word(place(ofWord: position))) }

    /// Where a word of the ring is; the numbers go on after the end for one round.
    private func place(ofWord number: Int) -> UnsafeMutableRawPointer {
        data + (number < wordCount ? number : number - wordCount) * 4
    }

    /// Where a byte of the present chunk's content is, as an offset into the data.
    private func offset(ofByte number: Int) -> Int {
        let offset = (position + 2) * 4 + number
        return offset < wordCount * 4 ? offset : offset - wordCount * 4
    }

    private func advance(by count: Int) {
        position += 2 + (count + 3) / 4
        if position >= wordCount { position -= wordCount }
    }

    // MARK: Writing

    /// Writes a chunk, in one or two parts; false when there is no room for it now.
    package func write(_ bytes: [UInt8], _ rest: ArraySlice<UInt8> = []) throws(Damage) -> Bool {
        let count = bytes.count + rest.count
        let other = lockstep_load_word(header + 4)
        guard let reader = Int(exactly: other), reader < wordCount else { throw .position(other) }
        let free =
            if position > reader {
                reader - position + wordCount - 1
            } else if position < reader {
                reader - position - 1
            } else {
                wordCount
            }
        guard free * 4 >= count + Self.margin else { return false }
        let (lengthPlace, markPlace) = (place(ofWord: position), place(ofWord: position + 1))
        lockstep_store_word(lengthPlace, 0)
        lockstep_store_word(markPlace, Self.unfinishedMark)
        bytes.withUnsafeBytes { put($0, atByte: 0) }
        rest.withUnsafeBytes { put($0, atByte: bytes.count) }
        lockstep_store_word(lengthPlace, UInt32(truncatingIfNeeded: count))
        advance(by: count)
        lockstep_store_word(header, UInt32(truncatingIfNeeded: position))
        lockstep_store_word(markPlace, Self.mark)
        lockstep_semaphore_post(header + Self.semaphore)
        return true
    }

    /// Copies a part of the present chunk's content, in two pieces where it passes the end.
    private func put(_ source: UnsafeRawBufferPointer, atByte number: Int) {
        guard let bytes = source.baseAddress else { return }
        let start = offset(ofByte: number)
        let first = min(source.count, wordCount * 4 - start)
        memcpy(data + start, bytes, first)
        memcpy(data, bytes + first, source.count - first)
    }
}
