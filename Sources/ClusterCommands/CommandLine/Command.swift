/// One command, such as `resource move`: what it is called, what it takes, what it does.
package struct Command: Sendable {
    package var name: String
    /// Other names that people know it by.
    package var aliases: [String]
    /// A sentence for lists of commands, without full stop.
    package var summary: String
    /// What may follow the name, a line a form.
    package var usage: [String]
    /// Explanation and examples for `help`.
    package var details: String
    package var options: [CommandOption]
    /// What the words after the name are, for completion; the last one repeats.
    package var words: [WordKind]
    /// Whether words may begin with `-` without being options (scores such as `-inf:`).
    package var takesRawWords: Bool
    package var run: @Sendable (Session, Arguments) throws -> Void

    package init(
        _ name: String, _ aliases: [String], _ summary: String, usage: [String] = [""], details: String = "",
        options: [CommandOption] = [], words: [WordKind] = [], takesRawWords: Bool = false,
        run: @escaping @Sendable (Session, Arguments) throws -> Void
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.usage = usage
        self.details = details
        self.options = options
        self.words = words
        self.takesRawWords = takesRawWords
        self.run = run
    }

    /// A command without other names.
    package init(
        _ name: String, _ summary: String, usage: [String] = [""], details: String = "", options: [CommandOption] = [],
        words: [WordKind] = [], takesRawWords: Bool = false,
        run: @escaping @Sendable (Session, Arguments) throws -> Void
    ) {
        self.init(
            name, [], summary, usage: usage, details: details, options: options, words: words,
            takesRawWords: takesRawWords, run: run)
    }

    package func answers(to word: String) -> Bool { name == word || aliases.contains(word) }
}

/// A noun with its verbs, such as `resource`.
package struct CommandLevel: Sendable {
    package var name: String
    package var aliases: [String]
    package var summary: String
    package var commands: [Command]

    package init(_ name: String, _ aliases: [String], _ summary: String, _ commands: [Command]) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.commands = commands
    }

    package func answers(to word: String) -> Bool { name == word || aliases.contains(word) }

    package func command(_ word: String) -> Command? { commands.first { $0.answers(to: word) } }
}

/// An option of a command: `--long`, `-s`, with or without a value.
package struct CommandOption: Sendable {
    package var long: String
    package var short: Character?
    /// The name of the value in help texts; `nil` for a switch.
    package var value: String?
    package var summary: String
    /// Whether the value may be left out: it is then empty. The next word is the value unless it begins with `-`.
    package var valueIsOptional = false
    /// What the value can be, for completion.
    package var choices: [String]

    package init(
        _ long: String, _ short: Character?, value: String? = nil, choices: [String] = [], _ summary: String
    ) {
        self.long = long
        self.short = short
        self.value = value
        self.choices = choices
        self.summary = summary
    }

    /// The same with a value that may be left out.
    package var withOptionalValue: CommandOption {
        var copy = self
        copy.valueIsOptional = true
        return copy
    }

    /// An option without a short form.
    package init(_ long: String, value: String? = nil, choices: [String] = [], _ summary: String) {
        self.init(long, nil, value: value, choices: choices, summary)
    }
}

/// What a word of a command line can be: what completion offers there.
package enum WordKind: Sendable, Equatable {
    case anything
    case resource
    case node
    case object
    case agent
    case file
    case choice([String])
}

/// The words and options a command was called with.
package struct Arguments: Sendable {
    package var words: [String]
    private var values: [(option: String, value: String)]

    package init(words: [String], values: [(option: String, value: String)] = []) {
        self.words = words
        self.values = values
    }

    /// Whether a switch (or an option with a value) was given.
    package func has(_ option: String) -> Bool { values.contains { $0.option == option } }

    /// The value of an option, the last one when it was given more than once.
    package func value(_ option: String) -> String? { values.last { $0.option == option }?.value }

    /// The word at an index, `nil` when there are fewer.
    package func word(_ index: Int) -> String? { words.indices.contains(index) ? words[index] : nil }

    package mutating func set(_ option: String, _ value: String) { values.append((option, value)) }
}
