/// The words of one configuration line, read from left to right.
struct WordReader {
    let words: [String]
    private(set) var position = 0
    private let end: Int
    /// How failures name the line: its keyword, then also its id.
    var subject: String

    init(_ words: [String], subject: String = "") {
        self.words = words
        self.subject = subject
        end = words.count
    }

    var isAtEnd: Bool { position >= end }
    var remaining: Int { end - position }

    /// The word to be taken next.
    var next: String? { isAtEnd ? nil : words[position] }

    mutating func take() -> String? {
        guard let word = next else { return nil }
        position += 1
        return word
    }

    /// Takes the next word, or fails saying what is missing.
    mutating func take(_ expected: String) throws(CommandFailure) -> String {
        guard let word = take() else { throw failure("something is missing at the end", expected: expected) }
        return word
    }

    /// Takes the next word when it is this keyword, in any case.
    mutating func take(keyword: String) -> Bool {
        guard let word = next, word.lowercased() == keyword else { return false }
        position += 1
        return true
    }

    /// Takes the next word when it is `name=value` with one of these names (in any case, with or without `$`).
    mutating func take(attribute names: String...) -> (name: String, value: String)? {
        guard let word = next, let (name, value) = splitPair(word) else { return nil }
        let plain = (name.hasPrefix("$") ? String(name.dropFirst()) : name).lowercased()
        guard names.contains(plain) else { return nil }
        position += 1
        return (plain, value)
    }

    /// The words not yet taken; none is left.
    mutating func takeRest() -> [String] {
        defer { position = end }
        return Array(words[position..<end])
    }

    /// A failure at the next word.
    func failure(_ message: String, expected: String? = nil, advice: String? = nil) -> CommandFailure {
        let place = next.map { " at \"\($0)\" (word \(position + 1))" } ?? ""
        return CommandFailure(
            .usage, "\(subject): \(message)\(place)" + (expected.map { ", expected \($0)" } ?? ""), advice: advice)
    }

    /// Fails when words are left over.
    func requireEnd(expected: String) throws(CommandFailure) {
        if !isAtEnd { throw failure("unexpected word", expected: expected) }
    }
}

/// `name=value` in two; `nil` when there is no `=` or no name.
func splitPair(_ word: String) -> (name: String, value: String)? {
    guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return nil }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
}
