internal import CIB
package import XMLTree

/// How configuration text looks: plain, or with colours for its parts.
package struct ConfigurationStyle: Sendable {
    package var keyword: @Sendable (String) -> String
    package var identifier: @Sendable (String) -> String
    package var attribute: @Sendable (String) -> String
    package var value: @Sendable (String) -> String
    package var score: @Sendable (String) -> String

    /// No colours.
    package static let plain = ConfigurationStyle(
        keyword: { $0 }, identifier: { $0 }, attribute: { $0 }, value: { $0 }, score: { $0 })

    /// Colours for a terminal.
    package static let coloured = ConfigurationStyle(
        keyword: { coloured($0, 36) }, identifier: { coloured($0, 1) }, attribute: { coloured($0, 34) },
        value: { coloured($0, 32) }, score: { coloured($0, 33) })

    private static func coloured(_ text: String, _ code: Int) -> String {
        text.isEmpty ? text : "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }
}

/// Renders objects of a configuration in the crm shell's language, so that reading the text again gives the same objects.
///
/// Objects that the language cannot express (bundles, access rules, alerts) become `xml` lines.
package struct ConfigurationText {
    let style: ConfigurationStyle
    /// Ids that something in the configuration refers to by `id-ref`: they must be shown.
    let referenced: Set<String>

    /// - Parameter configuration: the element `configuration` that the objects are part of.
    package init(of configuration: XMLElement, style: ConfigurationStyle = .plain) {
        self.style = style
        var referenced: Set<String> = []
        configuration.forEachDescendant { if let id = $0["id-ref"] { referenced.insert(id) } }
        self.referenced = referenced
    }

    /// One object; without final newline.
    package func render(_ element: XMLElement) -> String {
        guard isExpressible(element) else { return style.keyword("xml") + " " + element.compact() }
        return switch element.name {
        case "node": renderNode(element)
        case "primitive", "template": renderPrimitive(element)
        case "group", "clone", "master": renderContainer(element)
        case "rsc_location": renderLocation(element)
        case "rsc_colocation", "rsc_order", "rsc_ticket": renderRelation(element)
        case "tag": renderTag(element)
        case "cluster_property_set": renderOptions("property", element)
        case "fencing-topology": renderTopology(element)
        default: style.keyword("xml") + " " + element.compact()
        }
    }

    /// Whether the language has words for everything in the element: not for rules on agents and operations, nor for
    /// rules within rules.
    private func isExpressible(_ element: XMLElement) -> Bool {
        if ["rsc_expression", "op_expression"].contains(element.name) { return false }
        if element.name == "rule", element.child("rule") != nil { return false }
        return element.children.allSatisfy(isExpressible)
    }

    func joined(_ parts: [String]) -> String { parts.joined(separator: " \\\n\t") }
}

/// Every object of a configuration in the order in which they are shown: nodes, resources, tags, constraints, fencing, options.
///
/// Each kind is sorted by id. Sets of `rsc_defaults` and `op_defaults` come as they are, named by their section.
package func orderedObjects(of configuration: XMLElement) -> [ConfigurationObject] {
    var objects: [ConfigurationObject] = []
    func add(_ section: String, _ names: [String], sorted: Bool = true) {
        var found: [XMLElement] = []
        for element in configuration.children(section) { found += collect(names, in: element) }
        if sorted { found.sort { ($0["uname"] ?? $0.id ?? "") < ($1["uname"] ?? $1.id ?? "") } }
        objects += found.map { ConfigurationObject(section: section, element: $0) }
    }
    add("nodes", ["node"])
    for names in [["primitive"], ["template"], ["group"], ["master"], ["clone"], ["bundle"]] { add("resources", names) }
    add("tags", ["tag"])
    for names in [["rsc_colocation"], ["rsc_location"], ["rsc_order"], ["rsc_ticket"]] { add("constraints", names) }
    if let topology = configuration.child("fencing-topology"), !topology.children.isEmpty {
        objects.append(ConfigurationObject(section: "fencing-topology", element: topology))
    }
    add("acls", ["acl_role", "acl_target", "acl_group", "acl_user"], sorted: false)
    add("alerts", ["alert"])
    add("crm_config", ["cluster_property_set"], sorted: false)
    add("rsc_defaults", ["meta_attributes"], sorted: false)
    add("op_defaults", ["meta_attributes"], sorted: false)
    return objects
}

private func collect(_ names: [String], in element: XMLElement) -> [XMLElement] {
    var found: [XMLElement] = []
    for child in element.children {
        if names.contains(child.name) { found.append(child) }
        // A bundle is shown as XML, with what is in it.
        if ["group", "clone", "master"].contains(child.name) { found += collect(names, in: child) }
    }
    return found
}

/// An object and the section it stands in.
package struct ConfigurationObject: Sendable, Equatable {
    package var section: String
    package var element: XMLElement

    /// The word that shows and deletes it: its id, or for a node also its name.
    package var id: String { element.id ?? section }

    /// The keyword of its line.
    package var keyword: String {
        switch element.name {
        case "template": "rsc_template"
        case "master": "ms"
        case "rsc_location": "location"
        case "rsc_colocation": "colocation"
        case "rsc_order": "order"
        case "cluster_property_set": "property"
        case "meta_attributes": section
        case "fencing-topology": "fencing_topology"
        case "acl_role": "role"
        default: element.name
        }
    }
}

extension ConfigurationText {
    package func render(_ object: ConfigurationObject) -> String {
        guard object.element.name == "meta_attributes" else { return render(object.element) }
        guard isExpressible(object.element) else {
            return style.keyword("xml") + " " + XMLElement(object.section, children: [object.element]).compact()
        }
        return renderOptions(object.section, object.element)
    }
}
