import ClusterTypes
import Testing

@Suite struct ScoreTests {
    @Test func neverWinsOverAlways() {
        #expect(Score.infinity + .minusInfinity == .minusInfinity)
        #expect(Score.infinity + Score(-5) == .infinity)
        #expect(Score(600_000) + Score(600_000) == .infinity)
    }

    @Test func clampsWhatIsOutOfRange() {
        #expect(Score(Int64.max) == .infinity)
        #expect(Score(Int64.min) == .minusInfinity)
    }
}

@Suite struct InstantTests {
    @Test func rendersMillisecondsWithThreeDecimals() {
        #expect(Instant(nanoseconds: 1_234_567_890).description == "1234.567")
        #expect(Instant(nanoseconds: 1_005_000).description == "1.005")
    }

    @Test func durationsSaturate() {
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
    }
}

@Suite struct SeededGeneratorTests {
    @Test func theSequenceIsFixedForEver() {
        var generator = SeededGenerator(seed: 1)
        #expect(generator.next() == 0x910A_2DEC_8902_5CC1)
        #expect(generator.shuffled([1, 2, 3, 4, 5]).sorted() == [1, 2, 3, 4, 5])
    }
}
