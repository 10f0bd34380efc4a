internal import XMLTree

extension ConfigurationText {
    func renderLocation(_ element: XMLElement) -> String {
        var head = [style.keyword("location"), style.identifier(element.id ?? "")]
        if let pattern = element["rsc-pattern"] {
            head.append("/\(pattern)/")
        } else if let resource = element["rsc"] {
            head.append(resource)
        } else {
            head += ["{"] + resourceSets(element, .role) + ["}"]
        }
        if let role = element["role"] { head.append(pair("role", role)) }
        if let discovery = element["resource-discovery"] { head.append(pair("resource-discovery", discovery)) }
        if let node = element["node"] { head += [scoreWord(element), node] }
        return joined([head.joined(separator: " ")] + element.children("rule").map(renderRule))
    }

    /// Colocations, orderings and tickets: two (or one) resources, or resource sets.
    func renderRelation(_ element: XMLElement) -> String {
        var words: [String]
        let ends: [String]
        let qualifier: ConstraintQualifier
        var tail: String?
        switch element.name {
        case "rsc_order":
            words = [style.keyword("order"), style.identifier(element.id ?? "")]
            if let kind = element["kind"] {
                words.append(style.score(kind) + ":")
            } else if let score = element["score"] {
                words.append(style.score(shortScore(score)) + ":")
            }
            (ends, qualifier, tail) = (["first", "then"], .action, "symmetrical")
        case "rsc_ticket":
            words = [style.keyword("rsc_ticket"), style.identifier(element.id ?? ""), (element["ticket"] ?? "") + ":"]
            (ends, qualifier, tail) = (["rsc"], .role, "loss-policy")
        default:
            words = [style.keyword("colocation"), style.identifier(element.id ?? ""), scoreWord(element)]
            (ends, qualifier, tail) = (["rsc", "with-rsc"], .role, "node-attribute")
        }
        if element.child("resource_set") == nil {
            words += ends.map { name in
                let suffix = element["\(name)-\(qualifier.rawValue)"] ?? element["\(name)-instance"]
                return (element[name] ?? "") + (suffix.map { ":" + $0 } ?? "")
            }
        } else {
            let sets = resourceSets(element, qualifier)
            if sets.count == ends.count { words.append("_rsc_set_") }
            words += sets
        }
        if let tail, let value = element[tail] { words.append(pair(tail, value)) }
        return words.joined(separator: " ")
    }

    private func resourceSets(_ element: XMLElement, _ qualifier: ConstraintQualifier) -> [String] {
        element.children("resource_set").flatMap { set in
            let sequential = booleanValue(set["sequential"] ?? "true") ?? true
            let requiresAll = booleanValue(set["require-all"] ?? "true") ?? true
            let suffix = set[qualifier.rawValue].map { ":" + $0 } ?? ""
            let members = set.children("resource_ref").map { ($0.id ?? "") + suffix }
            if !requiresAll { return ["["] + members + (sequential ? ["sequential=true"] : []) + ["]"] }
            return sequential ? members : ["("] + members + [")"]
        }
    }

    private func scoreWord(_ element: XMLElement) -> String {
        style.score(element["score"].map(shortScore) ?? element["score-attribute"] ?? "") + ":"
    }

    func renderRule(_ rule: XMLElement) -> String {
        var words = [style.keyword("rule")]
        if let reference = rule["id-ref"] { return words[0] + " $id-ref=" + quoted(reference) }
        if let id = rule.id, referenced.contains(id) { words.append("$id=" + quoted(id)) }
        if let role = rule["role"] { words.append("$role=" + quoted(role)) }
        if rule["score-attribute"] != nil || rule["score"] != "INFINITY" { words.append(scoreWord(rule)) }
        let expressions = rule.children.map(renderExpression)
        words.append(expressions.joined(separator: " \(style.keyword(rule["boolean-op"] ?? "and")) "))
        return words.joined(separator: " ")
    }

    private func renderExpression(_ expression: XMLElement) -> String {
        let operation = expression["operation"] ?? ""
        if expression.name == "date_expression" { return renderDate(expression, operation) }
        let attribute = expression["attribute"] ?? ""
        guard let value = expression["value"] else { return style.keyword(operation) + " " + attribute }
        let comparison = (expression["type"].map { $0 + ":" } ?? "") + style.keyword(operation)
        let source = expression["value-source"].flatMap { $0 == "literal" ? nil : $0 }
        return "\(attribute) \(comparison) " + (source.map { "\($0){\(value)}" } ?? quoted(value))
    }

    private func renderDate(_ expression: XMLElement, _ operation: String) -> String {
        let short = ["in_range": "in", "date_spec": "spec"][operation] ?? operation
        var words = [style.keyword("date"), style.keyword(short)]
        switch operation {
        case "lt", "gt": words.append(quoted(expression[operation == "lt" ? "end" : "start"] ?? ""))
        default:
            for name in ["start", "end"] { if let value = expression[name] { words.append(pair(name, value)) } }
            for part in expression.children {
                words += part.attributes.filter { $0.name != "id" }.map { pair($0.name, $0.value) }
            }
        }
        return words.joined(separator: " ")
    }
}
