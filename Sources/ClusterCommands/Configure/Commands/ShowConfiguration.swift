internal import CIB
internal import XMLTree

func showConfiguration(_ session: Session, _ arguments: Arguments) throws {
    var words = arguments.words
    let isXML = words.first == "xml"
    if isXML { words.removeFirst() }
    let draft = try session.currentDraft()
    if words.isEmpty, isXML {
        session.console.write("<?xml version=\"1.0\" ?>\n" + draft.edited.withoutStatus.formatted())
        return
    }
    let objects = try select(words, in: draft)
    if isXML {
        for object in objects { session.console.write(object.element.formatted()) }
        return
    }
    let text = ConfigurationText(
        of: draft.configuration, style: session.console.usesColour ? .coloured : .plain)
    for object in objects { session.console.print(text.render(object)) }
}

/// The objects that words like `vip`, `type:group`, `related:vip` or `changed` select; all for none.
func select(_ words: [String], in draft: ConfigurationDraft) throws(CommandFailure) -> [ConfigurationObject] {
    let all = orderedObjects(of: draft.configuration)
    guard !words.isEmpty else { return all }
    var chosen: Set<Int> = []
    for word in words {
        let matches = all.indices.filter { isSelected(all[$0], by: word, draft) }
        guard !matches.isEmpty || word.contains(":") || word == "changed" else {
            throw .noSuchObject(
                "object \"\(word)\" does not exist", advice: suggestion(for: word, among: all.map(\.id)))
        }
        chosen.formUnion(matches)
    }
    return all.indices.filter(chosen.contains).map { all[$0] }
}

private func isSelected(_ object: ConfigurationObject, by word: String, _ draft: ConfigurationDraft) -> Bool {
    if word.hasPrefix("type:") {
        return object.keyword == word.dropFirst(5) || object.element.name == word.dropFirst(5)
    }
    if word.hasPrefix("related:") { return object.element.mentions(String(word.dropFirst(8))) }
    if word == "changed" {
        return !orderedObjects(of: draft.base.configuration).contains(object)
    }
    return object.id == word || object.element["uname"] == word
}

extension XMLElement {
    /// Whether an attribute here or below has this value.
    fileprivate func mentions(_ id: String) -> Bool {
        attributes.contains { $0.value == id } || children.contains { $0.mentions(id) }
    }

    /// A CIB without its status section.
    var withoutStatus: XMLElement {
        var copy = self
        copy.children.removeAll { $0.name == "status" }
        return copy
    }
}
