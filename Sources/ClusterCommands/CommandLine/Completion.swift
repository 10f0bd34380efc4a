internal import Agents
internal import XMLTree

/// `completion SHELL`: a script for the shell's start-up file; it asks the program itself what may come next.
let completionCommand = Command(
    "completion", "Print a completion script for bash, zsh or fish", usage: ["{bash|zsh|fish}"],
    details: """
        bash:  source <(lockstep completion bash)
        zsh:   source <(lockstep completion zsh)
        fish:  lockstep completion fish | source
        """,
    words: [.choice(["bash", "zsh", "fish"])]
) { session, arguments in
    switch arguments.word(0) {
    case "bash": session.console.write(bashScript)
    case "zsh": session.console.write(zshScript)
    case "fish": session.console.write(fishScript)
    case let shell:
        throw CommandFailure.usage(
            "completion: \(shell.map { "\"\($0)\"" } ?? "which shell?"), expected bash, zsh or fish")
    }
}

/// `__complete WORD …`: what may stand where the last word is; a line each.
let completeCommand = Command(
    "__complete", "Print what may come next", takesRawWords: true
) { session, arguments in
    for candidate in completions(arguments.words, session) { session.console.print(candidate) }
}

/// What may stand where the last word is, beginning with what it is so far.
func completions(_ words: [String], _ session: Session) -> [String] {
    let prefix = words.last ?? ""
    let before = Array(words.dropLast()).filter { !$0.hasPrefix("-") }
    let candidates: [String]
    if let first = before.first, let level = commandLevels.first(where: { $0.answers(to: first) }) {
        if before.count == 1 {
            candidates = level.commands.map(\.name)
        } else {
            candidates = level.command(before[1]).map { offers(of: $0, before.count - 2, prefix, session) } ?? []
        }
    } else if let first = before.first {
        let command = plainCommands.first { $0.answers(to: first) }
        if command?.name == helpCommand.name {
            candidates =
                before.count == 1
                ? session.topLevelWords : commandLevels.first { $0.answers(to: before[1]) }?.commands.map(\.name) ?? []
        } else if let program = session.hosted.first(where: { $0.name == first }) {
            candidates = prefix.hasPrefix("-") ? program.options.flatMap(\.completions) : []
        } else {
            candidates = command.map { offers(of: $0, before.count - 1, prefix, session) } ?? []
        }
    } else {
        candidates = prefix.hasPrefix("-") ? globalOptions.map { "--" + $0.long } : session.topLevelWords
    }
    return candidates.filter { $0.hasPrefix(prefix) }.uniqued
}

extension CommandOption {
    /// `--name`, or `--name=choice` for each choice.
    fileprivate var completions: [String] {
        choices.isEmpty ? ["--" + long] : choices.map { "--\(long)=\($0)" }
    }
}

private func offers(of command: Command, _ index: Int, _ prefix: String, _ session: Session) -> [String] {
    if prefix.hasPrefix("-") { return (command.options + globalOptions).map { "--" + $0.long } }
    guard let last = command.words.last else { return [] }
    switch index < command.words.count ? command.words[index] : last {
    case .anything, .file: return []
    case .choice(let choices): return choices
    case .resource: return (try? session.currentDraft().resourceIDs) ?? []
    case .node: return (try? session.currentDraft().nodeNames) ?? []
    case .object: return (try? orderedObjects(of: session.currentDraft().configuration).map(\.id)) ?? []
    case .agent:
        let agents = session.facilities.agents.catalogue.agents
        return agents.filter { $0.standard == .ocf || $0.standard == .stonith }.flatMap {
            $0.provider == "heartbeat" ? [$0.type, $0.description] : [$0.description]
        }
    }
}

private let bashScript = """
    _lockstep_complete() {
        local IFS=$'\\n' word="${COMP_WORDS[COMP_CWORD]}"
        local line="${COMP_LINE:0:COMP_POINT}"
        # Colons end words in bash, yet ids of agents have them: complete the whole word, return what follows the colon.
        local -a words=()
        IFS=$' \\t' read -r -a words <<<"$line"
        [[ "$line" == *[[:space:]] ]] && words+=("")
        local full="${words[${#words[@]}-1]}"
        COMPREPLY=($("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null))
        if [[ "$full" == *:* ]]; then
            local head="${full%"${full##*:}"}"
            COMPREPLY=("${COMPREPLY[@]#"$head"}")
        fi
        if [[ ${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$word")); fi
    }
    complete -F _lockstep_complete lockstep crm

    """

private let zshScript = """
    #compdef lockstep crm
    _lockstep() {
        local -a found
        found=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
        if [[ -n "${found[1]}" ]]; then compadd -a found; else _files; fi
    }
    (( $+functions[compdef] )) || { autoload -U compinit; compinit; }
    compdef _lockstep lockstep crm

    """

private let fishScript = """
    function __lockstep_complete
        set -l before (commandline -opc)
        $before[1] __complete -- $before[2..-1] (commandline -ct) 2>/dev/null
    end
    complete -c lockstep -f -a '(__lockstep_complete)'
    complete -c crm -f -a '(__lockstep_complete)'

    """
