/// What is wrong with the arguments, as the incumbents word it.
struct ToolUsageFailure: Error, Equatable { var message: String }

/// The arguments of a tool, taken apart.
struct ToolArguments: Equatable {
    /// The options in the order they were given, by their long names.
    private(set) var given: [Given] = []
    /// The name after `--help-`, empty for `--help`.
    private(set) var helpTopic: String?

    struct Given: Equatable {
        var name: String
        var value: String
    }

    /// Reads `-x VALUE`, `-xVALUE`, `--name VALUE`, `--name=VALUE`, letters in a row, `--` before words; words without dash
    /// are ignored, as the incumbents do.
    init(_ words: [String], _ tool: ToolDescription) throws(ToolUsageFailure) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" { return }
            if word.hasPrefix("--") {
                try readLong(word, &rest, tool)
            } else if word.hasPrefix("-"), word != "-", !Self.isNumber(word.dropFirst()) {
                try readLetters(word.dropFirst(), &rest, tool)
            }
        }
    }

    func values(_ name: String) -> [String] { given.filter { $0.name == name }.map(\.value) }
    func value(_ name: String) -> String? { given.last { $0.name == name }?.value }
    func has(_ name: String) -> Bool { given.contains { $0.name == name } }
    var verbosity: Int { values("verbose").count }

    private static func isNumber(_ text: Substring) -> Bool {
        text.first != "0" && !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
    }

    private mutating func readLong(
        _ word: String, _ rest: inout ArraySlice<String>, _ tool: ToolDescription
    ) throws(ToolUsageFailure) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        if name == "help" || name == "help-all" || tool.groups.contains(where: { "help-" + $0.name == name }) {
            helpTopic = helpTopic ?? String(name.dropFirst(5))
            return
        }
        guard let option = tool.options.first(where: { $0.name == name }), option.takesValue || parts.count == 1 else {
            throw ToolUsageFailure(message: "Unknown option \(word)")
        }
        guard option.takesValue else {
            given.append(Given(name: name, value: ""))
            return
        }
        guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
            throw ToolUsageFailure(message: "Missing argument for --\(name)")
        }
        given.append(Given(name: name, value: value))
    }

    private mutating func readLetters(
        _ letters: Substring, _ rest: inout ArraySlice<String>, _ tool: ToolDescription
    ) throws(ToolUsageFailure) {
        var letters = letters
        while let letter = letters.popFirst() {
            if letter == "h" || letter == "?" {
                helpTopic = helpTopic ?? ""
                continue
            }
            guard let option = tool.options.first(where: { $0.letter == letter }) else {
                throw ToolUsageFailure(message: "Unknown option -\(letter)")
            }
            guard option.takesValue else {
                given.append(Given(name: option.name, value: ""))
                continue
            }
            guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
                throw ToolUsageFailure(message: "Missing argument for -\(letter)")
            }
            given.append(Given(name: option.name, value: value))
            letters = ""
        }
    }
}
