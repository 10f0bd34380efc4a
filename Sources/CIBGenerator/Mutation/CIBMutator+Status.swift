internal import ClusterTypes
internal import XMLTree

extension CIBMutator {
    /// What is done about failures of an operation, or how it runs.
    mutating func changeOperation(_ cib: inout XMLElement) {
        let choices: [(String, [String])] = [
            (
                "on-fail",
                ["ignore", "block", "stop", "restart", "standby", "fence", "demote", "restart-container"]
            ), ("enabled", ["false"]), ("interval", ["10s", "0"]), ("role", ["Started", "Stopped", "Promoted"]),
            ("timeout", ["5s"]), ("start-delay", ["1min"]),
        ]
        guard let path = pick(places(in: cib) { $0.name == "op" }), let (name, values) = pick(choices),
            let value = pick(values)
        else { return }
        edit(&cib, at: path) { $0[name] = value }
    }

    /// An operation that has not ended, or ended otherwise than by its own result.
    mutating func makePending(_ cib: inout XMLElement) {
        guard let path = pick(places(in: cib) { $0.name == "lrm_rsc_op" && $0["rc-code"] != nil }) else { return }
        let isPending = random.chance(0.6)
        let status = isPending ? "-1" : pick(["1", "2", "3", "5", "6", "7", "8", "9"]) ?? "2"
        let code = isPending ? "193" : pick(["1", "5", "0", "7", "189", "190", "9"]) ?? "1"
        let names = ["start", "stop", "monitor", "promote", "demote", "migrate_to", "migrate_from"]
        let operation = random.chance(0.87) ? pick(names) : nil
        edit(&cib, at: path) { entry in
            if let operation, entry["interval"] == "0" {
                let key = entry["operation_key"] ?? ""
                let old = entry["operation"] ?? ""
                if key.hasSuffix("_\(old)_0") {
                    entry["operation_key"] = key.dropLast(old.count + 2) + operation + "_0"
                }
                entry["operation"] = operation
            }
            let magic = entry["transition-magic"] ?? ""
            let rest = magic.split(separator: ";", maxSplits: 1).last.map(String.init) ?? ""
            entry["rc-code"] = code
            entry["op-status"] = status
            entry["transition-magic"] = "\(status):\(code);\(rest)"
        }
    }

    /// An attribute that the scheduler knows, permanent or until the node leaves.
    mutating func addNodeAttribute(_ cib: inout XMLElement) {
        let choices: [(String, [String])] = [
            ("standby", ["on", "off", "true"]), ("maintenance", ["true", "false"]), ("terminate", ["true"]),
            ("shutdown", ["1262304000", "0"]), ("#health-disk", ["red", "yellow", "green", "-20"]),
            ("site", ["a", "b"]), ("resource-discovery-enabled", ["false"]), ("#feature-set", ["3.19.0"]),
        ]
        guard let (name, values) = pick(choices), let value = pick(values),
            let path = pick(places(in: cib) { $0.name == "node_state" || $0.name == "node" })
        else { return }
        let label = String(random.below(100_000))
        edit(&cib, at: path) { element in
            let pair = XMLElement("nvpair", ["id": "mutation-\(label)", "name": name, "value": value])
            func add(_ owner: inout XMLElement) {
                owner.withChild("instance_attributes") { set in
                    if set.id == nil { set["id"] = "mutation-set-\(label)" }
                    set.children.removeAll { $0["name"] == name }
                    set.children.append(pair)
                }
            }
            if element.name == "node" {
                add(&element)
            } else {
                element.withChild("transient_attributes", id: element.id ?? "") { add(&$0) }
            }
        }
    }

    /// A fail count, as the attribute manager keeps it.
    mutating func addFailure(_ cib: inout XMLElement) {
        guard let resource = pick(places(in: cib) { $0.name == "primitive" && $0.id != nil }),
            let node = pick(places(in: cib) { $0.name == "node_state" }), let count = pick(["1", "2", "INFINITY"]),
            let operation = pick(["start_0", "monitor_10000", "stop_0", "promote_0"])
        else { return }
        var id = ""
        edit(&cib, at: resource) { id = $0.id ?? "" }
        let label = String(random.below(100_000))
        edit(&cib, at: node) { state in
            state.withChild("transient_attributes", id: state.id ?? "") { transient in
                transient.withChild("instance_attributes") { set in
                    if set.id == nil { set["id"] = "mutation-set-\(label)" }
                    for (name, value) in [("fail-count", count), ("last-failure", String(CIBGenerator.now - 100))] {
                        set.children.append(
                            XMLElement(
                                "nvpair",
                                [
                                    "id": "mutation-\(name)-\(label)", "name": "\(name)-\(id)#\(operation)",
                                    "value": value,
                                ]))
                    }
                }
            }
        }
    }
}
