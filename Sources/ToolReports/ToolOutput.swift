package import XMLTree

/// What a tool says, in the form its user asked for: lists for people, or one document for programs.
///
/// The tool says everything once, with the line and the element it has for it; the form decides which of them is kept.
/// Nothing is written here: `chunks` holds what has to go where, in order.
///
/// - Source: behaviour of the tools of Pacemaker 2.1 with `--output-as` (`text`, `xml`, `none`) and `--text-fancy`.
package struct ToolOutput: Sendable {
    package enum Form: Sendable, Equatable {
        /// Lines; with `isFancy` in titled lists with bullets.
        case text(isFancy: Bool)
        /// One `pacemaker-result` document.
        case xml
        /// Only what goes wrong.
        case none
    }

    /// A piece of text and where it belongs.
    package struct Chunk: Sendable, Equatable {
        package var isProblem: Bool
        package var text: String
    }

    package let form: Form
    /// Leaves out what is not essential; documents are always complete.
    package let isQuiet: Bool
    /// What to write so far; problems belong to the standard error output.
    package private(set) var chunks: [Chunk] = []
    private var depth = 0
    /// The elements that are open, outermost first, each with whether it closes with the list that is open.
    private var open: [XMLElement]
    private var errors: [String] = []

    /// - Parameter request: the command line, as the document repeats it.
    package init(_ form: Form, isQuiet: Bool = false, request: String = "") {
        self.form = form
        self.isQuiet = isQuiet && form != .xml
        open = [XMLElement("pacemaker-result", ["api-version": "2.25", "request": request])]
    }

    // MARK: - Saying things

    /// A remark for people, at the left margin; whether it was printed.
    @discardableResult
    package mutating func remark(_ text: String) -> Bool {
        guard case .text = form, !isQuiet else { return false }
        write(text + "\n")
        return true
    }

    /// Lines for people, exactly as they are.
    package mutating func verbatim(_ text: String) { if case .text = form { write(text) } }

    /// An empty line between parts.
    package mutating func spacer() { if case .text = form { write("\n") } }

    /// Begins a list; without a title it only moves what follows to the right.
    package mutating func begin(_ title: String?, _ element: XMLElement) {
        switch form {
        case .text(let isFancy):
            if isFancy, let title { write(margin + title + ":\n") }
            depth += 1
        case .xml: open.append(element)
        case .none: break
        }
    }

    package mutating func end() {
        switch form {
        case .text: depth = max(0, depth - 1)
        case .xml:
            guard open.count > 1, let finished = open.popLast() else { return }
            open[open.count - 1].children.append(finished)
        case .none: break
        }
    }

    /// An item for people and for programs.
    ///
    /// - Parameters:
    ///   - label: what stands before the line in fancy lists.
    ///   - deeper: how many levels below the open list.
    package mutating func item(label: String? = nil, _ line: String, deeper: Int = 0, _ element: XMLElement? = nil) {
        switch form {
        case .text(let isFancy):
            guard isFancy else {
                write(line + "\n")
                return
            }
            depth += deeper
            write(margin + (label.map { $0 + ": " } ?? "") + line + "\n")
            depth -= deeper
        case .xml: if let element { add(element) }
        case .none: break
        }
    }

    /// The title of a list within the open one, for people only; what follows says itself how deep it is.
    package mutating func title(_ title: String, deeper: Int) {
        guard case .text(isFancy: true) = form else { return }
        depth += deeper
        write(margin + title + ":\n")
        depth -= deeper
    }

    /// An element for programs only.
    package mutating func add(_ element: XMLElement) {
        if case .xml = form { open[open.count - 1].children.append(element) }
    }

    /// Changes the attributes of the element that was opened last.
    package mutating func set(_ attribute: String, _ value: String?) {
        if case .xml = form { open[open.count - 1][attribute] = value }
    }

    /// Something that went wrong.
    package mutating func problem(_ text: String) {
        switch form {
        case .text: chunks.append(Chunk(isProblem: true, text: text + "\n"))
        case .xml: errors.append(text)
        case .none: break
        }
    }

    /// Says how it ended; nothing can be said afterwards.
    package mutating func finish(_ code: ToolExit) {
        guard case .xml = form else { return }
        while open.count > 1 { end() }
        var status = XMLElement("status", ["code": String(code.rawValue), "message": code.message])
        if !errors.isEmpty {
            var list = XMLElement("errors")
            list.children = errors.map { XMLElement("error", text: $0) }
            status.children = [list]
        }
        open[0].children.append(status)
        chunks.append(Chunk(isProblem: false, text: open[0].formatted()))
    }

    private var margin: String { depth == 0 ? "" : String(repeating: "  ", count: depth) + "* " }

    private mutating func write(_ text: String) {
        if let last = chunks.indices.last, !chunks[last].isProblem {
            chunks[last].text += text
        } else {
            chunks.append(Chunk(isProblem: false, text: text))
        }
    }
}
