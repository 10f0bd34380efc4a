import Testing

@testable import CorosyncTools

@Suite struct OptionReaderTests {
    private func read(
        _ words: [String], _ letters: String, long: [OptionReader.LongOption] = []
    ) -> (items: [OptionReader.Item], words: [String]) {
        var reader = OptionReader(words, program: "tool", letters: letters, long: long)
        var items: [OptionReader.Item] = []
        while let item = reader.next() { items.append(item) }
        return (items, reader.words)
    }

    @Test func lettersStandInARowAndAmongWords() {
        let read = read(["a", "-gq", "b", "-mstats", "-p", "f", "--", "-x"], "gqm:p:")
        #expect(
            read.items == [
                .option("g", value: ""), .option("q", value: ""), .option("m", value: "stats"),
                .option("p", value: "f"),
            ])
        #expect(read.words == ["a", "b", "-x"])
    }

    @Test func mistakesAreInTheWordsOfTheCLibrary() {
        #expect(read(["-Z"], "g").items == [.mistake("tool: invalid option -- 'Z'")])
        #expect(read(["-m"], "m:").items == [.mistake("tool: option requires an argument -- 'm'")])
        #expect(read(["--foo"], "m:").items.first == .mistake("tool: invalid option -- '-'"))
        #expect(read(["-:"], "m:").items == [.mistake("tool: invalid option -- ':'")])
    }

    @Test func longNamesMayBeShortenedAsFarAsTheyAreClear() {
        let long: [OptionReader.LongOption] = [
            .init(name: "reload", letter: "R"), .init(name: "reopen", letter: "L"),
            .init(name: "kill", letter: "k", takesValue: true),
        ]
        #expect(
            read(["--rel", "--kill=3", "--ki", "4"], "", long: long).items == [
                .option("R", value: ""), .option("k", value: "3"), .option("k", value: "4"),
            ])
        #expect(
            read(["--re"], "", long: long).items
                == [.mistake("tool: option '--re' is ambiguous; possibilities: '--reload' '--reopen'")])
        #expect(read(["--foo"], "", long: long).items == [.mistake("tool: unrecognized option '--foo'")])
        #expect(read(["--kill"], "", long: long).items == [.mistake("tool: option '--kill' requires an argument")])
        #expect(
            read(["--reload=1"], "", long: long).items
                == [.mistake("tool: option '--reload' doesn't allow an argument")])
    }
}
