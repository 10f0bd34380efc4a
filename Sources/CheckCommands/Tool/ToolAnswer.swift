internal import ToolReports
internal import XMLTree

/// What a tool answers, on its way to where the arguments say.
struct ToolAnswer {
    var output: ToolOutput
    private let console: ToolConsole
    private let destination: String?

    /// `nil` for a form that there is not, which has been said.
    init?(_ name: String, _ words: [String], _ arguments: ToolArguments, _ console: ToolConsole) {
        let form: ToolOutput.Form
        switch arguments.value("output-as") {
        case nil, "text": form = .text(isFancy: false)
        case "xml": form = .xml
        case "none": form = .none
        case let other?:
            console.write(.error, "\(name): Error creating output format \(other): Unknown output format\n")
            return nil
        }
        let program = console.program.split(separator: "/").last.map(String.init) == name ? console.program : name
        let request = ([program] + words).map(Self.quoted).joined(separator: " ")
        output = ToolOutput(form, request: request)
        let destination = arguments.value("output-to")
        self.destination = destination == "-" ? nil : destination
        self.console = console
    }

    /// Writes all that was said; the exit code, which is another when the destination cannot be written.
    mutating func finish(_ code: ToolExit) -> Int32 {
        output.finish(code)
        var text = ""
        for chunk in output.chunks {
            if chunk.isProblem { console.write(.error, chunk.text) } else { text += chunk.text }
        }
        guard let destination else {
            if !text.isEmpty { console.write(.output, text) }
            return code.rawValue
        }
        return console.save(text, destination) ? code.rawValue : ToolExit.cannotCreate.rawValue
    }

    /// A word of a command line as the incumbents repeat it.
    private static func quoted(_ word: String) -> String {
        guard word.contains(" ") else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'") + "'"
    }
}
