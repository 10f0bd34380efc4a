internal import XMLTree

extension CIBGenerator {
    mutating func nodes() -> XMLElement {
        let count = pick([1, 2, 2, 2, 3, 3, 3, 4, 5])
        var section = XMLElement("nodes")
        for position in 1...count {
            let name = "node\(position)"
            shape.nodes.append(name)
            section.children.append(
                XMLElement(
                    "node", ["id": String(position), "uname": name], children: nodeAttributes(name) + capacity(name)))
        }
        return section
    }

    private mutating func nodeAttributes(_ name: String) -> [XMLElement] {
        var values: [(String, String)] = []
        if chance(0.08) { values.append(("standby", pick(["true", "on", "false"]))) }
        if has(.maintenance), chance(0.3) { values.append(("maintenance", pick(["true", "false"]))) }
        if has(.attributes) || has(.locationRules) {
            if chance(0.7) { values.append(("site", pick(["a", "b"]))) }
            if chance(0.5) { values.append(("size", pick(["1", "2", "10", "x"]))) }
        }
        return block("instance_attributes", of: name, values)
    }

    private mutating func capacity(_ name: String) -> [XMLElement] {
        guard has(.utilization) else { return [] }
        return block(
            "utilization", of: name,
            [("cpu", String(number(1...8))), ("memory", String(512 * number(1...8)))].filter { _ in chance(0.9) })
    }

    mutating func properties() -> XMLElement {
        var values: [(String, String)] = [("stonith-enabled", has(.fencing) ? "true" : "false")]
        func maybe(_ generator: inout CIBGenerator, _ probability: Double, _ name: String, _ choices: [String]) {
            if generator.chance(probability) { values.append((name, generator.pick(choices))) }
        }
        maybe(&self, 0.3, "no-quorum-policy", ["stop", "ignore", "freeze", "demote", "suicide"])
        maybe(&self, 0.06, "symmetric-cluster", ["false"])
        maybe(&self, 0.04, "stop-all-resources", ["true"])
        maybe(&self, has(.maintenance) ? 0.3 : 0.01, "maintenance-mode", ["true"])
        maybe(&self, 0.1, "start-failure-is-fatal", ["false"])
        maybe(&self, 0.04, "enable-startup-probes", ["false"])
        maybe(&self, 0.05, "stop-orphan-resources", ["false"])
        maybe(&self, 0.05, "stop-orphan-actions", ["false"])
        maybe(&self, 0.1, "startup-fencing", ["false"])
        maybe(&self, 0.1, "concurrent-fencing", ["true", "false"])
        maybe(&self, 0.1, "stonith-action", ["off", "reboot"])
        maybe(&self, 0.05, "stonith-timeout", ["30s", "2min"])
        maybe(&self, 0.05, "have-watchdog", ["true"])
        maybe(&self, 0.06, "batch-limit", ["5", "0"])
        maybe(&self, 0.06, "migration-limit", ["1", "-1", "3"])
        maybe(&self, has(.fencing) ? 0.2 : 0.02, "priority-fencing-delay", ["15", "30s"])
        maybe(&self, has(.shutdowns) ? 0.3 : 0.02, "shutdown-lock", ["true"])
        maybe(&self, has(.shutdowns) ? 0.2 : 0.01, "shutdown-lock-limit", ["5min", "20min"])
        maybe(&self, has(.utilization) ? 0.9 : 0.05, "placement-strategy", ["utilization", "balanced", "minimal"])
        if has(.health) {
            maybe(&self, 1, "node-health-strategy", ["migrate-on-red", "only-green", "progressive", "custom"])
            maybe(&self, 0.4, "node-health-base", ["10", "-5", "100"])
            maybe(&self, 0.4, "node-health-yellow", ["-10", "5"])
            maybe(&self, 0.4, "node-health-red", ["-100", "-INFINITY"])
            maybe(&self, 0.3, "node-health-green", ["10", "1"])
        }
        maybe(&self, 0.05, "cluster-name", ["mycluster"])
        return XMLElement(
            "crm_config",
            children: [
                XMLElement(
                    "cluster_property_set", ["id": "cib-bootstrap-options"],
                    children: values.map {
                        XMLElement("nvpair", ["id": "cib-bootstrap-options-\($0.0)", "name": $0.0, "value": $0.1])
                    })
            ])
    }

    mutating func defaults() -> [XMLElement] {
        var result: [XMLElement] = []
        if chance(0.12) {
            var values: [(String, String)] = []
            if chance(0.5) { values.append(("resource-stickiness", pick(["1", "100", "INFINITY"]))) }
            if chance(0.3) { values.append(("migration-threshold", pick(["1", "3"]))) }
            if chance(0.2) { values.append(("failure-timeout", pick(["60s", "1h"]))) }
            if chance(0.2) { values.append(("is-managed", "false")) }
            result.append(XMLElement("rsc_defaults", children: block("meta_attributes", of: "rsc", values)))
        }
        if chance(0.1) {
            var values: [(String, String)] = []
            if chance(0.7) { values.append(("timeout", pick(["30s", "90"]))) }
            if chance(0.3) { values.append(("on-fail", pick(["restart", "block", "ignore"]))) }
            if chance(0.2) { values.append(("record-pending", pick(["true", "false"]))) }
            result.append(XMLElement("op_defaults", children: block("meta_attributes", of: "op", values)))
        }
        return result
    }

    mutating func topology() -> [XMLElement] {
        guard has(.fencing), chance(0.3) else { return [] }
        let devices = shape.primitives.filter(\.isFenceDevice).map(\.id)
        if devices.isEmpty { return [] }
        return [
            XMLElement(
                "fencing-topology",
                children: shape.nodes.map { node in
                    XMLElement(
                        "fencing-level",
                        ["id": freshID("level"), "target": node, "index": "1", "devices": pick(devices)])
                })
        ]
    }
}
