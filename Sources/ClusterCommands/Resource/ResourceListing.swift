internal import XMLTree

func listResources(_ session: Session, _ arguments: Arguments) throws {
    let document = try session.currentDraft().base
    let status = ClusterStatus(document)
    if !arguments.words.isEmpty { return try locateResources(session, arguments) }
    let console = session.console
    console.write(
        StatusText(status, now: session.facilities.now()) { console.styled($0, $1) }.resourceList
            .split(separator: "\n").dropFirst().joined(separator: "\n") + "\n")
}

func locateResources(_ session: Session, _ arguments: Arguments) throws {
    let draft = try session.currentDraft()
    let status = ClusterStatus(draft.base)
    let ids = arguments.words.isEmpty ? status.instances.map(\.id).uniqued : arguments.words
    for id in ids {
        guard let resource = status.resource(id) else {
            _ = try draft.requireResource(id)
            continue
        }
        let locations = resource.instances.flatMap(\.locations)
        if locations.isEmpty { session.console.print("resource \(id) is NOT running") }
        var seen: [String] = []
        for location in locations {
            let role = location.role == "Promoted" ? " Promoted" : ""
            let line = "resource \(id) is running on: \(location.node)\(role)"
            if !seen.contains(line) { session.console.print(line) }
            seen.append(line)
        }
    }
}

func showConstraints(_ session: Session, _ arguments: Arguments) throws {
    guard let id = arguments.word(0) else { throw CommandFailure.usage("resource constraints: of which resource?") }
    let draft = try session.currentDraft()
    _ = try draft.requireResource(id)
    let text = ConfigurationText(of: draft.configuration)
    for element in draft.configuration.child("constraints")?.children ?? [] {
        var isAbout = false
        element.forEachDescendant { part in
            isAbout =
                isAbout || ["rsc", "with-rsc", "first", "then"].contains { part[$0] == id }
                || (part.name == "resource_ref" && part.id == id)
        }
        if isAbout { session.console.print(text.render(element)) }
    }
}

extension Sequence where Element: Hashable {
    /// The elements without repetitions, in their order.
    var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

/// `resource meta|param|utilization RESOURCE set|show|delete NAME [VALUE]`.
func valueCommand(_ name: String, _ setName: String, _ what: String) -> Command {
    Command(
        name, "Show, set or delete \(what) of a resource",
        usage: ["RESOURCE set NAME VALUE", "RESOURCE show [NAME]", "RESOURCE delete NAME"],
        words: [.resource, .choice(["set", "show", "delete"])]
    ) { session, arguments in
        try runValueCommand(
            session, arguments, subject: "resource \(name)",
            values: { draft, id throws(CommandFailure) in try draft.requireResource(id).values(in: setName) },
            set: { draft, id, name, value throws(CommandFailure) in
                try draft.setValue(name, value, in: setName, ofResource: id)
            })
    }
}

/// The part that resources and nodes have in common: `WHAT set NAME VALUE`, `show [NAME]`, `delete NAME`.
func runValueCommand(
    _ session: Session, _ arguments: Arguments, subject: String,
    values: (ConfigurationDraft, String) throws(CommandFailure) -> [NameValue],
    set: (inout ConfigurationDraft, String, String, String?) throws(CommandFailure) -> Void
) throws {
    let words = arguments.words
    let expected = "\(subject): expected NAME-OF-OBJECT set NAME VALUE, … show [NAME] or … delete NAME"
    guard words.count >= 2 else { throw CommandFailure.usage(expected) }
    switch (words[1], words.count) {
    case ("set", 4):
        try session.edit(checks: false) { draft throws(CommandFailure) in try set(&draft, words[0], words[2], words[3])
        }
    case ("delete", 3), ("unset", 3):
        let present = try values(session.currentDraft(), words[0])
        guard present.contains(where: { $0.name == words[2] }) else {
            throw CommandFailure.noSuchObject("\"\(words[2])\" is not set for \(words[0])")
        }
        try session.edit(checks: false) { draft throws(CommandFailure) in try set(&draft, words[0], words[2], nil) }
    case ("show", 2):
        for pair in try values(session.currentDraft(), words[0]) { session.console.print("\(pair.name)=\(pair.value)") }
    case ("show", 3):
        let present = try values(session.currentDraft(), words[0])
        guard let pair = present.first(where: { $0.name == words[2] }) else {
            throw CommandFailure.noSuchObject(
                "\"\(words[2])\" is not set for \(words[0])",
                advice: suggestion(for: words[2], among: present.map(\.name)))
        }
        session.console.print(pair.value)
    default: throw CommandFailure.usage(expected)
    }
}

extension XMLElement {
    /// Names and values in the sets of one kind, those without rules.
    func values(in setName: String) -> [NameValue] {
        children(setName).flatMap { set in
            set.children("nvpair").map { NameValue(name: $0["name"] ?? "", value: $0["value"] ?? "") }
        }
    }
}

extension ConfigurationDraft {
    /// The ids that a tag names, or the id itself.
    func expandTag(_ id: String) -> [String] {
        guard resource(id) == nil, let tag = configuration.child("tags")?.children.first(where: { $0.id == id }) else {
            return [id]
        }
        return tag.children("obj_ref").compactMap(\.id)
    }

    /// Removes a meta attribute from every resource inside this one.
    mutating func removeInside(_ element: XMLElement, _ name: String) throws(CommandFailure) {
        for child in element.children where isResource(child) {
            try setValue(name, nil, in: "meta_attributes", ofResource: child.id ?? "")
            try removeInside(child, name)
        }
    }
}
