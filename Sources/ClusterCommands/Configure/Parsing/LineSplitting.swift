/// Splits text into configuration lines and these into words, as a shell would: quotes and backslashes protect, a backslash
/// at the end continues the line, a line that begins with `#` says nothing.
///
/// - Returns: the words of each line that has any, and where it began, from 1.
/// - Throws: `.dataError` for a quote that is not closed.
package func splitLines(_ text: String) throws(CommandFailure) -> [(line: Int, words: [String])] {
    var splitter = LineSplitter()
    for scalar in text.unicodeScalars { splitter.take(scalar) }
    return try splitter.finish()
}

private struct LineSplitter {
    private var lines: [(line: Int, words: [String])] = []
    private var words: [String] = []
    private var word: String.UnicodeScalarView?
    private var quote: Unicode.Scalar?
    private var isEscaped = false
    private var isComment = false
    /// Inside the element of an `xml` line, whose quotes are its own.
    private var isVerbatim = false
    private var lineNumber = 1
    private var startLine = 1

    mutating func take(_ scalar: Unicode.Scalar) {
        if scalar == "\n" { lineNumber += 1 }
        if isComment {
            if scalar == "\n" { (isComment, startLine) = (false, lineNumber) }
        } else if isEscaped {
            isEscaped = false
            if scalar != "\n" {
                if isVerbatim { append("\\") }
                append(scalar)
            }
        } else if isVerbatim, scalar != "\n", scalar != "\\" {
            append(scalar)
        } else if let open = quote {
            if scalar == open {
                quote = nil
            } else if scalar == "\\", open == "\"" {
                isEscaped = true
            } else {
                append(scalar)
            }
        } else {
            takeUnquoted(scalar)
        }
    }

    private mutating func takeUnquoted(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\\": isEscaped = true
        case "\"", "'":
            quote = scalar
            if word == nil { word = "".unicodeScalars }
        case "\n":
            endLine()
            isVerbatim = false
            startLine = lineNumber
        case " ", "\t", "\r": endWord()
        case "<" where word == nil && words == ["xml"]:
            isVerbatim = true
            append(scalar)
        case "#" where words.isEmpty && word == nil: isComment = true
        default: append(scalar)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        if word == nil { word = "".unicodeScalars }
        word?.append(scalar)
    }

    private mutating func endWord() {
        if let word { words.append(String(word)) }
        word = nil
    }

    private mutating func endLine() {
        endWord()
        if !words.isEmpty { lines.append((startLine, words)) }
        words = []
    }

    mutating func finish() throws(CommandFailure) -> [(line: Int, words: [String])] {
        if let quote { throw CommandFailure(.dataError, "line \(startLine): a \(quote) quote is not closed") }
        endLine()
        return lines
    }
}
