internal import CIB
internal import XMLTree

/// Reads `primitive ID {[CLASS:[PROVIDER:]]TYPE | @TEMPLATE} [description=TEXT] [params …] [meta …] [utilization …] [op …]`.
func parsePrimitive(_ reader: inout WordReader, isTemplate: Bool) throws(CommandFailure) -> ConfigurationStatement {
    var element = XMLElement(isTemplate ? "template" : "primitive")
    element["id"] = try reader.takeIdentifier("the id of the new resource")
    var unresolved: String?
    let agent = try reader.take("an agent, such as ocf:heartbeat:IPaddr2, IPaddr2 or systemd:nginx")
    if agent.hasPrefix("@"), agent.utf8.count > 1, !isTemplate {
        element["template"] = String(agent.dropFirst())
    } else {
        unresolved = try setAgent(agent, of: &element, reader)
    }
    if let description = reader.take(attribute: "description") { element["description"] = description.value }
    try parseParts(
        &reader, into: &element,
        parts: ["params": "instance_attributes", "meta": "meta_attributes", "utilization": "utilization"],
        implicit: "instance_attributes", allowsOperations: true)
    var statement = ConfigurationStatement(.object(.resources), element)
    statement.unresolvedAgent = unresolved
    return statement
}

private let agentClasses = ["ocf", "systemd", "lsb", "service", "stonith", "upstart", "nagios"]

/// Sets class, provider and type, or returns the text when parts of it must be looked up.
private func setAgent(
    _ text: String, of element: inout XMLElement, _ reader: WordReader
) throws(CommandFailure) -> String? {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    let expected = "CLASS:PROVIDER:TYPE (ocf), CLASS:TYPE (systemd, lsb, stonith, …) or TYPE"
    guard parts.allSatisfy({ !$0.isEmpty && !$0.contains("=") }) else {
        throw CommandFailure(.usage, "\(reader.subject): \"\(text)\" is no agent, expected \(expected)")
    }
    if parts.count == 1 || (parts.count == 2 && parts[0] == "ocf") { return text }
    // Instances of systemd templates have colons nowhere, but everything after the class is the unit's name.
    let isOCF = parts[0] == "ocf"
    guard agentClasses.contains(parts[0]) else {
        throw CommandFailure(
            .usage,
            "\(reader.subject): \"\(parts[0])\" is no class of agents, expected \(list(agentClasses, last: "or"))",
            advice: suggestion(for: parts[0], among: agentClasses))
    }
    element["class"] = parts[0]
    if isOCF { element["provider"] = parts[1] }
    element["type"] = isOCF ? parts[2] : parts.dropFirst().joined(separator: ":")
    return nil
}

/// Reads `group ID MEMBER … [description=TEXT] [params …] [meta …]`.
func parseGroup(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    var element = XMLElement("group")
    element["id"] = try reader.takeIdentifier("the id of the new group")
    var members: [String] = []
    while let word = reader.next, !word.contains("="), word.lowercased() != "params", word.lowercased() != "meta" {
        if members.contains(word) { throw reader.failure("the member is named twice") }
        _ = reader.take()
        members.append(word)
    }
    if members.isEmpty { throw reader.failure("a group has no member", expected: "the ids of its resources") }
    if let description = reader.take(attribute: "description") { element["description"] = description.value }
    try parseParts(
        &reader, into: &element, parts: ["params": "instance_attributes", "meta": "meta_attributes"],
        implicit: "instance_attributes")
    var statement = ConfigurationStatement(.object(.resources), element)
    statement.members = members
    return statement
}

/// Reads `clone ID RESOURCE [description=TEXT] [params …] [meta …]`, and the same for `ms`.
func parseClone(_ reader: inout WordReader, elementName: String) throws(CommandFailure) -> ConfigurationStatement {
    var element = XMLElement(elementName)
    element["id"] = try reader.takeIdentifier("the id of the new clone")
    let member = try reader.take("the id of the resource to clone")
    if let description = reader.take(attribute: "description") { element["description"] = description.value }
    try parseParts(
        &reader, into: &element, parts: ["params": "instance_attributes", "meta": "meta_attributes"],
        implicit: "instance_attributes")
    var statement = ConfigurationStatement(.object(.resources), element)
    statement.members = [member]
    return statement
}

/// Reads `monitor RESOURCE[:ROLE] INTERVAL[:TIMEOUT]`.
func parseMonitor(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    let target = try reader.take("RESOURCE[:ROLE]").split(separator: ":", maxSplits: 1).map(String.init)
    let times = try reader.take("INTERVAL[:TIMEOUT]").split(separator: ":", maxSplits: 1).map(String.init)
    guard let resource = target.first, let interval = times.first else {
        throw CommandFailure(.usage, "monitor: expected RESOURCE[:ROLE] INTERVAL[:TIMEOUT]")
    }
    try reader.requireEnd(expected: "nothing more")
    var operation = XMLElement("op", ["name": "monitor"])
    if target.count > 1 {
        guard let role = canonicalRole(target[1]) else {
            throw CommandFailure(
                .usage, "monitor \(resource): \"\(target[1])\" is no role, expected \(list(roleNames, last: "or"))")
        }
        operation["role"] = role
    }
    operation["interval"] = interval
    if times.count > 1 { operation["timeout"] = times[1] }
    return ConfigurationStatement(.operation(resource: resource), operation)
}
