/// Breaks a text at spaces so that it fits into `width` columns; lines after the first begin with `hanging` spaces.
package func wrappedLines(_ text: String, indent: Int = 0, hanging: Int, width: Int) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    var isEmpty = true
    let head = text.prefix { $0 == " " }
    line += head
    for word in text.dropFirst(head.count).split(separator: " ", omittingEmptySubsequences: false) {
        if !isEmpty, visibleCount(line) + 1 + visibleCount(word) > width {
            lines.append(line)
            line = String(repeating: " ", count: hanging) + word
        } else {
            line += (isEmpty ? "" : " ") + word
        }
        isEmpty = false
    }
    lines.append(line)
    return lines
}

/// Columns a text takes, without the codes that colour it.
private func visibleCount(_ text: some StringProtocol) -> Int {
    var count = 0
    var isInCode = false
    for character in text {
        if character == "\u{1b}" { isInCode = true }
        if !isInCode { count += 1 }
        if isInCode, character == "m" { isInCode = false }
    }
    return count
}
