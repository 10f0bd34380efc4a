import Testing

@testable import Kronosnet

@Suite struct SequenceWindowTests {
    private func isNew(_ number: UInt16, _ window: inout SequenceWindow) -> Bool {
        defer { window.insert(number) }
        return !window.contains(number)
    }

    @Test("each number is new once, in whatever order, over the end of the numbers")
    func order() {
        var window = SequenceWindow()
        var generator = SystemRandomNumberGenerator()
        let numbers = (0..<200_000).map { UInt16(truncatingIfNeeded: $0 + 60_000) }
        for start in stride(from: 0, to: numbers.count, by: 1000) {
            let part = numbers[start..<start + 1000]
            for number in part.shuffled(using: &generator) { #expect(isNew(number, &window)) }
            for number in part.shuffled(using: &generator) { #expect(!isNew(number, &window)) }
        }
    }

    @Test("a number far from the others starts anew there")
    func jump() {
        var window = SequenceWindow()
        for number in 1...10 as ClosedRange<UInt16> { #expect(isNew(number, &window)) }
        #expect(isNew(30_000, &window))
        #expect(isNew(5, &window), "a node that has started again")
        #expect(!isNew(5, &window))
    }

    @Test("what the window has left behind counts as new")
    func forgotten() {
        var window = SequenceWindow()
        #expect(isNew(1, &window))
        #expect(isNew(4096, &window))
        #expect(!isNew(1, &window))
        #expect(isNew(4097, &window))
        #expect(isNew(1, &window))
    }
}
