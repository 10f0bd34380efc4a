import BZip2
import Testing

@Suite struct BZip2Tests {
    /// `<cib/>` and a line feed.
    private let compressed: [UInt8] = [
        0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x45, 0x21, 0xD0, 0xF1, 0x00, 0x00,
        0x01, 0x59, 0x00, 0x00, 0x10, 0x00, 0x00, 0x80, 0x05, 0x18, 0x20, 0x20, 0x00, 0x22, 0x18, 0x02,
        0x18, 0x04, 0xCA, 0xB2, 0xE1, 0x77, 0x24, 0x53, 0x85, 0x09, 0x04, 0x52, 0x1D, 0x0F, 0x10,
    ]

    @Test("a stream becomes what was compressed, whatever follows it")
    func decompresses() throws {
        #expect(try decompressBZip2(compressed, limit: 100) == Array("<cib/>\n".utf8))
        #expect(try decompressBZip2(compressed + [1, 2, 3], limit: 100) == Array("<cib/>\n".utf8))
    }

    @Test("every beginning of a stream is refused, and every damaged byte gives the text or a failure")
    func refuses() {
        for length in 0..<compressed.count {
            #expect(throws: BZip2Failure.self) { try decompressBZip2(Array(compressed[..<length]), limit: 100) }
        }
        for index in compressed.indices {
            var damaged = compressed
            damaged[index] ^= 0x55
            let text = try? decompressBZip2(damaged, limit: 100)
            #expect(text == nil || text == Array("<cib/>\n".utf8))
        }
    }

    @Test("no more than the limit is accepted")
    func limits() {
        #expect(throws: BZip2Failure.tooLong(6)) { try decompressBZip2(compressed, limit: 6) }
    }
}
