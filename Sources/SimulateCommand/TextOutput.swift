/// Nested bulleted lists, as the incumbents' tools print them.
struct TextOutput {
    private(set) var text = ""
    private var depth = 0

    mutating func line(_ line: String) { text += line + "\n" }

    mutating func blank() { text += "\n" }

    mutating func begin(_ title: String) {
        text += indentation + title + ":\n"
        depth += 1
    }

    mutating func end() { depth -= 1 }

    mutating func item(_ item: String, deeper: Int = 0) {
        text += String(repeating: "  ", count: depth + deeper) + "* " + item + "\n"
    }

    private var indentation: String { depth == 0 ? "" : String(repeating: "  ", count: depth) + "* " }
}
