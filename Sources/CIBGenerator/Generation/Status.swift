internal import ClusterTypes
internal import XMLTree

extension CIBGenerator {
    mutating func status() -> XMLElement {
        var section = XMLElement("status")
        if has(.tickets), chance(0.8) {
            section.children.append(
                XMLElement(
                    "tickets",
                    children: ["ticketA", "ticketB"].map {
                        XMLElement(
                            "ticket_state",
                            [
                                "id": $0, "granted": pick(["true", "false"]),
                                "standby": chance(0.2) ? pick(["true", "false"]) : nil, "last-granted": "1777970000",
                            ])
                    }))
        }
        for (position, name) in shape.nodes.enumerated() where position == 0 || chance(0.97) {
            section.children.append(nodeState(name, id: String(position + 1), isRemote: false))
        }
        for name in shape.remotes where chance(0.7) {
            section.children.append(nodeState(name, id: name, isRemote: true))
        }
        return section
    }

    private mutating func nodeState(_ name: String, id: String, isRemote: Bool) -> XMLElement {
        var element = XMLElement("node_state", ["id": id, "uname": name])
        var isUp = true
        if isRemote {
            element["remote_node"] = "true"
            element["in_ccm"] = "true"
        } else {
            let kind = random.below(100)
            // Online, cleanly off, lost, joining.
            let values =
                kind < 82
                ? ("true", "online", "member", "member")
                : kind < 90
                    ? ("false", "offline", "down", "down")
                    : kind < 96 ? ("false", "offline", "down", "member") : ("true", "online", "down", "down")
            element["in_ccm"] = values.0
            element["crmd"] = values.1
            element["join"] = values.2
            element["expected"] = values.3
            isUp = kind < 82 || (kind >= 90 && kind < 96)
        }
        element["crm-debug-origin"] = "generated"
        element.children += transient(name, id)
        guard isUp, has(.history) || isRemote else { return element }
        var list = XMLElement("lrm_resources")
        for primitive in shape.primitives { list.children += history(of: primitive, on: name, isRemote: isRemote) }
        if has(.history), chance(0.06) {
            let removed = Primitive(id: "removed", type: "Dummy")
            list.children += history(of: removed, on: name, isRemote: isRemote)
        }
        element.children.append(XMLElement("lrm", ["id": id], children: [list]))
        return element
    }

    private mutating func transient(_ name: String, _ id: String) -> [XMLElement] {
        var values: [(String, String)] = []
        if has(.shutdowns), chance(0.2) { values.append(("shutdown", "1777970000")) }
        if has(.health), chance(0.6) { values.append(("#health-disk", pick(["red", "yellow", "green", "10", "-20"]))) }
        for primitive in shape.primitives {
            if primitive.clone?.isPromotable == true, chance(0.6) {
                let base = primitive.clone?.isUnique == true && chance(0.5) ? "\(primitive.id):0" : primitive.id
                values.append(("master-\(base)", pick(["1", "5", "10", "100", "-1", "-INFINITY", "1000"])))
            }
            if has(.failures), chance(0.15) {
                let operation = pick(["monitor_10000", "start_0", "stop_0"])
                values.append(("fail-count-\(primitive.id)#\(operation)", pick(["1", "2", "INFINITY"])))
                values.append(("last-failure-\(primitive.id)#\(operation)", String(Self.now - Int64(number(1...4000)))))
            }
        }
        if values.isEmpty { return [] }
        return [
            XMLElement(
                "transient_attributes", ["id": id], children: block("instance_attributes", of: "status-\(name)", values)
            )
        ]
    }
}
