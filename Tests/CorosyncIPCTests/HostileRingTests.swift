import ClusterTypes
import Glibc
import Testing

@testable import CorosyncIPC

/// A program may write anything into the memory that it shares, at any time: only its own connection suffers.
@Suite struct HostileRingTests {
    /// A ring in memory of its own, followed by a page that nobody may touch.
    private final class Memory {
        let dataSize = SharedRing.dataSize(chunkLimit: 8192)
        let headerSize: Int
        let base: UnsafeMutableRawPointer
        private let size: Int

        init?() {
            let page = Int(getpagesize())
            headerSize = (SharedRing.headerSize + page - 1) / page * page
            size = headerSize + 2 * dataSize + page
            guard let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                mapped != MAP_FAILED
            else { return nil }
            base = mapped
            mprotect(base + size - page, page, PROT_NONE)
        }

        deinit { munmap(base, size) }

        var data: UnsafeMutableRawPointer { base + headerSize }

        /// Writes both copies: in a real ring they are the same memory.
        func write(_ word: UInt32, at offset: Int) {
            data.storeBytes(of: word, toByteOffset: offset % dataSize / 4 * 4, as: UInt32.self)
            data.storeBytes(of: word, toByteOffset: offset % dataSize / 4 * 4 + dataSize, as: UInt32.self)
        }
    }

    @Test(arguments: UInt64(1)...20) func whateverIsInTheMemoryNothingOutsideIsTouched(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let memory = try #require(Memory())
        let words: [UInt32] = [
            0, 1, 8, 8192, 8193, UInt32(memory.dataSize), UInt32(memory.dataSize / 4), 0x7FFF_FFFF, .max, 0xA1A1_A1A1,
            0xA110_CED0, 0xD0D0_D0D0,
        ]
        var ring = SharedRing(
            header: memory.base, data: memory.data, dataSize: memory.dataSize, headerPath: "h", dataPath: "d")
        var (readCount, writtenCount, damageCount) = (0, 0, 0)
        for _ in 0..<5000 {
            switch generator.below(6) {
            case 0:
                // The other side's positions, or its mark and length where the next chunk is.
                let word = generator.chance(0.7) ? words[generator.below(words.count)] : UInt32(generator.below(3000))
                memory.base.storeBytes(of: word, toByteOffset: generator.chance(0.5) ? 0 : 4, as: UInt32.self)
            case 1, 2:
                let place = generator.below(memory.dataSize)
                memory.write(words[generator.below(words.count)], at: place)
                memory.write(0xA1A1_A1A1, at: place + 4)
            case 3:
                do {
                    readCount += try ring.read(limit: 8192).count >= 0 ? 1 : 0
                } catch { damageCount += 1 }
            default:
                do {
                    let bytes = [UInt8](repeating: 7, count: generator.below(8192))
                    writtenCount += try ring.write(bytes, bytes[..<min(4, bytes.count)]) ? 1 : 0
                } catch { damageCount += 1 }
            }
            if generator.chance(0.01) {
                memory.base.initializeMemory(as: UInt8.self, repeating: 0, count: 16)
                ring = SharedRing(
                    header: memory.base, data: memory.data, dataSize: memory.dataSize, headerPath: "h", dataPath: "d")
            }
        }
        #expect(damageCount > 0)
        #expect(writtenCount > 0)
    }

    @Test func aHandshakeOfAnyBytesIsReadOrRefused() {
        var generator = SeededGenerator(seed: 7)
        var understood = 0
        for _ in 0..<20_000 {
            var bytes = (0..<generator.below(Handshake.requestSize * 2)).map { _ in
                UInt8(truncatingIfNeeded: generator.chance(0.5) ? 0 : generator.next())
            }
            if generator.chance(0.5) {
                bytes = Array((bytes + Array(repeating: 0, count: 64)).prefix(Handshake.requestSize))
            }
            if Handshake.messageLimit(of: bytes) != nil { understood += 1 }
        }
        #expect(understood < 20_000)
    }
}
