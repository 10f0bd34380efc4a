internal import XMLTree

/// The words that begin the next part of an object.
private let partKeywords: Set<String> = [
    "params", "meta", "utilization", "operations", "op", "op_params", "op_meta", "rule", "attributes",
]

/// Reads `[$id=ID | $id-ref=ID] [SCORE:] [rule …] NAME=VALUE …` up to the next part.
func parseAttributeSet(_ reader: inout WordReader, elementName: String) throws(CommandFailure) -> XMLElement {
    var set = XMLElement(elementName)
    if let reference = reader.take(attribute: "id-ref") {
        set["id-ref"] = reference.value
        return set
    }
    if reader.next?.hasPrefix("$id=") == true, let id = reader.take(attribute: "id") { set["id"] = id.value }
    if let word = reader.next, let score = scoreText(word) {
        _ = reader.take()
        set["score"] = score
    }
    while reader.next?.lowercased() == "rule" { set.children.append(try parseRule(&reader)) }
    while let pair = parsePair(&reader) { set.children.append(pair) }
    return set
}

/// Reads one `NAME=VALUE`, `NAME`, `$ID:NAME=VALUE` or `@ID[:NAME]`; `nil` at the end and before the next part.
func parsePair(_ reader: inout WordReader) -> XMLElement? {
    guard let word = reader.next, !partKeywords.contains(word.lowercased()) else { return nil }
    if word.hasPrefix("@"), word.utf8.count > 1 {
        _ = reader.take()
        let parts = word.dropFirst().split(separator: ":", maxSplits: 1).map(String.init)
        return XMLElement("nvpair", ["id-ref": parts.first, "name": parts.count > 1 ? parts[1] : nil])
    }
    guard let (name, value) = splitPair(word) else {
        guard !word.contains(":"), !word.contains("="), !word.isEmpty else { return nil }
        _ = reader.take()
        return XMLElement("nvpair", ["name": word])
    }
    _ = reader.take()
    guard name.hasPrefix("$") else { return XMLElement("nvpair", ["name": name, "value": value]) }
    let parts = name.dropFirst().split(separator: ":", maxSplits: 1).map(String.init)
    return XMLElement(
        "nvpair", ["id": parts.first, "name": parts.count > 1 ? parts[1] : parts.first, "value": value])
}

/// Reads the parts of an object (`params …`, `meta …`, `op …`) in any order until the end of the line.
///
/// - Parameters:
///   - parts: keyword and element name of each part that is allowed here.
///   - implicit: the part that pairs without a keyword at the beginning belong to.
///   - allowsOperations: whether `op` and `operations` may stand here.
func parseParts(
    _ reader: inout WordReader, into element: inout XMLElement, parts: KeyValuePairs<String, String>, implicit: String,
    allowsOperations: Bool = false
) throws(CommandFailure) {
    if let word = reader.next, splitPair(word) != nil || word.hasPrefix("@") {
        element.children.append(try parseAttributeSet(&reader, elementName: implicit))
    }
    let keywords = parts.map(\.key) + (allowsOperations ? ["op", "operations"] : [])
    while let word = reader.next?.lowercased() {
        if let part = parts.first(where: { $0.key == word }) {
            _ = reader.take()
            element.children.append(try parseAttributeSet(&reader, elementName: part.value))
        } else if allowsOperations, word == "op" || word == "operations" {
            try parseOperations(&reader, into: &element)
        } else {
            throw reader.failure(
                "unexpected word", expected: list(keywords, last: "or"), advice: suggestion(for: word, among: keywords))
        }
    }
}

/// The attributes that an `op` element has itself; all others become its instance attributes.
private let operationAttributes: Set<String> = [
    "id", "name", "description", "interval", "interval-origin", "start-delay", "timeout", "enabled", "record-pending",
    "role", "on-fail", "requires",
]

/// Reads `[operations $id=ID|$id-ref=ID] op NAME [NAME=VALUE …] [op_params …] [op_meta …] …`.
private func parseOperations(_ reader: inout WordReader, into element: inout XMLElement) throws(CommandFailure) {
    var operations = XMLElement("operations")
    if reader.take(keyword: "operations") {
        guard let id = reader.take(attribute: "id", "id-ref") else {
            throw reader.failure("unexpected word", expected: "$id=ID or $id-ref=ID")
        }
        operations[id.name] = id.value
    }
    while reader.take(keyword: "op") { operations.children.append(try parseOperation(&reader)) }
    element.withChild("operations") { present in
        present.children += operations.children
        for attribute in operations.attributes { present[attribute.name] = attribute.value }
    }
}

func parseOperation(_ reader: inout WordReader) throws(CommandFailure) -> XMLElement {
    let name = try reader.take("the name of an operation, such as monitor")
    guard splitPair(name) == nil else {
        throw CommandFailure(
            .usage, "\(reader.subject): after op comes \"\(name)\", expected the name of an operation, such as monitor")
    }
    var operation = XMLElement("op", ["name": name])
    var parameters = XMLElement("instance_attributes")
    while let pair = parsePair(&reader) {
        if let attribute = pair["name"], operationAttributes.contains(attribute), pair["id-ref"] == nil {
            operation[attribute == "id" ? "id" : attribute] = pair["value"] ?? ""
        } else {
            parameters.children.append(pair)
        }
    }
    if operation["interval"] == nil { operation["interval"] = "0" }
    if !parameters.children.isEmpty { operation.children.append(parameters) }
    while let word = reader.next?.lowercased(), word == "op_params" || word == "op_meta" {
        _ = reader.take()
        let elementName = word == "op_params" ? "instance_attributes" : "meta_attributes"
        operation.children.append(try parseAttributeSet(&reader, elementName: elementName))
    }
    return operation
}
