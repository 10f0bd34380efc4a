internal import XMLTree

extension ConfigurationText {
    /// `name=value`, with quotes where the value needs them.
    func pair(_ name: String, _ value: String?) -> String {
        guard let value else { return style.attribute(name) }
        return style.attribute(name) + "=" + style.value(quoted(value))
    }

    func renderPair(_ element: XMLElement) -> String {
        if let reference = element["id-ref"] {
            return "@" + reference + (element["name"].map { ":" + $0 } ?? "")
        }
        let text = pair(element["name"] ?? "", element["value"])
        if let id = element.id, referenced.contains(id) { return "$\(id):" + text }
        return text
    }

    /// `params a=b c=d`, or `nil` for an empty set that nothing refers to.
    func renderSet(_ keyword: String, _ set: XMLElement) -> String? {
        var words = [style.keyword(keyword)]
        if let reference = set["id-ref"] { return words[0] + " $id-ref=" + quoted(reference) }
        if let id = set.id, referenced.contains(id) || set.children.isEmpty { words.append("$id=" + quoted(id)) }
        if let score = set["score"] { words.append(style.score(shortScore(score)) + ":") }
        words += set.children("rule").map(renderRule)
        words += (set.children("nvpair") + set.children("attributes").flatMap { $0.children("nvpair") }).map(renderPair)
        return words.joined(separator: " ")
    }

    /// The parts of a resource or node, in document order.
    func renderParts(_ element: XMLElement) -> [String] {
        var parts: [String] = []
        for child in element.children {
            switch child.name {
            case "instance_attributes":
                if let text = renderSet(element.name == "node" ? "attributes" : "params", child) { parts.append(text) }
            case "meta_attributes": if let text = renderSet("meta", child) { parts.append(text) }
            case "utilization": if let text = renderSet("utilization", child) { parts.append(text) }
            case "operations": parts += renderOperations(child)
            default: break  // Members; they stand in the first line.
            }
        }
        return parts
    }

    private func renderOperations(_ operations: XMLElement) -> [String] {
        var parts: [String] = []
        if let reference = operations["id-ref"] {
            parts.append(style.keyword("operations") + " $id-ref=" + quoted(reference))
        } else if let id = operations.id {
            parts.append(style.keyword("operations") + " $id=" + quoted(id))
        }
        return parts + operations.children("op").map(renderOperation)
    }

    private func renderOperation(_ operation: XMLElement) -> String {
        var words = [style.keyword("op"), operation["name"] ?? "monitor"]
        for attribute in operation.attributes where attribute.name != "id" && attribute.name != "name" {
            words.append(pair(attribute.name, attribute.value))
        }
        // The first plain parameter set can follow the attributes without a keyword; that is how people type it.
        for (index, set) in operation.children.enumerated() {
            let keyword = set.name == "meta_attributes" ? "op_meta" : "op_params"
            let isPlain = index == 0 && keyword == "op_params" && set["id-ref"] == nil && set.child("rule") == nil
            guard let text = renderSet(keyword, set) else { continue }
            words.append(isPlain ? set.children("nvpair").map(renderPair).joined(separator: " ") : text)
        }
        return words.joined(separator: " ")
    }
}

/// Double quotes round a value that needs them: anything but letters, digits and `_ . - : / , @ % +`.
func quoted(_ value: String) -> String {
    let plain = value.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil || "_.-:/,@%+".unicodeScalars.contains($0)
    }
    if plain && !value.isEmpty { return value }
    var text = "\""
    for character in value {
        if character == "\"" || character == "\\" { text += "\\" }
        text.append(character)
    }
    return text + "\""
}

/// `inf` for `INFINITY`, as people type it.
func shortScore(_ score: String) -> String {
    switch score {
    case "INFINITY": "inf"
    case "+INFINITY": "+inf"
    case "-INFINITY": "-inf"
    default: score
    }
}
