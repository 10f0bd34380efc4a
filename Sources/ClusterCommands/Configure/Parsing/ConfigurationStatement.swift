package import CIB
package import XMLTree

/// One configuration line as the element it stands for, not yet part of a configuration.
package struct ConfigurationStatement: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// An element with an id of its own in a section.
        case object(CIBSection)
        /// Options that are merged into a set of that section: `property`, `rsc_defaults`, `op_defaults`.
        case options(CIBSection)
        /// The fencing topology as a whole.
        case fencingTopology
        /// An operation that is added to an existing resource: `monitor`.
        case operation(resource: String)
    }

    package var kind: Kind
    /// Ids below the element may be missing; they are made when it joins a configuration.
    package var element: XMLElement
    /// The ids of resources that become children of the element: members of a group, the resource of a clone.
    package var members: [String] = []
    /// The agent as typed when it lacks provider or class (`IPaddr2`), to be completed from the agents installed.
    package var unresolvedAgent: String?

    package init(_ kind: Kind, _ element: XMLElement) {
        self.kind = kind
        self.element = element
    }
}

/// The first words of configuration lines.
package let statementKeywords = [
    "node", "primitive", "rsc_template", "group", "clone", "ms", "master", "location", "colocation", "collocation",
    "order", "rsc_ticket", "property", "rsc_defaults", "op_defaults", "fencing_topology", "tag", "monitor", "xml",
]

/// Reads one configuration line of the crm shell's language.
///
/// Pure: nothing is looked up, so members and agents are as typed.
///
/// - Parameter words: the line's words, quotes removed; the first is the keyword.
/// - Throws: `.usage` naming the line, the word, and what was expected.
/// - Source: the crm shell's manual, "Configuration".
package func parseStatement(_ words: [String]) throws(CommandFailure) -> ConfigurationStatement {
    var reader = WordReader(words, subject: words.first ?? "configure")
    let keyword = try reader.take("one of \(statementKeywords.joined(separator: ", "))").lowercased()
    switch keyword {
    case "node": return try parseNode(&reader)
    case "primitive", "rsc_template": return try parsePrimitive(&reader, isTemplate: keyword == "rsc_template")
    case "group": return try parseGroup(&reader)
    case "clone", "ms", "master": return try parseClone(&reader, elementName: keyword == "clone" ? "clone" : "master")
    case "location": return try parseLocation(&reader)
    case "colocation", "collocation": return try parseColocation(&reader)
    case "order": return try parseOrder(&reader)
    case "rsc_ticket": return try parseTicket(&reader)
    case "property": return try parseOptions(&reader, .clusterOptions, setName: "cluster_property_set")
    case "rsc_defaults": return try parseOptions(&reader, .resourceDefaults, setName: "meta_attributes")
    case "op_defaults": return try parseOptions(&reader, .operationDefaults, setName: "meta_attributes")
    case "fencing_topology", "fencing-topology": return try parseFencingTopology(&reader)
    case "tag": return try parseTag(&reader)
    case "monitor": return try parseMonitor(&reader)
    case "xml": return try parseXMLStatement(&reader)
    default:
        throw .usage(
            "\"\(keyword)\" is no configuration keyword",
            advice: suggestion(for: keyword, among: statementKeywords)
                ?? "Expected one of: " + statementKeywords.joined(separator: ", "))
    }
}

extension WordReader {
    /// Takes the id of an object: a letter or `_` first, then letters, digits, `_`, `-`, `.`; as XML wants ids.
    mutating func takeIdentifier(_ what: String) throws(CommandFailure) -> String {
        guard let word = next else { throw failure("something is missing at the end", expected: what) }
        guard isIdentifier(word) else {
            throw failure(
                "\"\(word)\" cannot be an id", expected: "a letter or _, then letters, digits, _, - or .")
        }
        _ = take()
        subject += " " + word
        return word
    }
}

/// Whether the text can be an XML id (an `NCName`).
func isIdentifier(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
    return text.unicodeScalars.dropFirst().allSatisfy {
        $0 == "_" || $0 == "-" || $0 == "." || $0.properties.isAlphabetic || $0.properties.numericType != nil
    }
}

private func parseXMLStatement(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    let text = reader.takeRest().joined(separator: " ")
    let element: XMLElement
    do { element = try XMLElement(parsing: text) } catch {
        throw CommandFailure(.dataError, "xml: \(error)")
    }
    guard let kind = ConfigurationStatement.Kind(elementName: element.name) else {
        throw .usage("xml: <\(element.name)> cannot stand alone in a configuration")
    }
    return ConfigurationStatement(kind, element)
}

extension ConfigurationStatement.Kind {
    /// How an element of that name takes its place.
    init?(elementName: String) {
        switch elementName {
        case "node": self = .object(.nodes)
        case "primitive", "group", "clone", "master", "bundle", "template": self = .object(.resources)
        case "rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket": self = .object(.constraints)
        case "tag": self = .object(.tags)
        case "acl_role", "acl_target", "acl_group", "acl_user": self = .object(.accessRules)
        case "alert": self = .object(.alerts)
        case "cluster_property_set": self = .options(.clusterOptions)
        case "rsc_defaults": self = .options(.resourceDefaults)
        case "op_defaults": self = .options(.operationDefaults)
        case "fencing-topology": self = .fencingTopology
        default: return nil
        }
    }
}
