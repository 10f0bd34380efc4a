import Glibc
import Testing

@testable import CorosyncIPC

/// A ring in plain memory, and both of its sides.
private final class Memory {
    static let chunkLimit = 4000
    let header = UnsafeMutableRawPointer.allocate(byteCount: SharedRing.headerSize, alignment: 4096)
    let data: UnsafeMutableRawPointer
    let size = SharedRing.dataSize(chunkLimit: chunkLimit)

    init() {
        data = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
        memset(header, 0, SharedRing.headerSize)
        memset(data, 0xEE, size)
    }

    deinit {
        header.deallocate()
        data.deallocate()
    }

    func sides() throws -> (writer: SharedRing, reader: SharedRing) {
        let writer = SharedRing(header: header, data: data, dataSize: size, headerPath: "h", dataPath: "d")
        return (writer, try #require(SharedRing(joining: header, data: data, dataSize: size)))
    }
}

extension SharedRing {
    /// The next chunk by itself.
    func read(limit: Int) throws -> [UInt8] {
        var block: [UInt8] = []
        try read(limit: limit, into: &block)
        return block
    }
}

@Suite struct SharedRingTests {
    private func bytes(_ count: Int, _ seed: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 * 31 + seed) }
    }

    /// Chunks of every length, so that lengths, marks and contents all lie across the end at some time.
    @Test func chunksComeOutAsTheyWentInWhereverTheEndIs() throws {
        let memory = Memory()
        let (writer, reader) = try memory.sides()
        for round in 0..<6000 {
            let count = round * 7 % 300
            let split = count == 0 ? 0 : round % count
            let whole = bytes(count, round)
            #expect(try writer.write(Array(whole[..<split]), whole[split...]))
            #expect(try reader.read(limit: Memory.chunkLimit) == whole)
        }
    }

    /// As programs read: each waiting counts one chunk, not more.
    @Test func whoWaitsGetsChunksThatCameTogether() throws {
        let memory = Memory()
        let (writer, reader) = try memory.sides()
        for seed in 0..<3 { #expect(try writer.write(bytes(20, seed))) }
        for seed in 0..<3 { #expect(try reader.read(limit: 100, waitingAtMost: 0) == bytes(20, seed)) }
        #expect(try reader.read(limit: 100, waitingAtMost: 0) == nil)
    }

    @Test func aFullRingTakesNothingMoreAndLosesNothing() throws {
        let memory = Memory()
        let (writer, reader) = try memory.sides()
        var (written, read) = (0, 0)
        for round in 0..<500 {
            while try writer.write(bytes(250, written)) { written += 1 }
            for _ in 0..<(1 + round % 5) {
                #expect(try reader.read(limit: 250) == bytes(250, read))
                read += 1
            }
        }
        #expect(written > 500)
    }

    @Test func whatTheOtherSideSpoilsIsDamage() throws {
        let memory = Memory()
        let (writer, reader) = try memory.sides()
        #expect(throws: SharedRing.Damage.self) { try reader.read(limit: 100) }
        _ = try writer.write(bytes(20, 1))
        memory.data.storeBytes(of: UInt32.max, as: UInt32.self)
        #expect(throws: SharedRing.Damage.length(.max)) { try reader.read(limit: 100) }
        memory.header.storeBytes(of: UInt32.max, toByteOffset: 4, as: UInt32.self)
        #expect(throws: SharedRing.Damage.position(.max)) { try writer.write(bytes(20, 2)) }
    }
}
