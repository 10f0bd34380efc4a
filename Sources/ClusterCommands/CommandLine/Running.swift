/// Runs one command line; what the program's `main` does.
///
/// - Parameter words: the words after the program's name.
/// - Returns: the exit status.
package func runCommandLine(_ words: [String], _ session: Session) -> Int32 {
    report(session) { () throws in
        let rest = try takeLeadingOptions(words, session)
        guard let rest else { return }
        if rest.isEmpty {
            try runShell(session)
        } else {
            try runWords(rest, session)
        }
    }
}

/// Runs something and shows its failure, if any.
func report(_ session: Session, _ body: () throws -> Void) -> Int32 {
    do {
        try body()
        return ExitCode.ok.rawValue
    } catch let end as ProgramEnd {
        return end.status
    } catch let failure as CommandFailure {
        for line in failure.message.split(separator: "\n", omittingEmptySubsequences: false) {
            session.console.error(String(line))
        }
        if let advice = failure.advice { session.console.hint(advice) }
        return failure.code.rawValue
    } catch {
        session.console.error(String(describing: error))
        return ExitCode.software.rawValue
    }
}

/// Options before the command: `--root DIR`, `-f FILE`, `-F`, `-w`, `--version`, …
///
/// - Returns: the words of the command; `nil` when nothing is left to do.
private func takeLeadingOptions(_ words: [String], _ session: Session) throws -> [String]? {
    let leading = Command(
        session.programName, [], "",
        options: [
            CommandOption("commands", "f", value: "FILE", ""), CommandOption("cib", "c", value: "FILE", ""),
            CommandOption("display", "D", value: "TYPE", ""), CommandOption("debug", "d", ""),
            CommandOption("version", "v", ""),
        ]
    ) { _, _ in }
    var count = 0
    while count < words.count, words[count].hasPrefix("-"), words[count] != "-" {
        let takesValue = (leading.options + globalOptions).contains { option in
            option.value != nil && (words[count] == "--" + option.long || words[count] == option.short.map { "-\($0)" })
        }
        count += takesValue ? 2 : 1
    }
    let given = try parseArguments(words.prefix(count), for: leading)
    let rest = Array(words.dropFirst(count))
    try session.options.take(given)
    if given.has("version") {
        session.console.print("\(session.programName) \(lockstepVersion)")
        return nil
    }
    if given.has("help") {
        session.console.write(overview(session))
        return nil
    }
    if let file = given.value("cib") { session.options.file = file }
    if let file = given.value("commands") {
        // The crm shell's -f names a file with commands; a file that begins as XML is a CIB to work on.
        let content = try readFile(file)
        if content.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") {
            session.options.file = file
        } else {
            try runScript(String(decoding: content, as: UTF8.self), named: file, session)
            if rest.isEmpty { return nil }
        }
    }
    return rest
}

/// Runs a command given as words: `resource move web n2`, `status`, `configure primitive …`.
func runWords(_ words: [String], _ session: Session) throws {
    // `crm configure "primitive …"`: a line in one word.
    var words = words
    if words.count == 2, words[1].contains(" "), let line = try splitLines(words[1]).first?.words {
        words = [words[0]] + line
    }
    guard let first = words.first else { return }
    if let level = commandLevels.first(where: { $0.answers(to: first) }) {
        guard words.count > 1 else { return try runShell(session, startingAt: level) }
        try run(words.dropFirst(), in: level, session)
    } else if let command = plainCommands.first(where: { $0.answers(to: first) }) {
        try run(command, words.dropFirst(), session, subject: command.name)
    } else if let program = session.hosted.first(where: { $0.name == first }) {
        try program.run(words.dropFirst(), session)
    } else if let program = incumbentPrograms.first(where: { $0.name == first }) {
        throw ProgramEnd(status: runIncumbentProgram(program, Array(words.dropFirst()), session))
    } else {
        let homes = commandLevels.filter { $0.command(first) != nil }.map {
            "\(session.programName) \($0.name) \(first)"
        }
        throw CommandFailure.usage(
            "unknown command \"\(first)\"",
            advice: homes.isEmpty
                ? suggestion(for: first, among: session.topLevelWords)
                    ?? "\(session.programName) help lists the commands."
                : "Did you mean \(list(homes.map { "\"\($0)\"" }, last: "or"))?")
    }
}

func run(_ words: ArraySlice<String>, in level: CommandLevel, _ session: Session) throws {
    guard let first = words.first else { return }
    if first == "help" || first == "--help" || first == "-h" {
        return session.console.write(help(for: Array(words.dropFirst().prefix(1)), in: level, session))
    }
    guard let command = level.command(first) else {
        let known = level.commands.flatMap { [$0.name] + $0.aliases }
        throw CommandFailure.usage(
            "\(level.name): unknown command \"\(first)\"",
            advice: suggestion(for: first, among: known)
                ?? "\(session.programName) help \(level.name) lists the commands.")
    }
    try run(command, words.dropFirst(), session, subject: level.name + " " + command.name)
}

private func run(_ command: Command, _ words: ArraySlice<String>, _ session: Session, subject: String) throws {
    let arguments: Arguments
    do { arguments = try parseArguments(words, for: command) } catch {
        throw CommandFailure(
            error.code, error.message,
            advice: error.advice ?? "\(session.programName) help \(subject) explains the command.")
    }
    if arguments.has("help") { return session.console.write(help(for: command, subject: subject, session)) }
    let before = session.options
    session.forgetDocument()
    defer { session.options = before }
    try session.options.take(arguments)
    try command.run(session, arguments)
}
