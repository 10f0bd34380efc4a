/// The options that every command understands, after the program's name or after the command.
let globalOptions: [CommandOption] = [
    CommandOption("root", value: "DIR", "The node's directory, as lockstepd --root (else LOCKSTEP_ROOT, else /)"),
    CommandOption("file", value: "FILE", "Work on a CIB in a file instead of the running cluster (else CIB_file)"),
    CommandOption("wait", "w", "Return when the cluster has settled"),
    CommandOption("timeout", value: "SECONDS", "How long --wait waits (60)"),
    CommandOption("force", "F", "Do it in spite of warnings"),
    CommandOption(
        "colour", value: "WHEN", choices: ["auto", "always", "never"], "Colours: auto is on a terminal only"),
    CommandOption("help", "h", "Explain the command"),
]

/// What the global options say.
package struct GlobalOptions: Sendable, Equatable {
    package var root: String?
    package var file: String?
    package var waits = false
    /// Seconds that `--wait` waits.
    package var waitLimit = 60
    package var forces = false

    package init() {}

    /// Takes over what was given with one command.
    mutating func take(_ arguments: Arguments) throws(CommandFailure) {
        if let value = arguments.value("root") { root = value }
        if let value = arguments.value("file") { file = value }
        if arguments.has("wait") { waits = true }
        if arguments.has("force") { forces = true }
        if let text = arguments.value("timeout") {
            guard let seconds = Int(text), (1...86_400).contains(seconds) else {
                throw .usage("--timeout is \"\(text)\", expected a number of seconds from 1 to 86400")
            }
            waitLimit = seconds
        }
    }
}
