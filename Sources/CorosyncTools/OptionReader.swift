/// Takes the options of a command line apart, one after the other, as getopt_long(3) of the C library does.
///
/// Options may stand after words; `--` ends them; long names may be shortened as far as they stay clear. What is wrong is said in
/// the library's words.
struct OptionReader {
    struct LongOption {
        var name: String
        /// What the option is reported as.
        var letter: Character
        var takesValue = false
    }

    enum Item: Equatable {
        case option(Character, value: String)
        /// Something is wrong, in words.
        case mistake(String)
    }

    private let program: String
    /// As in getopt: letters, those with a value followed by a colon.
    private let letters: [Character]
    private let long: [LongOption]
    private var rest: ArraySlice<String>
    /// What is left of letters in a row.
    private var row: Substring = ""
    /// What is no option.
    private(set) var words: [String] = []

    init(_ arguments: [String], program: String, letters: String, long: [LongOption] = []) {
        self.program = program
        self.letters = Array(letters)
        self.long = long
        rest = arguments[...]
    }

    /// The next option; `nil` after the last, when `words` is complete.
    mutating func next() -> Item? {
        if !row.isEmpty { return letter() }
        while let word = rest.popFirst() {
            if word == "--" {
                words += rest
                rest = []
            } else if !long.isEmpty, word.hasPrefix("--") {
                return longOption(word.dropFirst(2))
            } else if word.hasPrefix("-"), word != "-" {
                row = word.dropFirst()
                return letter()
            } else {
                words.append(word)
            }
        }
        return nil
    }

    private mutating func letter() -> Item {
        let letter = row.removeFirst()
        guard letter != ":", let place = letters.firstIndex(of: letter) else {
            return .mistake("\(program): invalid option -- '\(letter)'")
        }
        guard place + 1 < letters.count, letters[place + 1] == ":" else { return .option(letter, value: "") }
        let attached = String(row)
        row = ""
        if !attached.isEmpty { return .option(letter, value: attached) }
        guard let value = rest.popFirst() else {
            return .mistake("\(program): option requires an argument -- '\(letter)'")
        }
        return .option(letter, value: value)
    }

    private mutating func longOption(_ text: Substring) -> Item {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let found = long.filter { $0.name == name }
        let candidates = found.isEmpty ? long.filter { $0.name.hasPrefix(name) } : found
        guard let option = candidates.first else { return .mistake("\(program): unrecognized option '--\(text)'") }
        if candidates.count > 1 {
            let names = candidates.map { " '--\($0.name)'" }.joined()
            return .mistake("\(program): option '--\(text)' is ambiguous; possibilities:\(names)")
        }
        if !option.takesValue {
            return parts.count == 1
                ? .option(option.letter, value: "")
                : .mistake("\(program): option '--\(option.name)' doesn't allow an argument")
        }
        if parts.count > 1 { return .option(option.letter, value: String(parts[1])) }
        guard let value = rest.popFirst() else {
            return .mistake("\(program): option '--\(option.name)' requires an argument")
        }
        return .option(option.letter, value: value)
    }
}
