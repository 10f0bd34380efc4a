internal import XMLTree

/// Reads `rule [$id=ID | $id-ref=ID] [$role=ROLE] [SCORE:] EXPRESSION [and|or EXPRESSION …]`.
func parseRule(_ reader: inout WordReader) throws(CommandFailure) -> XMLElement {
    _ = reader.take(keyword: "rule")
    var rule = XMLElement("rule")
    if let id = reader.take(attribute: "id", "id-ref") { rule[id.name] = id.value }
    if let role = reader.take(attribute: "role") { rule["role"] = canonicalRole(role.value) ?? role.value }
    if rule["id-ref"] != nil { return rule }
    if let word = reader.next, word.hasSuffix(":"), word.utf8.count > 1 {
        _ = reader.take()
        let (name, value) = scoreAttribute(String(word.dropLast()))
        rule[name] = value
    } else {
        rule["score"] = "INFINITY"
    }
    rule.children.append(try parseExpression(&reader))
    var operation: String?
    while let word = reader.next?.lowercased(), word == "and" || word == "or" {
        if let operation, operation != word {
            throw reader.failure("\"and\" and \"or\" are mixed in one rule", advice: "Write two rules instead.")
        }
        operation = word
        _ = reader.take()
        rule.children.append(try parseExpression(&reader))
    }
    if operation == "or" { rule["boolean-op"] = "or" }
    return rule
}

private let comparisons: Set<String> = ["lt", "gt", "lte", "gte", "eq", "ne"]
private let valueTypes: Set<String> = ["string", "integer", "number", "version"]

/// Reads `date …`, `defined NAME`, `not_defined NAME` or `NAME [TYPE:]COMPARISON VALUE`.
private func parseExpression(_ reader: inout WordReader) throws(CommandFailure) -> XMLElement {
    if reader.take(keyword: "date") { return try parseDateExpression(&reader) }
    for operation in ["defined", "not_defined"] where reader.take(keyword: operation) {
        let attribute = try reader.take("the name of a node attribute")
        return XMLElement("expression", ["operation": operation, "attribute": attribute])
    }
    let attribute = try reader.take("an expression such as \"#uname eq n1\" or \"defined NAME\"")
    let expected = "a comparison: lt, gt, lte, gte, eq or ne, such as \"eq\" or \"number:lt\""
    guard let word = reader.next else { throw reader.failure("something is missing at the end", expected: expected) }
    let parts = word.lowercased().split(separator: ":", maxSplits: 1).map(String.init)
    guard let comparison = parts.last, comparisons.contains(comparison),
        parts.count == 1 || valueTypes.contains(parts[0])
    else { throw reader.failure("unexpected word", expected: expected) }
    _ = reader.take()
    var expression = XMLElement("expression", ["operation": comparison, "attribute": attribute])
    if parts.count == 2 { expression["type"] = parts[0] }
    let value = try reader.take("a value to compare with")
    if let brace = value.firstIndex(of: "{"), brace != value.startIndex, value.hasSuffix("}") {
        expression["value"] = String(value[value.index(after: brace)...].dropLast())
        expression["value-source"] = String(value[..<brace])
    } else {
        expression["value"] = value
    }
    return expression
}

private let dateParts: Set<String> = [
    "seconds", "minutes", "hours", "monthdays", "weekdays", "yearsdays", "yeardays", "months", "weeks", "years",
    "weekyears", "moon",
]

/// Reads what follows `date`: `lt TIME`, `gt TIME`, `in start=TIME (end=TIME | PART=N …)`, `spec PART=RANGE …`.
private func parseDateExpression(_ reader: inout WordReader) throws(CommandFailure) -> XMLElement {
    let expected = "lt, gt, in or spec"
    let word = try reader.take(expected).lowercased()
    var expression = XMLElement("date_expression")
    switch word {
    case "lt", "gt":
        expression["operation"] = word
        expression[word == "lt" ? "end" : "start"] = try reader.take("a time, such as 2030-01-31T12:00:00")
    case "in", "in_range":
        expression["operation"] = "in_range"
        var duration = XMLElement("duration")
        while let pair = reader.next.flatMap(splitPair),
            ["start", "end"].contains(pair.name) || dateParts.contains(pair.name)
        {
            _ = reader.take()
            if pair.name == "start" || pair.name == "end" {
                expression[pair.name] = pair.value
            } else {
                duration[pair.name] = pair.value
            }
        }
        if !duration.attributes.isEmpty { expression.children.append(duration) }
        guard expression["start"] != nil || expression["end"] != nil else {
            throw reader.failure(
                "a date range without bounds", expected: "start=TIME, end=TIME, or start and a duration")
        }
    case "spec", "date_spec":
        expression["operation"] = "date_spec"
        var specification = XMLElement("date_spec")
        while let pair = reader.next.flatMap(splitPair), dateParts.contains(pair.name) {
            _ = reader.take()
            specification[pair.name] = pair.value
        }
        guard !specification.attributes.isEmpty else {
            throw reader.failure("a date specification without parts", expected: "hours=9-16, weekdays=1-5, …")
        }
        expression.children.append(specification)
    default:
        throw CommandFailure(.usage, "\(reader.subject): after date comes \"\(word)\", expected \(expected)")
    }
    return expression
}
