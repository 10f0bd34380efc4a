import ClusterTypes
import Testing

@Suite struct ByteStringsTests {
    @Test func equalIsWhatHasEqualStringsWhereverTheyLie() {
        let block: [UInt8] = [9, 1, 2, 3, 1, 2]
        let strings = ByteStrings(in: block[1...], at: [1..<3, 3..<3, 3..<4])
        #expect(strings == ByteStrings(in: [1, 2, 3], at: [0..<2, 1..<1, 2..<3]))
        #expect(strings != ByteStrings(in: [1, 2, 3], at: [0..<2, 2..<3]))
        #expect(strings.map { Array($0) } == [[1, 2], [], [3]])
        #expect(ByteStrings([1, 2]) == ByteStrings(block[4...]))
    }
}
