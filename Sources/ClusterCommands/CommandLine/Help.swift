/// The program's version.
package let lockstepVersion = "0.1.0"

/// `help [TOPIC …]`.
let helpCommand = Command(
    "help", ["?"], "Explain the commands", usage: ["[COMMAND]"], words: [.choice([])]
) { session, arguments in
    session.console.write(try helpText(arguments.words, session))
}

/// The help for words like `resource move`, `status` or nothing.
func helpText(_ words: [String], _ session: Session) throws(CommandFailure) -> String {
    guard let first = words.first else { return overview(session) }
    if let level = commandLevels.first(where: { $0.answers(to: first) }) {
        if words.count > 1, level.command(words[1]) == nil {
            throw .usage(
                "\(level.name) has no command \"\(words[1])\"",
                advice: suggestion(for: words[1], among: level.commands.map(\.name)))
        }
        return help(for: Array(words.dropFirst().prefix(1)), in: level, session)
    }
    if let command = plainCommands.first(where: { $0.answers(to: first) }) {
        return help(for: command, subject: command.name, session)
    }
    if let program = session.hosted.first(where: { $0.name == first }) {
        let usage = "\(program.summary)\n\nUsage:\n  \(session.programName) \(program.name) [OPTIONS]\n"
        return program.options.isEmpty ? usage : usage + "\nOptions:\n" + optionLines(program.options)
    }
    for level in commandLevels {
        if let command = level.command(first) {
            return help(for: command, subject: level.name + " " + command.name, session)
        }
    }
    throw .usage("there is no help on \"\(first)\"", advice: suggestion(for: first, among: session.topLevelWords))
}

func overview(_ session: Session) -> String {
    let style = { session.console.styled($0, .bold) }
    var text = "\(style("\(session.programName) [OPTIONS] COMMAND …")): high availability for services\n"
    text += "\n\(style("Commands:"))\n"
    let entries =
        commandLevels.map { ($0.name + " …", $0.summary) }
        + plainCommands.filter { !$0.name.hasPrefix("__") }.map { ($0.name, $0.summary) }
        + session.hosted.map { ($0.name, $0.summary) }
    for (name, summary) in entries { text += "  \(name.padded(to: 14)) \(summary)\n" }
    text += "\n\(style("Options:"))\n" + optionLines(globalOptions)
    text += "  \("-f FILE".padded(to: 26)) Run the commands in FILE (or work on FILE, when it is a CIB)\n"
    text += "  \("--version".padded(to: 26)) Show the version\n"
    text += "\nWithout a command, commands are read from standard input.\n"
    text += "\(session.programName) help COMMAND explains a command; every command takes --help.\n"
    return text
}

/// The help of a level, or of one of its commands.
func help(for words: [String], in level: CommandLevel, _ session: Session) -> String {
    if let word = words.first, let command = level.command(word) {
        return help(for: command, subject: level.name + " " + command.name, session)
    }
    var text = session.console.styled(level.summary, .bold) + "\n\n"
    for command in level.commands { text += "  \(command.name.padded(to: 18)) \(command.summary)\n" }
    return text + "\n\(session.programName) help \(level.name) COMMAND explains a command.\n"
}

func help(for command: Command, subject: String, _ session: Session) -> String {
    let style = { session.console.styled($0, .bold) }
    var text = "\(command.summary)\n\n\(style("Usage:"))\n"
    for usage in command.usage { text += trimmedEnd("  \(session.programName) \(subject) \(usage)") + "\n" }
    if !command.aliases.isEmpty { text += "\nAlso: \(command.aliases.joined(separator: ", "))\n" }
    if !command.details.isEmpty { text += "\n" + command.details + "\n" }
    if !command.options.isEmpty { text += "\n\(style("Options:"))\n" + optionLines(command.options) }
    return text
}

private func optionLines(_ options: [CommandOption]) -> String {
    options.map { option in
        let short = option.short.map { "-\($0), " } ?? ""
        let value = option.value.map { " \($0)" } ?? ""
        return "  \("\(short)--\(option.long)\(value)".padded(to: 26)) \(option.summary)\n"
    }.joined()
}

private func trimmedEnd(_ text: String) -> String {
    var text = text
    while text.hasSuffix(" ") { text.removeLast() }
    return text
}
