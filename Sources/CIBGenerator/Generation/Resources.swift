internal import XMLTree

extension CIBGenerator {
    mutating func resources() -> XMLElement {
        var section = XMLElement("resources")
        if has(.fencing), chance(0.9) {
            for position in 1...number(1...2) { section.children.append(fenceDevice("fence\(position)")) }
        }
        if has(.remotes) {
            for position in 1...number(1...2) { section.children.append(remoteConnection("remote\(position)")) }
        }
        var kinds: [Target.Kind] = [.primitive, .primitive]
        if has(.groups) { kinds += [.group, .group] }
        if has(.clones) { kinds += [.clone, .clone] }
        if has(.promotables) { kinds += [.promotable, .promotable] }
        if has(.bundles) { kinds += [.bundle] }
        for position in 1...number(1...5) {
            let kind = pick(kinds)
            let letter = "abcdefgh".map(String.init)[position - 1]
            section.children.append(resource(letter, kind))
        }
        return section
    }

    private mutating func resource(_ letter: String, _ kind: Target.Kind) -> XMLElement {
        switch kind {
        case .primitive:
            shape.targets.append(Target(id: "rsc\(letter)", kind: .primitive))
            return primitive("rsc\(letter)", clone: nil)
        case .group: return group("group\(letter)", letter, clone: nil)
        case .clone, .promotable: return clone("clone\(letter)", letter, isPromotable: kind == .promotable)
        case .bundle: return bundle("bundle\(letter)", letter)
        }
    }

    private mutating func group(_ id: String, _ letter: String, clone: Clone?) -> XMLElement {
        shape.targets.append(Target(id: id, kind: .group))
        var element = XMLElement("group", ["id": id])
        element.children += block("meta_attributes", of: id, resourceMeta(0.3))
        for member in 1...number(1...3) {
            let name = "rsc\(letter)\(member)"
            if clone == nil, chance(0.5) { shape.targets.append(Target(id: name, kind: .primitive)) }
            element.children.append(primitive(name, clone: clone))
        }
        return element
    }

    private mutating func clone(_ id: String, _ letter: String, isPromotable: Bool) -> XMLElement {
        let isUnique = chance(0.2)
        let maximum = number(1...max(2, shape.nodes.count))
        var values: [(String, String)] = []
        if isPromotable { values.append(("promotable", "true")) }
        if isUnique { values.append(("globally-unique", "true")) }
        if isUnique || chance(0.3) { values.append(("clone-max", String(maximum))) }
        if isUnique, chance(0.4) { values.append(("clone-node-max", "2")) }
        if chance(0.35) { values.append(("interleave", pick(["true", "true", "false"]))) }
        if chance(0.15) { values.append(("ordered", "true")) }
        if chance(0.15) { values.append(("clone-min", String(number(1...2)))) }
        if chance(0.2) { values.append(("notify", "true")) }
        if isPromotable, chance(0.25) { values.append(("promoted-max", String(number(0...2)))) }
        if isPromotable, chance(0.1) { values.append(("promoted-node-max", String(number(1...2)))) }
        values += resourceMeta(0.3)
        let clone = Clone(
            isUnique: isUnique, isPromotable: isPromotable,
            maximum: values.contains { $0.0 == "clone-max" } ? maximum : shape.nodes.count)
        shape.targets.append(Target(id: id, kind: isPromotable ? .promotable : .clone))
        let child =
            has(.groups) && chance(0.4)
            ? group("cgroup\(letter)", letter, clone: clone) : primitive("crsc\(letter)", clone: clone)
        if child.name == "group" { shape.targets.removeAll { $0.id == "cgroup\(letter)" } }
        return XMLElement(
            "clone", ["id": id], children: block("meta_attributes", of: id, values) + [child])
    }

    private mutating func bundle(_ id: String, _ letter: String) -> XMLElement {
        shape.targets.append(Target(id: id, kind: .bundle))
        var engine = XMLElement("podman", ["image": "example:latest", "replicas": String(number(1...3))])
        let isPromotable = chance(0.4)
        if isPromotable { engine["promoted-max"] = "1" }
        if chance(0.2) { engine["replicas-per-host"] = "2" }
        var element = XMLElement("bundle", ["id": id])
        element.children += block("meta_attributes", of: id, resourceMeta(0.15))
        element.children.append(engine)
        let withContent = chance(0.8)
        if withContent || chance(0.5) {
            var network = XMLElement("network", ["control-port": "3121"])
            if chance(0.5) { network["ip-range-start"] = "192.168.122.131" }
            element.children.append(network)
        }
        if withContent {
            element.children.append(
                primitive("brsc\(letter)", clone: Clone(isUnique: false, isPromotable: isPromotable, maximum: 0)))
        }
        return element
    }

    private mutating func fenceDevice(_ id: String) -> XMLElement {
        var primitive = Primitive(id: id, standard: "stonith", provider: nil, type: "fence_xvm", isFenceDevice: true)
        primitive.monitors = chance(0.5) ? [(60_000, nil)] : []
        shape.primitives.append(primitive)
        return XMLElement(
            "primitive", ["id": id, "class": "stonith", "type": "fence_xvm"],
            children: block(
                "instance_attributes", of: id,
                chance(0.5) ? [("pcmk_host_list", shape.nodes.joined(separator: " "))] : [])
                + operations(of: primitive))
    }

    private mutating func remoteConnection(_ id: String) -> XMLElement {
        shape.remotes.append(id)
        var primitive = Primitive(id: id, type: "remote")
        primitive.monitors = [(60_000, nil)]
        shape.primitives.append(primitive)
        var values: [(String, String)] = []
        if chance(0.3) { values.append(("reconnect_interval", "60")) }
        return XMLElement(
            "primitive", ["id": id, "class": "ocf", "provider": "pacemaker", "type": "remote"],
            children: block("instance_attributes", of: id, values) + operations(of: primitive))
    }

    // MARK: - Primitives

    private mutating func primitive(_ id: String, clone: Clone?) -> XMLElement {
        var primitive = Primitive(id: id, clone: clone)
        primitive.type = clone?.isPromotable == true ? "Stateful" : "Dummy"
        if clone == nil, chance(0.1) {
            (primitive.standard, primitive.provider, primitive.type) = ("systemd", nil, "httpd")
        }
        if has(.recurring), chance(0.8) {
            primitive.monitors.append((10_000, clone?.isPromotable == true ? "Promoted" : nil))
            if clone?.isPromotable == true { primitive.monitors.append((11_000, chance(0.7) ? "Unpromoted" : nil)) }
            if chance(0.06) { primitive.monitors.append((20_000, "Stopped")) }
        }
        if chance(0.3) { primitive.parameters["state"] = "/run/\(id)" }
        if chance(0.1) { primitive.parameters["passwd"] = "secret" }
        var values = resourceMeta(0.45)
        if has(.migration), clone == nil, chance(0.6) {
            primitive.mayMigrate = true
            values.append(("allow-migrate", "true"))
        }
        if has(.guests), clone == nil, chance(0.4), primitive.standard == "ocf" {
            values.append(("remote-node", "guest\(id.dropFirst(3))"))
            shape.remotes.append("guest\(id.dropFirst(3))")
        }
        shape.primitives.append(primitive)
        var element = XMLElement(
            "primitive",
            ["id": id, "class": primitive.standard, "provider": primitive.provider, "type": primitive.type])
        element.children += block(
            "instance_attributes", of: id, primitive.parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        element.children += block("meta_attributes", of: id, values)
        if has(.utilization), chance(0.8) {
            element.children += block(
                "utilization", of: id, [("cpu", String(number(0...3))), ("memory", String(256 * number(0...6)))])
        }
        element.children += operations(of: primitive)
        return element
    }

    private mutating func operations(of primitive: Primitive) -> [XMLElement] {
        var section = XMLElement("operations")
        for monitor in primitive.monitors {
            var op = XMLElement(
                "op",
                [
                    "id": "\(primitive.id)-monitor-\(monitor.interval)", "name": "monitor",
                    "interval": "\(monitor.interval / 1000)s", "role": monitor.role,
                ])
            if chance(0.25) {
                op["on-fail"] = pick(
                    ["restart", "block", "ignore", "stop", "standby", "fence", "demote", "restart-container"])
            }
            if op["on-fail"] == "demote", monitor.role != "Promoted" { op["on-fail"] = nil }
            if chance(0.05) { op["enabled"] = "false" }
            section.children.append(op)
        }
        for name in ["start", "stop", "promote", "demote"] where chance(0.12) {
            var op = XMLElement(
                "op", ["id": "\(primitive.id)-\(name)-0", "name": name, "interval": "0s", "timeout": "30s"])
            if chance(0.6) {
                op["on-fail"] =
                    name == "stop"
                    ? pick(["fence", "block", "ignore"]) : pick(["restart", "block", "ignore", "fence", "stop"])
            }
            section.children.append(op)
        }
        return section.children.isEmpty ? [] : [section]
    }

    private mutating func resourceMeta(_ probability: Double) -> [(String, String)] {
        guard chance(probability) else { return [] }
        var values: [(String, String)] = []
        if has(.stickiness), chance(0.5) {
            values.append(("resource-stickiness", pick(["1", "100", "INFINITY", "-1"])))
        }
        if chance(0.1) { values.append(("target-role", pick(["Stopped", "Started", "Unpromoted", "Promoted"]))) }
        if chance(0.08) { values.append(("is-managed", "false")) }
        if has(.maintenance), chance(0.2) { values.append(("maintenance", "true")) }
        if has(.priorities), chance(0.6) { values.append(("priority", pick(["1", "5", "10", "-1"]))) }
        if has(.failures) {
            if chance(0.3) { values.append(("migration-threshold", pick(["1", "2", "3"]))) }
            if chance(0.3) { values.append(("failure-timeout", pick(["30s", "1h", "10min"]))) }
        }
        if chance(0.08) {
            values.append(("multiple-active", pick(["stop_start", "stop_only", "block", "stop_unexpected"])))
        }
        if has(.fencing), chance(0.15) { values.append(("requires", pick(["nothing", "quorum", "fencing"]))) }
        if chance(0.06) { values.append(("critical", "false")) }
        return values
    }
}
