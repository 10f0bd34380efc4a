internal import ClusterTypes
package import XMLTree

extension AgentMetadata {
    /// Reads the document that an agent prints for `meta-data` (OCF) or `metadata` (fence agents).
    ///
    /// Agents are generous with the format, so only what makes the document unusable is an error; a nameless parameter
    /// or action is skipped.
    ///
    /// - Throws: `XMLFailure` when it is no XML or its root is not `resource-agent`.
    package init(parsing text: String) throws(XMLFailure) {
        // Some agents print a line of their own before the document.
        let start = text.firstRange(of: "<")?.lowerBound ?? text.startIndex
        let root = try XMLElement(parsing: String(text[start...]))
        guard root.name == "resource-agent" else {
            throw XMLFailure(
                .invalid, "the meta-data's root is \(root.name), expected resource-agent", line: Int(root.line))
        }
        self.init(
            name: root["name"] ?? "", version: root.child("version")?.text.trimmed ?? "1.0",
            shortDescription: root.text(of: "shortdesc"), longDescription: root.text(of: "longdesc"),
            parameters: (root.child("parameters")?.children("parameter") ?? []).compactMap(Parameter.init),
            actions: (root.child("actions")?.children("action") ?? []).compactMap(Action.init))
    }

    /// Whether the agent follows version 1.1 of the API or a later one.
    package var followsAPI11: Bool {
        let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
        return (numbers.first ?? 1, numbers.count > 1 ? numbers[1] : 0) >= (1, 1)
    }

    /// The parameters that must not be shown: those marked `private` or, when the agent marks none, those with the
    /// usual names of secrets.
    package var privateParameters: [String] {
        let marked = parameters.filter(\.isPrivate).map(\.name)
        if !marked.isEmpty { return marked }
        return parameters.map(\.name).filter { ["password", "passwd", "user"].contains($0) }
    }
}

extension AgentMetadata.Parameter {
    fileprivate init?(_ element: XMLElement) {
        guard let name = element["name"], !name.isEmpty else { return nil }
        let content = element.child("content")
        self.init(
            name: name, type: content?["type"] ?? "string", defaultValue: content?["default"],
            isRequired: element.isTrue("required"),
            isUnique: element.isTrue("unique") || element["unique-group"] != nil,
            isReloadable: element.isTrue("reloadable"), isPrivate: element.isTrue("private"),
            shortDescription: element.text(of: "shortdesc"), longDescription: element.text(of: "longdesc"))
    }
}

extension AgentMetadata.Action {
    fileprivate init?(_ element: XMLElement) {
        guard let name = element["name"], !name.isEmpty else { return nil }
        self.init(
            name: name, timeout: element["timeout"].flatMap { Duration(timeText: $0) },
            interval: element["interval"].flatMap { Duration(timeText: $0) } ?? .zero, role: element["role"],
            depth: element["depth"], isOnTarget: element.isTrue("on_target"), isAutomatic: element.isTrue("automatic"))
    }
}

extension XMLElement {
    fileprivate func isTrue(_ attribute: String) -> Bool {
        ["1", "true", "yes", "on", "y"].contains(self[attribute]?.lowercased())
    }

    /// The text of a child, preferring English, without white space around it.
    fileprivate func text(of name: String) -> String {
        let candidates = children(name)
        return (candidates.first { $0["lang"]?.hasPrefix("en") == true } ?? candidates.first)?.text.trimmed ?? ""
    }
}

extension String {
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
