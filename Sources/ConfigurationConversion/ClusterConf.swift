internal import XMLTree

/// cluster.conf(5) of CMAN (RHEL 5 and 6).
///
/// - Source: cluster.conf(5), cman(5), fenced(8), qdisk(5); its schema cluster.rng.
extension ConvertedConfiguration {
    static func fromClusterConf(_ text: String) throws(ConversionFailure) -> ConvertedConfiguration {
        let root: XMLElement
        do { root = try XMLElement(parsing: text) } catch { throw ConversionFailure("\(error)") }
        guard root.name == "cluster" else {
            throw ConversionFailure("expected the element <cluster> of a cluster.conf, found <\(root.name)>")
        }
        var result = ConvertedConfiguration()
        for attribute in root.attributes {
            switch attribute.name {
            case "name": result.totem.append(.init(key: "cluster_name", value: cleaned(attribute.value)))
            case "config_version": result.totem.append(.init(key: "config_version", value: cleaned(attribute.value)))
            default: result.dropped(attribute, of: root)
            }
        }
        for child in root.children { result.take(child) }
        result.finishClusterConf()
        guard !result.nodes.isEmpty else { throw ConversionFailure("there is no <clusternode> with a name") }
        return result
    }

    private mutating func take(_ element: XMLElement) {
        switch element.name {
        case "clusternodes": for node in element.children { takeNode(node) }
        case "cman": takeCMAN(element)
        case "totem": takeTotem(element)
        case "logging": takeLogging(element)
        case "fencedevices": for device in element.children { takeFenceDevice(device) }
        case "quorumd":
            drop(
                element, "the quorum disk has no counterpart here: use two_node with fencing, or an odd number of nodes"
            )
        case "fence_daemon":
            drop(element, "its delays become pcmk_delay_base and pcmk_delay_max of the fence devices")
        case "rm": drop(element, "resources, services and failover domains are configured with 'crm configure'")
        case "dlm", "gfs_controld", "group", "groupd":
            drop(element, "set the options of this daemon where it is started")
        case "clvmd": drop(element, "set locking in lvm.conf")
        case "uidgid": drop(element, "write it to a 'uidgid' section by hand")
        default: drop(element, "has no counterpart")
        }
    }

    private mutating func takeNode(_ element: XMLElement) {
        guard element.name == "clusternode", let name = element["name"], !name.isEmpty else {
            return drop(element, "is no node with a name")
        }
        var node = Node(
            id: element["nodeid"].flatMap { UInt32($0) } ?? 0, name: Self.cleaned(name), addresses: [Self.cleaned(name)]
        )
        node.votes = element["votes"].flatMap { Int($0) } ?? 1
        if node.id == 0 { note(Int(element.line), "clusternode \(name) has no nodeid: it gets a free one") }
        for attribute in element.attributes where !["name", "nodeid", "votes"].contains(attribute.name) {
            dropped(attribute, of: element)
        }
        for child in element.children {
            switch child.name {
            case "altname":
                if let address = child["name"] { node.addresses.append(Self.cleaned(address)) }
                for attribute in child.attributes where attribute.name != "name" { dropped(attribute, of: child) }
            case "fence": takeFence(child, of: name)
            default: drop(child, "has no counterpart")
            }
        }
        nodes.append(node)
    }

    /// Methods become levels of a fencing topology.
    private mutating func takeFence(_ fence: XMLElement, of node: String) {
        for (level, method) in fence.children("method").enumerated() {
            for device in method.children("device") {
                let options = device.attributes.filter { $0.name != "name" }.map { "\($0.name)=\($0.value)" }
                let detail = options.isEmpty ? "" : " with \(options.joined(separator: " "))"
                note(
                    Int(device.line),
                    "fencing of \(node), level \(level + 1): device '\(device["name"] ?? "?")'\(detail); "
                        + "'crm configure fencing_topology' sets levels")
            }
        }
    }

    private mutating func takeFenceDevice(_ element: XMLElement) {
        let options = element.attributes.filter { !["name", "agent"].contains($0.name) }
            .map { "\($0.name)=\(Self.quoted($0.value))" }
        let parameters = options.isEmpty ? "" : " params " + options.joined(separator: " ")
        note(
            Int(element.line),
            "<\(element.name)>: enter it with 'crm configure primitive \(element["name"] ?? "fence") "
                + "stonith:\(element["agent"] ?? "AGENT")\(parameters)'")
    }

    /// As a word of the crm shell.
    private static func quoted(_ value: String) -> String { value.contains("\"") ? "'\(value)'" : "\"\(value)\"" }

    private mutating func takeCMAN(_ element: XMLElement) {
        for attribute in element.attributes {
            switch attribute.name {
            case "two_node":
                if attribute.value == "1" { quorum.append(.init(key: "two_node", value: "1")) }
            case "expected_votes":
                // The two-node mode of CMAN expects one vote, that of votequorum two.
                if element["two_node"] != "1" {
                    quorum.append(.init(key: "expected_votes", value: Self.cleaned(attribute.value)))
                }
            case "port": port = Self.cleaned(attribute.value)
            case "keyfile": totem.append(.init(key: "keyfile", value: Self.cleaned(attribute.value)))
            case "transport", "broadcast":
                note(Int(element.line), "<cman> \(attribute.name)=\"\(attribute.value)\": kronosnet is used instead")
            default: dropped(attribute, of: element)
            }
        }
        for child in element.children { drop(child, "kronosnet sends to each node by itself: no group address") }
    }

    private static let totemKeys = [
        "token", "consensus", "join", "send_join", "merge", "downcheck", "token_retransmit", "hold",
        "token_retransmits_before_loss_const", "fail_recv_const", "seqno_unchanged_const", "window_size",
        "max_messages", "miss_count_const", "netmtu", "secauth", "keyfile", "heartbeat_failures_allowed",
        "max_network_delay",
    ]

    private mutating func takeTotem(_ element: XMLElement) {
        for attribute in element.attributes {
            switch attribute.name {
            case "rrp_mode":
                if attribute.value != "none" {
                    totem.append(.init(key: "link_mode", value: attribute.value == "active" ? "active" : "passive"))
                }
            case let key where Self.totemKeys.contains(key):
                totem.append(.init(key: key, value: Self.cleaned(attribute.value)))
            default: dropped(attribute, of: element)
            }
        }
        for child in element.children { drop(child, "links follow from the node list") }
    }

    private mutating func takeLogging(_ element: XMLElement) {
        let keys = ["to_syslog", "to_logfile", "logfile", "syslog_facility", "debug"]
        for attribute in element.attributes {
            switch attribute.name {
            case let key where keys.contains(key):
                logging.append(.init(key: key, value: Self.cleaned(attribute.value)))
            case "syslog_priority", "logfile_priority":
                let value = attribute.value == "error" ? "err" : attribute.value
                logging.append(.init(key: attribute.name, value: Self.cleaned(value)))
            default: dropped(attribute, of: element)
            }
        }
        for child in element.children { drop(child, "set the level of parts with 'logger_subsys' sections") }
    }

    private mutating func finishClusterConf() {
        numberNodes()
        let linkCount = nodes.map(\.addresses.count).max() ?? 1
        for node in nodes where node.addresses.count != linkCount {
            note(0, "node \(node.name) has fewer addresses than others: give it \(linkCount) ringN_addr lines")
        }
        if !totem.contains(where: { $0.key == "token" }) {
            note(0, "no token timeout is set: CMAN's default was 10000 ms, here it is 1000 ms for two nodes")
        }
    }

    /// Names an element that has no counterpart, and everything in it.
    private mutating func drop(_ element: XMLElement, _ reason: String) {
        let name = element["name"] ?? element["ref"]
        note(Int(element.line), "<\(element.name)>\(name.map { " '\($0)'" } ?? ""): \(reason)")
        for part in element.children { drop(part, "part of <\(element.name)>") }
    }

    private mutating func dropped(_ attribute: XMLElement.Attribute, of element: XMLElement) {
        note(Int(element.line), "<\(element.name)> \(attribute.name)=\"\(attribute.value)\": has no counterpart")
    }
}
