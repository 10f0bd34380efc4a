/// An XML element as a value: name, attributes in document order, child elements, and text.
///
/// A copy is cheap (storage is shared until one side changes). Comments and processing instructions are not kept; text is
/// kept only where an element has any that is not white space.
package struct XMLElement: Sendable, Hashable {
    package struct Attribute: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var name: String
    package var attributes: [Attribute]
    package var children: [XMLElement]
    package var text: String
    /// Where the element began in the parsed text, from 1; 0 when it was not parsed. Not part of equality.
    package var line: Int32

    package init(
        _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], children: [XMLElement] = [],
        text: String = ""
    ) {
        self.name = name
        self.attributes = attributes.compactMap { name, value in value.map { Attribute(name, $0) } }
        self.children = children
        self.text = text
        line = 0
    }

    package init(name: String, attributes: [Attribute], children: [XMLElement], text: String, line: Int32) {
        self.name = name
        self.attributes = attributes
        self.children = children
        self.text = text
        self.line = line
    }

    package static func == (left: XMLElement, right: XMLElement) -> Bool {
        left.name == right.name && left.attributes == right.attributes && left.text == right.text
            && left.children == right.children
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(attributes)
        hasher.combine(children)
        hasher.combine(text)
    }
}

// MARK: - Attributes

extension XMLElement {
    /// The value of an attribute, `nil` when absent. Setting `nil` removes it; a new one goes to the end.
    package subscript(_ attribute: String) -> String? {
        get {
            // Most names differ in length already, which is looked at faster than the text.
            let length = attribute.utf8.count
            for candidate in attributes where candidate.name.utf8.count == length && candidate.name == attribute {
                return candidate.value
            }
            return nil
        }
        set {
            let index = attributes.firstIndex { $0.name == attribute }
            switch (index, newValue) {
            case (let index?, let value?): attributes[index].value = value
            case (let index?, nil): attributes.remove(at: index)
            case (nil, let value?): attributes.append(Attribute(attribute, value))
            case (nil, nil): break
            }
        }
    }

    /// The `id` attribute.
    package var id: String? { self["id"] }
}

// MARK: - Children

extension XMLElement {
    /// The first child element of that name.
    package func child(_ name: String) -> XMLElement? {
        for candidate in children where candidate.name == name { return candidate }
        return nil
    }

    /// The child elements of that name, in document order.
    package func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    package func childIndex(_ name: String, id: String? = nil) -> Int? {
        children.firstIndex { $0.name == name && (id == nil || $0.id == id) }
    }

    /// The first child of that name (and id, when given), made at the end when there is none; edited in place.
    package mutating func withChild<Result>(
        _ name: String, id: String? = nil, _ body: (inout XMLElement) throws -> Result
    ) rethrows -> Result {
        if let index = childIndex(name, id: id) { return try body(&children[index]) }
        children.append(XMLElement(name, ["id": id]))
        return try body(&children[children.count - 1])
    }

    /// This element and everything below it, in document order.
    package func forEachDescendant(_ body: (XMLElement) throws -> Void) rethrows {
        try body(self)
        for child in children { try child.forEachDescendant(body) }
    }

    /// The first element, here or below, whose `id` is `id`.
    package func firstDescendant(id: String) -> XMLElement? {
        if self.id == id { return self }
        for child in children {
            if let found = child.firstDescendant(id: id) { return found }
        }
        return nil
    }
}
