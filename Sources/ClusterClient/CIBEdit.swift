package import JSONText

/// One edit of the CIB, as `POST /v1/cib/changes` takes it.
package enum CIBEdit: Sendable, Equatable {
    /// Where an edit works.
    package enum Place: Sendable, Equatable {
        /// The whole document; a new element goes to the section that such elements have.
        case document
        /// A section by the name of its element, such as `resources`.
        case section(String)
        /// The elements that an XPath expression selects.
        case xpath(String)
    }

    /// Adds an element, given as XML text. Fails when it is there already.
    case create(String, in: Place = .document)
    /// Merges attributes and children into the element of the same name and id.
    case modify(String, in: Place = .document, allowsCreation: Bool = false)
    /// Puts an element (or section, or a whole `cib`) in place of the one of the same name and id.
    case replace(String, in: Place = .document, allowsCreation: Bool = false)
    /// Deletes the first element with the name and all attributes of the given one.
    case delete(String, in: Place = .document)
    /// Deletes the first element that an XPath expression selects, or all.
    case deleteMatching(xpath: String, all: Bool = false)
    case erase
    case bump
    case upgrade(to: String? = nil)
    /// A patch as `crm_diff` writes it.
    case patch(String)

    /// The edit as the local API reads it.
    package var json: JSON {
        switch self {
        case .create(let xml, let place): Self.object("create", xml, place)
        case .modify(let xml, let place, let creates): Self.object("modify", xml, place, creates)
        case .replace(let xml, let place, let creates): Self.object("replace", xml, place, creates)
        case .delete(let xml, let place): Self.object("delete", xml, place)
        case .deleteMatching(let xpath, let all):
            .object(["op": .string("delete"), "xpath": .string(xpath), "all": all ? .bool(true) : nil])
        case .erase: .object(["op": .string("erase")])
        case .bump: .object(["op": .string("bump")])
        case .upgrade(let schema): .object(["op": .string("upgrade"), "schema": schema.map(JSON.string)])
        case .patch(let xml): .object(["op": .string("patch"), "xml": .string(xml)])
        }
    }

    private static func object(_ name: String, _ xml: String, _ place: Place, _ creates: Bool = false) -> JSON {
        var section: String?
        var xpath: String?
        switch place {
        case .document: break
        case .section(let name): section = name
        case .xpath(let expression): xpath = expression
        }
        return .object([
            "op": .string(name), "xml": .string(xml), "section": section.map(JSON.string),
            "xpath": xpath.map(JSON.string), "allow_create": creates ? .bool(true) : nil,
        ])
    }
}
