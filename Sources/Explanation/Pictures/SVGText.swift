/// A picture as text, element by element. Everything that comes from outside is escaped here.
struct SVGText {
    private(set) var lines: [String] = []

    /// - Parameters: the size in pixels, and what a reader that cannot see it is told.
    init(width: Int, height: Int, title: String) {
        lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(width)" height="\#(height)" "#
                + #"viewBox="0 0 \#(width) \#(height)" role="img" font-family="DejaVu Sans, Verdana, sans-serif">"#,
            "<title>\(Self.escaped(title))</title>",
        ]
    }

    /// Adds an element; `content` is text, escaped.
    mutating func add(
        _ name: String, _ attributes: KeyValuePairs<String, String>, content: String? = nil, tip: String? = nil
    ) {
        var line = "<\(name)"
        for (key, value) in attributes { line += " \(key)=\"\(Self.escaped(value))\"" }
        let inner = (tip.map { "<title>\(Self.escaped($0))</title>" } ?? "") + (content.map(Self.escaped) ?? "")
        lines.append(inner.isEmpty ? line + "/>" : "\(line)>\(inner)</\(name)>")
    }

    /// Adds markup of our own as it is.
    mutating func addRaw(_ markup: String) { lines.append(markup) }

    var document: String { lines.joined(separator: "\n") + "\n</svg>\n" }

    /// Text that means itself, in content and in attributes; characters that XML forbids become a replacement mark.
    static func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{fffe}", "\u{ffff}": result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// About how many pixels a text takes at a font size: close enough to make boxes that fit.
    static func width(_ text: some StringProtocol, size: Double) -> Double {
        var units = 0.0
        for character in text.unicodeScalars {
            switch character {
            case "i", "l", "j", ".", ":", "|", "'", "!", ",": units += 0.34
            case "f", "t", "r", "(", ")", "-", " ", "/": units += 0.42
            case "m", "w", "M", "W", "@": units += 0.95
            case "A"..."Z", "_": units += 0.70
            default: units += character.value < 0x2e80 ? 0.61 : 1.0
            }
        }
        return units * size
    }

    /// As much of a text as fits; where it is cut, beginning and end stay: names of one kind differ at the end.
    static func fitted(_ text: String, size: Double, width limit: Double) -> String {
        if width(text, size: size) <= limit { return text }
        var (head, tail) = (Array(text), [Character]())
        while !head.isEmpty, width(String(head) + String(tail), size: size) + size > limit {
            // A third of what is shown is the end.
            head.removeLast()
            let wanted = head.count / 2
            tail = Array(text.suffix(min(wanted, max(0, text.count - head.count - 1))))
        }
        return String(head) + "…" + String(tail)
    }
}
