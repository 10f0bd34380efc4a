internal import Glibc

/// A POSIX extended regular expression: the language of `rsc-pattern` and of fencing targets. The C library evaluates it.
///
/// - Source: regex(7).
package struct PatternExpression: ~Copyable {
    private var compiled = regex_t()

    /// `nil` when the text is no valid expression.
    package init?(_ text: String) {
        guard regcomp(&compiled, text, REG_EXTENDED) == 0 else { return nil }
    }

    deinit {
        var copy = compiled
        regfree(&copy)
    }

    /// The whole match and the groups, empty where a group did not take part; `nil` when nothing matches.
    package func captures(in text: String) -> [String]? {
        var matches = [regmatch_t](repeating: regmatch_t(), count: compiled.re_nsub + 1)
        var expression = compiled
        guard regexec(&expression, text, matches.count, &matches, 0) == 0 else { return nil }
        let bytes = Array(text.utf8)
        return matches.map { match in
            let (start, end) = (Int(match.rm_so), Int(match.rm_eo))
            guard start >= 0, end > start, end <= bytes.count else { return "" }
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }
}
