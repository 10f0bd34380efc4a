import Glibc
import Testing

@testable import LibknetTransport

struct EqualPagesTests {
    private static let size = 8 << 20

    private func residentPages(_ block: UnsafeMutableRawPointer) -> Int {
        let start = (UInt(bitPattern: block) + 4095) / 4096 * 4096
        let count = Self.size / 4096 - 1
        // Bit 61 of an entry says that the page belongs to a file, bit 63 that it is resident: proc(5), pagemap.
        var entries = [UInt64](repeating: 0, count: count)
        let file = open("/proc/self/pagemap", O_RDONLY)
        defer { close(file) }
        guard pread(file, &entries, count * 8, off_t(start / 4096 * 8)) == count * 8 else { return -1 }
        return entries.count { $0 >> 63 == 1 && $0 >> 61 & 1 == 0 }
    }

    @Test("a block of equal pages keeps its content and its writability, and gives its memory back")
    func sharing() throws {
        let block = try #require(malloc(Self.size))
        defer { free(block) }
        let words = block.bindMemory(to: UInt64.self, capacity: Self.size / 8)
        for index in 0..<Self.size / 8 { words[index] = index % 2 == 0 ? 0xFF : 0 }
        words[5] = 1
        EqualPages.share(in: block)
        #expect(residentPages(block) < 20)
        #expect((0..<Self.size / 8).allSatisfy { words[$0] == ($0 == 5 ? 1 : $0 % 2 == 0 ? 0xFF : 0) })
        let middle = Self.size / 16
        words[middle] = 42
        #expect(words[middle] == 42)
        // The same place in the next copy of the shared pages is untouched.
        #expect(words[middle + (1 << 20) / 8] == (middle % 2 == 0 ? 0xFF : 0))
    }

    @Test("a small block, and one without equal pages, stay as they are")
    func nothingToShare() throws {
        for size in [100, 4096, 3 << 20] {
            let block = try #require(malloc(size))
            defer { free(block) }
            let bytes = block.bindMemory(to: UInt8.self, capacity: size)
            for index in 0..<size { bytes[index] = UInt8(truncatingIfNeeded: index / 4096 &* 31 &+ index) }
            EqualPages.share(in: block)
            #expect((0..<size).allSatisfy { bytes[$0] == UInt8(truncatingIfNeeded: $0 / 4096 &* 31 &+ $0) })
        }
    }
}
