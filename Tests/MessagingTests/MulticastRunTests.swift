import ClusterTypes
import Testing
import Totem

@testable import Messaging

/// Messages of a process that come together are written and read with less work than by themselves; the bytes and the meaning are the same.
@Suite struct MulticastRunTests {
    private static let source = NodeID(3)

    private func messages(_ generator: inout SeededGenerator) -> [ProcessGroupMessage] {
        let groups = [group, .resourceManager]
        return (0..<12).map { _ in
            let group = groups[generator.below(10) == 0 ? 1 : 0]
            let processID = UInt32(generator.below(8) == 0 ? 8 : 7)
            if generator.below(10) == 0 { return .join(group, processID: processID, reason: 1) }
            let payload = (0..<generator.below(60)).map { _ in UInt8(generator.below(256)) }
            return .multicast(group, processID: processID, payload: payload[...])
        }
    }

    @Test func aRunIsWrittenAsItsMessagesByThemselves() {
        let block: [UInt8] = Array(0..<200)
        let payloads = ByteStrings(in: block[...], at: [0..<0, 5..<150, 150..<151])
        let run = ProcessGroupMessage.run(group, processID: 7, payloads, source: Self.source)
        for (index, payload) in payloads.enumerated() {
            let alone = ProcessGroupMessage.multicast(group, processID: 7, payload: payload)
            #expect(run.head(index) + run.payloads[index] == alone.encoded(source: Self.source)[...])
        }
    }

    /// Also when a byte of the message is another: then it is read as what it is, or not in this way.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func whatFollowsAnotherIsReadAsByItself(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var (block, ranges) = ([UInt8](), [Range<Int>]())
        for message in messages(&generator) {
            var bytes = message.encoded(source: Self.source)
            if generator.below(3) == 0 { bytes[generator.below(bytes.count)] = UInt8(generator.below(256)) }
            if generator.below(10) == 0 { bytes.removeLast(generator.below(bytes.count)) }
            ranges.append(block.count..<block.count + bytes.count)
            block += bytes
        }
        var read = 0
        for first in ranges {
            guard case .processGroups(.multicast(let group, let process, _)) = try? ServiceMessage(block[first]) else {
                continue
            }
            for range in ranges {
                guard let payload = ProcessGroupMessage.payload(of: range, like: first, in: block[...]) else {
                    continue
                }
                read += 1
                let expected = ProcessGroupMessage.multicast(group, processID: process, payload: block[payload])
                #expect(try ServiceMessage(block[range]) == .processGroups(expected))
            }
        }
        #expect(read > 10)
    }

    @Test func aMessageInTheOtherByteOrderIsReadInFull() {
        var message = ProcessGroupMessage.multicast(group, processID: 7, payload: [1]).encoded(source: Self.source)
        message.replaceSubrange(0..<4, with: [0, 1, 0, 1])
        #expect(ProcessGroupMessage.payload(of: message.indices, like: message.indices, in: message[...]) == nil)
    }
}
