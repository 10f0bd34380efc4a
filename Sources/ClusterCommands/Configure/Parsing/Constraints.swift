internal import CIB
internal import XMLTree

/// Reads `location ID RESOURCES [ATTRIBUTE=VALUE …] {SCORE: NODE | rule … …}`.
///
/// RESOURCES is an id, `/pattern/`, or `{ id … }`.
func parseLocation(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    var element = XMLElement("rsc_location")
    element["id"] = try reader.takeIdentifier("the id of the new constraint")
    let resource = try reader.take("a resource, /pattern/ or { resource … }")
    if resource == "{" {
        var words: [String] = []
        while let word = reader.take(), word != "}" { words.append(word) }
        element.children += try parseResourceSets(words, qualifier: .role, reader)
    } else if resource.hasPrefix("/"), resource.hasSuffix("/"), resource.utf8.count > 2 {
        element["rsc-pattern"] = String(resource.dropFirst().dropLast())
    } else {
        element["rsc"] = resource
    }
    takeLocationAttributes(&reader, into: &element)
    if let word = reader.next, word.hasSuffix(":"), word.utf8.count > 1 {
        _ = reader.take()
        let (name, value) = scoreAttribute(String(word.dropLast()))
        element[name] = value
        element["node"] = try reader.take("the name of a node")
        takeLocationAttributes(&reader, into: &element)
    } else {
        while reader.next?.lowercased() == "rule" { element.children.append(try parseRule(&reader)) }
        guard element.child("rule") != nil else {
            throw reader.failure("neither a score with a node nor a rule", expected: "\"100: n1\" or \"rule 100: …\"")
        }
    }
    try reader.requireEnd(expected: "the end of the line, or another rule")
    return ConfigurationStatement(.object(.constraints), element)
}

private func takeLocationAttributes(_ reader: inout WordReader, into element: inout XMLElement) {
    while let attribute = reader.take(attribute: "role", "resource-discovery") {
        element[attribute.name] =
            attribute.name == "role" ? canonicalRole(attribute.value) ?? attribute.value : attribute.value
    }
}

/// Reads `colocation ID SCORE: A[:ROLE] B[:ROLE] … [node-attribute=NAME]`.
func parseColocation(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    var element = XMLElement("rsc_colocation")
    element["id"] = try reader.takeIdentifier("the id of the new constraint")
    guard let word = reader.next, word.hasSuffix(":"), word.utf8.count > 1 else {
        throw reader.failure("no score", expected: "a score with a colon, such as \"inf:\"")
    }
    _ = reader.take()
    let (name, value) = scoreAttribute(String(word.dropLast()))
    element[name] = value
    var words = reader.takeRest()
    takeAttribute("node-attribute", from: &words, into: &element)
    if words.count == 2 {
        try setResource(words[0], as: "rsc", .role, of: &element, reader)
        try setResource(words[1], as: "with-rsc", .role, of: &element, reader)
    } else {
        element.children += try parseResourceSets(words, qualifier: .role, minimum: 2, reader)
    }
    return ConfigurationStatement(.object(.constraints), element)
}

/// Reads `order ID [KIND:] A[:ACTION] B[:ACTION] … [symmetrical=BOOLEAN]`; a score instead of a kind means Optional (0) or
/// Mandatory (any other).
func parseOrder(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    var element = XMLElement("rsc_order")
    element["id"] = try reader.takeIdentifier("the id of the new constraint")
    // Tutorials write both "Mandatory:" and "Mandatory".
    let kinds = ["Optional", "Mandatory", "Serialize"]
    if let word = reader.next {
        let plain = word.hasSuffix(":") ? String(word.dropLast()) : word
        if let kind = kinds.first(where: { $0.lowercased() == plain.lowercased() }) {
            _ = reader.take()
            element["kind"] = kind
        } else if word.hasSuffix(":") {
            guard let score = canonicalScore(plain) else {
                throw reader.failure(
                    "unexpected kind", expected: "Mandatory:, Optional:, Serialize: or a score such as \"inf:\"")
            }
            _ = reader.take()
            element["kind"] = Int(score) == 0 ? "Optional" : "Mandatory"
        }
    }
    var words = reader.takeRest()
    takeAttribute("symmetrical", from: &words, into: &element)
    if let text = element["symmetrical"] {
        guard let value = booleanValue(text) else {
            throw reader.failure("symmetrical is \"\(text)\"", expected: "true or false")
        }
        element["symmetrical"] = value ? "true" : "false"
    }
    if words.count == 2 {
        try setResource(words[0], as: "first", .action, of: &element, reader)
        try setResource(words[1], as: "then", .action, of: &element, reader)
    } else {
        element.children += try parseResourceSets(words, qualifier: .action, minimum: 2, reader)
    }
    return ConfigurationStatement(.object(.constraints), element)
}

/// Reads `rsc_ticket ID TICKET: A[:ROLE] … [loss-policy=POLICY]`.
func parseTicket(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    var element = XMLElement("rsc_ticket")
    element["id"] = try reader.takeIdentifier("the id of the new constraint")
    let ticket = try reader.take("a ticket with a colon")
    guard ticket.hasSuffix(":"), ticket.utf8.count > 1 else {
        throw CommandFailure(.usage, "\(reader.subject): \"\(ticket)\" has no colon, expected a ticket with a colon")
    }
    element["ticket"] = String(ticket.dropLast())
    var words = reader.takeRest()
    takeAttribute("loss-policy", from: &words, into: &element)
    if words.count == 1 {
        try setResource(words[0], as: "rsc", .role, of: &element, reader)
    } else {
        element.children += try parseResourceSets(words, qualifier: .role, reader)
    }
    return ConfigurationStatement(.object(.constraints), element)
}

/// Moves a last word `NAME=VALUE` to the element.
private func takeAttribute(_ name: String, from words: inout [String], into element: inout XMLElement) {
    guard let pair = words.last.flatMap(splitPair), pair.name.lowercased() == name else { return }
    element[name] = pair.value
    words.removeLast()
}

/// `true`, `yes`, `on`, `1`, `y` and their opposites, in any case; `nil` for anything else.
func booleanValue(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "1", "y": true
    case "false", "no", "off", "0", "n": false
    default: nil
    }
}
