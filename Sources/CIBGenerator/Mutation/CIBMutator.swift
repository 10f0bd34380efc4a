internal import ClusterTypes
package import XMLTree

/// Changes a CIB in a few places, as an operator or an accident might: the neighbours of a known document.
package struct CIBMutator {
    var random: SeededGenerator

    /// Whether everything may change; else what the fuzzer's known cases were found with.
    private let isWide: Bool

    package init(seed: UInt64, isWide: Bool = false) {
        self.isWide = isWide
        random = SeededGenerator(seed: seed &* 0xD1B5_4A32 &+ 7)
    }

    /// Between one and three changes that leave the document sensible.
    package mutating func mutate(_ cib: XMLElement) -> XMLElement {
        var result = cib
        for _ in 0...random.below(3) { change(&result) }
        return result
    }

    mutating func pick<Value>(_ values: [Value]) -> Value? {
        values.isEmpty ? nil : values[random.below(values.count)]
    }

    private mutating func change(_ cib: inout XMLElement) {
        let kind = random.below(isWide ? 37 : 12)
        switch kind {
        case 0, 1: changeScore(&cib)
        case 2: remove(["rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket"], from: &cib)
        case 3: remove(["lrm_rsc_op"], from: &cib)
        case 4: remove(["lrm_resource"], from: &cib)
        case 5: toggleOption(&cib)
        case 6, 7: changeNode(&cib)
        case 8, 9: failOperation(&cib)
        case 10: addLocation(&cib)
        case 11: changeMeta(&cib)
        default: changeWidely(&cib, kind - 12)
        }
    }

    private mutating func changeWidely(_ cib: inout XMLElement, _ kind: Int) {
        switch kind {
        case 0: addColocation(&cib)
        case 1: addOrder(&cib)
        case 2: addSets(&cib)
        case 3: changeConstraint(&cib)
        case 4: changeOperation(&cib)
        case 5: makePending(&cib)
        case 6: addNodeAttribute(&cib)
        case 7: addFailure(&cib)
        case 8: addRule(&cib)
        case 9: addSetWithRule(&cib)
        case 10: addDefaults(&cib)
        case 11: makeTemplate(&cib)
        case 12: addTag(&cib)
        case 13: removeResource(&cib)
        case 14: copyHistory(&cib)
        case 15: interruptMigration(&cib)
        case 16: changeUtilization(&cib)
        default: addRareFeature(&cib, kind - 17)
        }
    }

    // MARK: - Places

    func places(in element: XMLElement, at path: [Int] = [], where matches: (XMLElement) -> Bool) -> [[Int]] {
        var result = matches(element) ? [path] : []
        for (position, child) in element.children.enumerated() {
            result += places(in: child, at: path + [position], where: matches)
        }
        return result
    }

    func edit(_ element: inout XMLElement, at path: [Int], _ body: (inout XMLElement) -> Void) {
        guard let first = path.first else { return body(&element) }
        edit(&element.children[first], at: Array(path.dropFirst()), body)
    }

    private mutating func remove(_ names: [String], from cib: inout XMLElement) {
        guard let path = pick(places(in: cib) { names.contains($0.name) }), let last = path.last else { return }
        edit(&cib, at: Array(path.dropLast())) { $0.children.remove(at: last) }
    }

    // MARK: - Changes

    private mutating func changeScore(_ cib: inout XMLElement) {
        let names = ["rsc_location", "rsc_colocation", "rule"]
        guard let path = pick(places(in: cib) { names.contains($0.name) && $0["score"] != nil }),
            let score = pick(["INFINITY", "-INFINITY", "0", "1", "100", "-100", "5000"])
        else { return }
        edit(&cib, at: path) { $0["score"] = score }
    }

    private mutating func toggleOption(_ cib: inout XMLElement) {
        let options: [(String, [String])] = [
            ("symmetric-cluster", ["true", "false"]), ("maintenance-mode", ["true", "false"]),
            ("no-quorum-policy", ["stop", "ignore", "freeze", "demote"]), ("stop-all-resources", ["true", "false"]),
            ("stonith-enabled", ["true", "false"]), ("start-failure-is-fatal", ["true", "false"]),
            ("placement-strategy", ["default", "utilization", "balanced", "minimal"]),
            ("stop-orphan-resources", ["true", "false"]), ("enable-startup-probes", ["true", "false"]),
        ]
        let wideOptions: [(String, [String])] = [
            ("stop-orphan-actions", ["true", "false"]), ("concurrent-fencing", ["true", "false"]),
            ("no-quorum-policy", ["fence", "suicide"]), ("startup-fencing", ["true", "false"]),
            ("stonith-action", ["off", "reboot"]), ("priority-fencing-delay", ["15"]), ("shutdown-lock", ["true"]),
            ("node-health-strategy", ["migrate-on-red", "only-green", "progressive", "custom", "none"]),
            ("node-pending-timeout", ["2h"]), ("have-watchdog", ["true"]), ("remove-after-stop", ["true"]),
        ]
        guard let (name, values) = pick(options + (isWide ? wideOptions : [])), let value = pick(values) else { return }
        cib.withChild("configuration") { configuration in
            configuration.withChild("crm_config") { section in
                if section.child("cluster_property_set") == nil {
                    section.children.append(XMLElement("cluster_property_set", ["id": "cib-bootstrap-options"]))
                }
                section.withChild("cluster_property_set") { set in
                    if let position = set.children.firstIndex(where: { $0["name"] == name }) {
                        set.children[position]["value"] = value
                    } else {
                        set.children.append(
                            XMLElement("nvpair", ["id": "mutation-\(name)", "name": name, "value": value]))
                    }
                }
            }
        }
        if random.chance(0.2) { cib["have-quorum"] = random.chance(0.5) ? "0" : "1" }
    }

    private mutating func changeNode(_ cib: inout XMLElement) {
        guard let path = pick(places(in: cib) { $0.name == "node_state" && $0["remote_node"] == nil }) else { return }
        let kind = random.below(3)
        let label = String(random.below(1000))
        edit(&cib, at: path) { state in
            switch kind {
            case 0:
                (state["in_ccm"], state["crmd"]) = ("false", "offline")
                (state["join"], state["expected"]) = ("down", "down")
            case 1:
                (state["in_ccm"], state["crmd"]) = ("false", "offline")
                (state["join"], state["expected"]) = ("down", "member")
            default:
                let id = state.id ?? ""
                state.withChild("transient_attributes", id: id) { transient in
                    transient.withChild("instance_attributes") { set in
                        if set.id == nil { set["id"] = "mutation-status-\(id)" }
                        set.children.append(
                            XMLElement(
                                "nvpair", ["id": "mutation-\(label)", "name": "standby", "value": "true"]))
                    }
                }
            }
        }
    }

    private mutating func failOperation(_ cib: inout XMLElement) {
        guard let path = pick(places(in: cib) { $0.name == "lrm_rsc_op" && $0["rc-code"] != nil }),
            let code = pick(["0", "1", "7", "5", "8", "1", "7"])
        else { return }
        edit(&cib, at: path) { entry in
            let magic = entry["transition-magic"] ?? ""
            let rest = magic.split(separator: ";", maxSplits: 1).last.map(String.init) ?? ""
            entry["rc-code"] = code
            entry["op-status"] = code == "0" || code == "7" || code == "8" ? "0" : "4"
            entry["transition-magic"] = "\(entry["op-status"] ?? "0"):\(code);\(rest)"
        }
    }

    private mutating func addLocation(_ cib: inout XMLElement) {
        let resources = places(in: cib) { ["primitive", "group", "clone", "bundle"].contains($0.name) && $0.id != nil }
        let nodes = places(in: cib) { $0.name == "node" && $0["uname"] != nil }
        guard let resource = pick(resources), let node = pick(nodes),
            let score = pick(["INFINITY", "-INFINITY", "100", "-100"])
        else { return }
        var (resourceID, nodeName) = ("", "")
        edit(&cib, at: resource) { resourceID = $0.id ?? "" }
        edit(&cib, at: node) { nodeName = $0["uname"] ?? "" }
        let number = random.below(10_000)
        cib.withChild("configuration") { configuration in
            configuration.withChild("constraints") {
                $0.children.append(
                    XMLElement(
                        "rsc_location",
                        ["id": "mutation-location-\(number)", "rsc": resourceID, "node": nodeName, "score": score]))
            }
        }
    }

    private mutating func changeMeta(_ cib: inout XMLElement) {
        let choices: [(String, [String])] = [
            ("target-role", ["Stopped", "Started"]), ("is-managed", ["false", "true"]),
            ("resource-stickiness", ["0", "100", "INFINITY"]), ("migration-threshold", ["1", "3"]),
            ("maintenance", ["true"]), ("priority", ["1", "10"]), ("allow-migrate", ["true", "false"]),
            ("interleave", ["true", "false"]), ("ordered", ["true", "false"]), ("failure-timeout", ["60s"]),
        ]
        let resources = places(in: cib) { ["primitive", "group", "clone"].contains($0.name) && $0.id != nil }
        let wideChoices: [(String, [String])] = [
            ("multiple-active", ["stop_start", "stop_only", "block", "stop_unexpected"]), ("critical", ["false"]),
            ("requires", ["nothing", "quorum", "fencing", "unfencing"]), ("notify", ["true", "false"]),
            ("clone-max", ["0", "1", "2", "4"]), ("clone-node-max", ["1", "2"]), ("clone-min", ["1", "2"]),
            ("globally-unique", ["true", "false"]), ("promoted-max", ["0", "1", "2"]), ("promotable", ["true"]),
            ("promoted-node-max", ["1", "2"]), ("target-role", ["Unpromoted", "Promoted", "Slave", "Master"]),
            ("allow-unhealthy-nodes", ["true"]), ("resource-stickiness", ["-1", "1"]), ("collocated", ["false"]),
            ("restart-type", ["restart"]), ("provides", ["unfencing"]),
        ]
        guard let path = pick(resources), let (name, values) = pick(choices + (isWide ? wideChoices : [])),
            let value = pick(values)
        else { return }
        let number = random.below(10_000)
        edit(&cib, at: path) { resource in
            let pair = XMLElement("nvpair", ["id": "mutation-\(name)-\(number)", "name": name, "value": value])
            if let index = resource.childIndex("meta_attributes") {
                resource.children[index].children.removeAll { $0["name"] == name }
                resource.children[index].children.append(pair)
            } else {
                resource.children.insert(
                    XMLElement("meta_attributes", ["id": "mutation-set-\(number)"], children: [pair]), at: 0)
            }
        }
    }
}
