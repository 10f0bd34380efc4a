/// Splits the words after a command's name into options and words.
///
/// `--name value`, `--name=value`, `-n value`, `-abc` for switches; `--` ends the options. A command that takes raw words
/// knows only the long forms it declares, so that `-inf:` stays a word.
func parseArguments(_ words: some Sequence<String>, for command: Command) throws(CommandFailure) -> Arguments {
    var arguments = Arguments(words: [])
    var rest = Array(words)[...]
    while let word = rest.popFirst() {
        if word == "--" {
            arguments.words += rest
            break
        } else if word.hasPrefix("--") {
            try takeLongOption(word, from: &rest, command, into: &arguments)
        } else if word.hasPrefix("-"), word.utf8.count > 1, !command.takesRawWords {
            try takeShortOptions(word, from: &rest, command, into: &arguments)
        } else {
            arguments.words.append(word)
        }
    }
    return arguments
}

private func takeLongOption(
    _ word: String, from rest: inout ArraySlice<String>, _ command: Command, into arguments: inout Arguments
) throws(CommandFailure) {
    let body = word.dropFirst(2)
    let name = String(body.prefix { $0 != "=" })
    let attached = body.utf8.count > name.utf8.count ? String(body.dropFirst(name.count + 1)) : nil
    guard let option = (command.options + globalOptions).first(where: { $0.long == name }) else {
        if command.takesRawWords, attached != nil {
            arguments.words.append(word)
            return
        }
        let known = (command.options + globalOptions).map { "--" + $0.long }
        throw .usage(
            "\(command.name): unknown option \"--\(name)\"", advice: suggestion(for: "--" + name, among: known))
    }
    guard option.value != nil else {
        guard attached == nil else { throw .usage("\(command.name): option --\(name) takes no value") }
        arguments.set(option.long, "")
        return
    }
    guard let value = attached ?? nextValue(of: option, from: &rest) else {
        throw .usage("\(command.name): option --\(name) needs a value: \(option.value ?? "")")
    }
    try set(option, to: value, command, in: &arguments)
}

private func takeShortOptions(
    _ word: String, from rest: inout ArraySlice<String>, _ command: Command, into arguments: inout Arguments
) throws(CommandFailure) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
        guard let option = (command.options + globalOptions).first(where: { $0.short == letter }) else {
            throw .usage("\(command.name): unknown option \"-\(letter)\"")
        }
        guard option.value != nil else {
            arguments.set(option.long, "")
            continue
        }
        guard let value = letters.isEmpty ? nextValue(of: option, from: &rest) : String(letters) else {
            throw .usage("\(command.name): option -\(letter) needs a value: \(option.value ?? "")")
        }
        try set(option, to: value, command, in: &arguments)
        return
    }
}

private func nextValue(of option: CommandOption, from rest: inout ArraySlice<String>) -> String? {
    if option.valueIsOptional, rest.first.map({ $0.hasPrefix("-") }) ?? true { return "" }
    return rest.popFirst()
}

private func set(
    _ option: CommandOption, to value: String, _ command: Command, in arguments: inout Arguments
) throws(CommandFailure) {
    guard option.choices.isEmpty || option.choices.contains(value) else {
        throw .usage(
            "\(command.name): --\(option.long) is \"\(value)\", expected \(list(option.choices, last: "or"))",
            advice: suggestion(for: value, among: option.choices))
    }
    arguments.set(option.long, value)
}

/// `a, b or c`.
func list(_ items: [String], last conjunction: String) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " " + conjunction + " " + last
}
