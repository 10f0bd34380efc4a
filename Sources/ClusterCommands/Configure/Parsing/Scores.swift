/// The score that a word `100:`, `-inf:` or `mandatory:` gives, as the CIB spells it; `nil` when it is no score.
func scoreText(_ word: String) -> String? {
    guard word.hasSuffix(":"), word.utf8.count > 1 else { return nil }
    return canonicalScore(String(word.dropLast()))
}

/// `inf`, `-infinity`, `+inf`, `mandatory`, `advisory` or a number as the CIB spells it; `nil` for anything else.
func canonicalScore(_ text: String) -> String? {
    switch text.lowercased() {
    case "mandatory": return "INFINITY"
    case "advisory": return "0"
    default: break
    }
    var sign = ""
    var body = Substring(text)
    if let first = body.first, first == "-" || first == "+" {
        sign = String(first)
        body = body.dropFirst()
    }
    if ["inf", "infinity"].contains(body.lowercased()) { return sign + "INFINITY" }
    guard !body.isEmpty, body.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
        return nil
    }
    return text
}

/// Name and value of the attribute that a score stands for: `score`, or `score-attribute` for the name of a node attribute.
func scoreAttribute(_ text: String) -> (name: String, value: String) {
    canonicalScore(text).map { ("score", $0) } ?? ("score-attribute", text)
}

/// The roles as the CIB spells them.
let roleNames = ["Stopped", "Started", "Promoted", "Unpromoted", "Master", "Slave"]

/// A role in any case as the CIB spells it; `nil` for anything else.
func canonicalRole(_ text: String) -> String? { roleNames.first { $0.lowercased() == text.lowercased() } }

/// The actions that orderings may name.
let orderedActions = ["start", "stop", "promote", "demote"]
