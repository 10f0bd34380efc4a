/// Runs the lines of a file with commands; stops at the first that fails.
///
/// - Throws: the failure, with file and line in front.
func runScript(_ text: String, named name: String, _ session: Session) throws {
    var shell = Shell(session)
    for (line, words) in try splitLines(text) {
        do { try shell.run(words) } catch let failure as CommandFailure {
            throw CommandFailure(failure.code, "\(name), line \(line): \(failure.message)", advice: failure.advice)
        }
        if shell.isDone { break }
    }
    try shell.finish()
}

/// Reads commands from standard input until it ends or somebody says `quit`.
///
/// On a terminal a failure is shown and the next line read; elsewhere it ends the run.
func runShell(_ session: Session, startingAt level: CommandLevel? = nil) throws {
    var shell = Shell(session, level)
    let console = session.console
    var pending = ""
    while !shell.isDone {
        if console.isTerminal { console.write(pending.isEmpty ? shell.prompt : "   > ") }
        guard let line = console.readLine() else { break }
        pending += line
        if line.hasSuffix("\\") {
            pending += "\n"
            continue
        }
        let text = pending
        pending = ""
        let isTerminal = console.isTerminal
        let runLine = { (shell: inout Shell) throws in
            for (_, words) in try splitLines(text) { try shell.run(words) }
        }
        if isTerminal {
            _ = report(session) { try runLine(&shell) }
        } else {
            try runLine(&shell)
        }
    }
    if console.isTerminal, !shell.isDone { console.print() }
    try shell.finish()
}

/// The crm shell's levels: which noun the next line belongs to.
struct Shell {
    private let session: Session
    private var level: CommandLevel?
    private(set) var isDone = false

    init(_ session: Session, _ level: CommandLevel? = nil) {
        self.session = session
        enter(level)
    }

    var prompt: String {
        let place = session.options.file.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? "live"
        let changed = session.draft?.isChanged == true ? "*" : ""
        return "\(session.programName)(\(place)\(changed))\(level?.name ?? "")# "
    }

    /// Runs one line.
    mutating func run(_ words: [String]) throws {
        guard let first = words.first else { return }
        switch first {
        case "quit", "bye", "exit":
            try leave()
            isDone = true
        case "up", "end", "back", "..", "cd":
            try leave()
            enter(words.count > 1 ? commandLevels.first { $0.answers(to: words[1]) } : nil)
        case "ls":
            let names = level.map { $0.commands.map(\.name) } ?? session.topLevelWords
            printColumns(names + ["help", "up", "quit"], session.console)
        case "help" where level != nil && words.count > 1:
            if let level, level.command(words[1]) != nil {
                session.console.write(ClusterCommands.help(for: [words[1]], in: level, session))
            } else {
                try runWords(words, session)
            }
        case "help" where level != nil:
            if let level { session.console.write(ClusterCommands.help(for: [], in: level, session)) }
        default: try runCommand(words, first)
        }
    }

    private mutating func runCommand(_ words: [String], _ first: String) throws {
        if let level, level.command(first) != nil {
            try ClusterCommands.run(words[...], in: level, session)
        } else if words.count == 1, let next = commandLevels.first(where: { $0.answers(to: first) }) {
            try leave()
            enter(next)
        } else if let level, !session.topLevelWords.contains(first) {
            try ClusterCommands.run(words[...], in: level, session)
        } else {
            // A line of another level; its change is made at once, as everywhere outside a batch.
            let wasBatch = session.isBatch
            session.isBatch = false
            defer { session.isBatch = wasBatch }
            try runWords(words, session)
        }
    }

    private mutating func enter(_ level: CommandLevel?) {
        self.level = level
        session.isBatch = level?.name == configureLevel.name
    }

    /// Leaves a level; asks what to do with uncommitted changes on a terminal, and refuses to lose them elsewhere.
    private mutating func leave() throws {
        let changed = session.draft?.isChanged == true
        guard changed, let draft = session.draft else {
            session.draft = nil
            return
        }
        if session.console.isTerminal {
            session.console.write("There are uncommitted changes. Commit them? (y/n) ")
            if ["y", "yes"].contains(session.console.readLine()?.lowercased()) { try session.commit(draft) }
            session.draft = nil
        } else {
            session.draft = nil
            throw CommandFailure(
                .failure, "the changes were not committed", advice: "End the batch with the line: commit")
        }
    }

    /// At the end of the input.
    mutating func finish() throws { try leave() }
}
