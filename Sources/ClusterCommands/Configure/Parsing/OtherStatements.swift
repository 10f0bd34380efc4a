internal import CIB
internal import XMLTree

/// Reads `property [SET: | $id=SET] [rule …] NAME=VALUE …`, and the same for the defaults.
func parseOptions(
    _ reader: inout WordReader, _ section: CIBSection, setName: String
) throws(CommandFailure) -> ConfigurationStatement {
    var set = XMLElement(setName)
    if let id = reader.take(attribute: "id", "id-ref") {
        set[id.name] = id.value
    } else if let word = reader.next, word.hasSuffix(":"), isIdentifier(String(word.dropLast())) {
        _ = reader.take()
        set["id"] = String(word.dropLast())
    }
    while reader.next?.lowercased() == "rule" { set.children.append(try parseRule(&reader)) }
    while let word = reader.next {
        guard word.hasPrefix("@") || word.hasPrefix("$") || splitPair(word) != nil, let pair = parsePair(&reader) else {
            throw reader.failure("unexpected word", expected: "NAME=VALUE")
        }
        if pair["value"] == "" {
            throw CommandFailure(
                .usage, "\(reader.subject): the value of \(pair["name"] ?? "") is empty",
                advice: "To remove an option: configure \(reader.subject) --delete NAME")
        }
        set.children.append(pair)
    }
    if set.children.isEmpty, set.id == nil { throw reader.failure("nothing to set", expected: "NAME=VALUE") }
    return ConfigurationStatement(.options(section), set)
}

/// Reads `node [ID: | $id=ID] NAME[:TYPE] [description=TEXT] [attributes …] [utilization …]`.
func parseNode(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    var element = XMLElement("node")
    if let id = reader.take(attribute: "id") {
        element["id"] = id.value
    } else if let word = reader.next, word.hasSuffix(":"), word.utf8.count > 1 {
        _ = reader.take()
        element["id"] = String(word.dropLast())
    }
    let name = try reader.take("the name of a node").split(separator: ":", maxSplits: 1).map(String.init)
    element["uname"] = name.first
    reader.subject += " " + (name.first ?? "")
    if name.count > 1 {
        guard ["normal", "member", "ping", "remote"].contains(name[1]) else {
            throw CommandFailure(.usage, "\(reader.subject): type \"\(name[1])\", expected member or remote")
        }
        element["type"] = name[1]
    }
    if let description = reader.take(attribute: "description") { element["description"] = description.value }
    try parseParts(
        &reader, into: &element, parts: ["attributes": "instance_attributes", "utilization": "utilization"],
        implicit: "instance_attributes")
    if element.id == nil { element["id"] = element["uname"] }
    return ConfigurationStatement(.object(.nodes), element)
}

/// Reads `tag ID[:] OBJECT …`.
func parseTag(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    var word = try reader.take("the id of the new tag")
    if word.hasSuffix(":") { word.removeLast() }
    guard isIdentifier(word) else {
        throw CommandFailure(
            .usage, "tag: \"\(word)\" cannot be an id, expected a letter, then letters, digits, _, - or .")
    }
    reader.subject += " " + word
    let objects = reader.takeRest()
    if objects.isEmpty { throw reader.failure("a tag without objects", expected: "the ids of what it stands for") }
    return ConfigurationStatement(
        .object(.tags), XMLElement("tag", ["id": word], children: objects.map { XMLElement("obj_ref", ["id": $0]) }))
}

/// Reads `fencing_topology [TARGET:] DEVICE[,DEVICE] …`, where TARGET is a node, `attr:NAME=VALUE` or `pattern:REGEX`; levels
/// without a target are for all nodes, and are told so by the target `@@`.
func parseFencingTopology(_ reader: inout WordReader) throws(CommandFailure) -> ConfigurationStatement {
    var topology = XMLElement("fencing-topology")
    var target = XMLElement("fencing-level", ["target": "@@"])
    var index = 0
    while let word = reader.take() {
        if word.hasPrefix("attr:"), let pair = splitPair(String(word.dropFirst(5))) {
            target = XMLElement("fencing-level", ["target-attribute": pair.name, "target-value": pair.value])
            index = 0
        } else if word.hasPrefix("pattern:") {
            target = XMLElement("fencing-level", ["target-pattern": String(word.dropFirst(8))])
            index = 0
        } else if word.hasSuffix(":") {
            target = XMLElement("fencing-level", ["target": String(word.dropLast())])
            index = 0
        } else {
            index += 1
            var level = target
            level["index"] = String(index)
            level["devices"] = word
            topology.children.append(level)
        }
    }
    return ConfigurationStatement(.fencingTopology, topology)
}
