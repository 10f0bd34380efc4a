internal import XMLTree

/// What a tool answers, in text or as a `pacemaker-result` document.
struct ToolOutput {
    enum Format: Equatable { case text, xml }

    let format: Format
    /// Where the answer goes; `nil` is standard output.
    let destination: String?
    /// The command line, for the document.
    private let request: String
    private var lines = ""
    private var elements: [XMLElement] = []
    private var errors: [String] = []
    private let console: ToolConsole

    /// - Throws: `ToolUsageFailure` for a format that there is not.
    init(_ words: [String], _ arguments: ToolArguments, _ console: ToolConsole) throws(ToolUsageFailure) {
        switch arguments.value("output-as") {
        case nil, "text", "none": format = .text
        case "xml": format = .xml
        case let other?:
            throw ToolUsageFailure(message: "Error creating output format \(other): Unknown output format")
        }
        let destination = arguments.value("output-to")
        self.destination = destination == "-" ? nil : destination
        request = words.map(Self.quoted).joined(separator: " ")
        self.console = console
    }

    /// A line for people.
    mutating func info(_ line: String) { if format == .text { lines += line + "\n" } }

    /// An element for programs.
    mutating func add(_ element: XMLElement) { if format == .xml { elements.append(element) } }

    /// An error: at once for people, at the end of the document for programs.
    mutating func error(_ message: String) {
        switch format {
        case .text: console.write(.error, message + "\n")
        case .xml: errors.append(message)
        }
    }

    /// Writes all that was said; the exit code, which is another when the destination cannot be written.
    func finish(_ code: ToolExit) -> Int32 {
        let text: String
        switch format {
        case .text: text = lines
        case .xml:
            var status = XMLElement("status", ["code": String(code.rawValue), "message": code.message])
            if !errors.isEmpty {
                status.children = [XMLElement("errors", children: errors.map(Self.errorElement))]
            }
            var root = XMLElement("pacemaker-result")
            root["api-version"] = "2.25"
            root["request"] = request
            root.children = elements + [status]
            text = root.formatted()
        }
        guard let destination else {
            console.write(.output, text)
            return code.rawValue
        }
        return console.save(text, destination) ? code.rawValue : ToolExit.cannotCreate.rawValue
    }

    private static func errorElement(_ message: String) -> XMLElement {
        var element = XMLElement("error")
        element.text = message
        return element
    }

    /// A word of a command line as a shell would need it, roughly as the incumbents do it.
    private static func quoted(_ word: String) -> String {
        word.contains(" ")
            ? "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'") + "'" : word
    }
}

/// Where a tool writes, what it reads, and what time it is: its whole outside world.
package struct ToolConsole: Sendable {
    package enum Stream: Sendable { case output, error }

    /// Writes text as it is.
    package var write: @Sendable (Stream, String) -> Void
    /// Writes a whole file; false when that fails.
    package var save: @Sendable (_ text: String, _ path: String) -> Bool
    /// Reads a whole file, standard input for `-`; `nil` when that fails.
    package var read: @Sendable (_ path: String) -> [UInt8]?
    /// The CIB of the cluster (or of the file that stands for it), or why there is none.
    package var clusterCIB: @Sendable () -> Result<[UInt8], ToolCIBFailure>
    /// Seconds since 1970, and seconds east of UTC.
    package var clock: @Sendable () -> (seconds: Int64, offset: Int64)

    package init(
        write: @escaping @Sendable (Stream, String) -> Void, save: @escaping @Sendable (String, String) -> Bool,
        read: @escaping @Sendable (String) -> [UInt8]?,
        clusterCIB: @escaping @Sendable () -> Result<[UInt8], ToolCIBFailure>,
        clock: @escaping @Sendable () -> (seconds: Int64, offset: Int64)
    ) {
        self.write = write
        self.save = save
        self.read = read
        self.clusterCIB = clusterCIB
        self.clock = clock
    }
}

/// Why the cluster's CIB cannot be had.
package enum ToolCIBFailure: Error, Sendable, Equatable {
    /// No cluster runs here.
    case notConnected
    /// The file that stands for the cluster is not there.
    case noInput
}

extension ToolCIBFailure {
    var exit: ToolExit {
        switch self {
        case .notConnected: .disconnected
        case .noInput: .noInput
        }
    }
}
