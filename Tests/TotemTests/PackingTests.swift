import ClusterTypes
import Testing

@testable import Totem

@Suite("Packing")
struct PackingTests {
    static let sender = NodeID(1)

    /// Packs messages and returns the payloads of the frames.
    private func frames(_ messages: [[UInt8]], limit: Int, packer: inout MessagePacker) -> [[UInt8]] {
        var frames: [MessagePacker.Frame] = []
        for message in messages { packer.add(MessageRun(message), .agreed) { frames.append($0) } }
        if let last = packer.flush() { frames.append(last) }
        return frames.map { frame in
            var bytes: [UInt8] = []
            PackedFrame.append(
                fragment: frame.fragment, continuation: frame.continuation, lengths: frame.lengths, to: &bytes)
            frame.content.append(to: &bytes)
            #expect(bytes.count <= limit)
            return bytes
        }
    }

    private func frames(_ messages: [[UInt8]], limit: Int = 200) -> [[UInt8]] {
        var packer = MessagePacker(payloadLimit: limit)
        return frames(messages, limit: limit, packer: &packer)
    }

    private func message(_ size: Int, _ seed: Int = 1) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ seed) }
    }

    private func assemble(_ frames: [[UInt8]], with assembler: inout MessageAssembler) throws -> [[UInt8]] {
        var messages: [[UInt8]] = []
        for frame in frames {
            try assembler.receive(frame[...], from: Self.sender, order: .little) { messages += $0.map { Array($0) } }
        }
        return messages
    }

    private func change(_ assembler: inout MessageAssembler, left: [NodeID] = []) {
        let ring = RingID(representative: Self.sender, sequence: 4)
        for kind in [RingConfiguration.Kind.transitional, .regular] {
            assembler.configurationChanged(
                RingConfiguration(
                    kind: kind, ring: ring, members: [Self.sender], left: kind == .transitional ? left : [], joined: [])
            )
        }
    }

    @Test("Messages of any size survive packing and assembly", arguments: [100, 200, 1500, 65445])
    func roundTrip(limit: Int) throws {
        var generator = SeededGenerator(seed: UInt64(limit))
        let messages = (0..<60).map { message(1 + generator.below($0 % 10 == 0 ? 5 * limit : limit), $0) }
        var assembler = MessageAssembler()
        do {
            let assembled = try assemble(frames(messages, limit: limit), with: &assembler)
            #expect(assembled == messages)
        }
    }

    @Test("Sizes around the limit of a frame survive")
    func edges() throws {
        for size in 170...220 {
            var assembler = MessageAssembler()
            let messages = [message(size), message(size, 2), message(3)]
            do {
                let assembled = try assemble(frames(messages), with: &assembler)
                #expect(assembled == messages)
            }
        }
    }

    @Test("Small messages share a frame")
    func sharing() {
        #expect(frames([message(10), message(20), message(30)]).count == 1)
    }

    @Test("A message of 1 MiB passes, a longer one is not delivered")
    func longest() throws {
        var assembler = MessageAssembler()
        let longest = message(PackedRing.messageSizeLimit)
        do {
            let assembled = try assemble(frames([longest], limit: 65000), with: &assembler)
            #expect(assembled == [longest])
        }
        let tooLong = message(PackedRing.messageSizeLimit + 1)
        do {
            let assembled = try assemble(frames([tooLong, message(5)], limit: 65000), with: &assembler)
            #expect(assembled == [message(5)])
        }
    }

    @Test("An application message cut by a configuration change is completed after the synchronisation messages")
    func lanes() throws {
        var assembler = MessageAssembler()
        let long = message(500)
        let application = frames([long])
        let synchronisation = frames([message(450, 7), message(9)])
        do {
            let assembled = try assemble(Array(application.prefix(2)), with: &assembler)
            #expect(assembled == [])
        }
        change(&assembler)
        do {
            let assembled = try assemble(synchronisation, with: &assembler)
            #expect(assembled == [message(450, 7), message(9)])
        }
        do {
            let assembled = try assemble(Array(application.dropFirst(2)), with: &assembler)
            #expect(assembled == [long])
        }
    }

    @Test("The rest of a message whose beginning was never seen is dropped, what follows is delivered")
    func unseenBeginning() throws {
        var assembler = MessageAssembler()
        let cut = Array(frames([message(500), message(20)]).dropFirst())
        do {
            let assembled = try assemble(cut, with: &assembler)
            #expect(assembled == [message(20)])
        }
        do {
            let assembled = try assemble(frames([message(700)]), with: &assembler)
            #expect(assembled == [message(700)])
        }
    }

    @Test("What a departed node left unfinished is never completed by its next life")
    func departure() throws {
        var assembler = MessageAssembler()
        var packer = MessagePacker(payloadLimit: 200)
        let before = frames([message(500)], limit: 200, packer: &packer)
        _ = try assemble(Array(before.prefix(1)), with: &assembler)
        change(&assembler, left: [Self.sender])
        do {
            let assembled = try assemble(Array(before.dropFirst()), with: &assembler)
            #expect(assembled == [])
        }
    }

    @Test("Damaged frames are refused")
    func damage() throws {
        let frame = frames([message(30), message(40)])[0]
        for length in 0..<frame.count {
            var assembler = MessageAssembler()
            #expect(throws: WireFailure.self) {
                try assembler.receive(frame.prefix(length), from: Self.sender, order: .little) { _ in }
            }
        }
        var generator = SeededGenerator(seed: 5)
        var assembler = MessageAssembler()
        for _ in 0..<3000 {
            var damaged = frames([message(300), message(20)])[generator.below(2)]
            damaged[generator.below(12)] = UInt8(generator.below(256))
            try? assembler.receive(damaged[...], from: Self.sender, order: generator.below(2) == 0 ? .little : .big) {
                _ in
            }
        }
    }

    @Test("A frame in big byte order is read")
    func bigEndian() throws {
        var assembler = MessageAssembler()
        var messages: [[UInt8]] = []
        let frame: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 2, 0x61, 0x62, 0x63]
        try assembler.receive(frame[...], from: Self.sender, order: .big) { messages += $0.map { Array($0) } }
        #expect(messages == [[0x61], [0x62, 0x63]])
    }

    @Test("A half-sent message is sent again as a whole, and receivers forget the half")
    func restart() throws {
        var queue = RestartableQueue()
        let prefix = RingMessage.packet(
            from: Self.sender, encapsulation: .notEncapsulated, guarantee: .agreed, payloadCapacity: 0)
        let messages = [message(50), message(600), message(20)]
        for frame in frames(messages) { queue.append(prefix + frame) }
        var old = MessageAssembler()
        var new = MessageAssembler()
        func pop() -> [UInt8]? { queue.popFirst().map { Array($0[RingMessage.headerSize...]) } }
        let sent = [pop(), pop()].compactMap { $0 }
        do {
            let assembled = try assemble(sent, with: &old)
            #expect(assembled == [message(50)])
        }
        queue.restartCutMessage(prefix: prefix)
        change(&old)
        var rest: [[UInt8]] = []
        while let frame = pop() { rest.append(frame) }
        do {
            let assembled = try assemble(rest, with: &old)
            #expect(assembled == [message(600), message(20)])
        }
        do {
            let assembled = try assemble(rest, with: &new)
            #expect(assembled == [message(600), message(20)])
        }
    }

    @Test("A group address is written and split in both byte orders")
    func groups() {
        let bytes = GroupAddress.prefix(for: GroupAddress.synchronisation) + [9, 8]
        #expect(bytes == [1, 0, 4, 0, 0x73, 0x79, 0x6e, 0x63, 9, 8])
        #expect(GroupAddress.split(bytes[...])?.payload == [9, 8])
        #expect(GroupAddress.split([0, 1, 0, 1, 0x61, 7])?.group == [0x61])
        #expect(GroupAddress.split([1, 0, 9, 0, 1]) == nil)
        #expect(GroupAddress.split([]) == nil)
    }
}
