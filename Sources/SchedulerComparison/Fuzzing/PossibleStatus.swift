internal import XMLTree

// A cluster that is followed begins with a status section that a cluster could have written. What damage left of one is read
// as far as it makes sense: one entry a node, one history a resource, one record an operation, all where they belong, and
// failures counted.

enum PossibleStatus {
    /// The document to follow from.
    static func start(from cib: XMLElement) -> XMLElement {
        guard let index = cib.childIndex("status") else { return cib }
        var startIsFatal = true
        cib.child("configuration")?.child("crm_config")?.forEachDescendant {
            if $0["name"] == "start-failure-is-fatal" { startIsFatal = $0["value"] != "false" }
        }
        var nodes: Set<String> = []
        var result = cib
        var status = cib.children[index]
        status.children = []
        for var element in cib.children[index].children {
            if element.name == "node_state" {
                name(&element, as: cib)
                guard let id = element.id, let name = element["uname"], nodes.insert(name).inserted else { continue }
                guard nodes.insert("id \(id)").inserted else { continue }
                element.children = sections(element)
                countFailures(&element, startIsFatal: startIsFatal)
            }
            status.children.append(element)
        }
        result.children.removeAll { $0.name == "status" }
        result.children.append(status)
        return result
    }

    /// A node goes by one id and one name, those of the configuration.
    private static func name(_ state: inout XMLElement, as cib: XMLElement) {
        let configured = cib.child("configuration")?.child("nodes")?.children ?? []
        let known =
            configured.first { $0.id != nil && $0.id?.lowercased() == state.id?.lowercased() }
            ?? configured.first { $0["uname"] != nil && $0["uname"]?.lowercased() == state["uname"]?.lowercased() }
        if let known {
            (state["id"], state["uname"]) = (known.id, known["uname"])
            let isMember = state["remote_node"] == nil && known["type"] != "remote"
            if isMember, state["crmd"] == nil { state["crmd"] = "offline" }
        } else if state["remote_node"] != nil {
            state["uname"] = state.id  // Remote nodes are known by their names.
        }
    }

    private static func sections(_ state: XMLElement) -> [XMLElement] {
        var result: [XMLElement] = []
        if var lrm = state.child("lrm") {
            if var list = lrm.child("lrm_resources") {
                list.children = histories(list)
                lrm.children = [list]
            } else {
                lrm.children = []
            }
            result.append(lrm)
        }
        if let attributes = state.child("transient_attributes") { result.append(attributes) }
        return result
    }

    /// One history a resource, with something in it; an instance is known with or without its number, not both.
    private static func histories(_ list: XMLElement) -> [XMLElement] {
        var seen: Set<String> = []
        return list.children.compactMap {
            var history = $0
            guard history.name == "lrm_resource", let id = history.id, seen.insert(id).inserted,
                !seen.contains(String(id.prefix { $0 != ":" })) || !id.contains(":")
            else { return nil }
            history.children = records(history)
            return history.children.isEmpty ? nil : history
        }
    }

    /// One record an operation, by the id that the executor gives it. Operations in flight never end on paper: they are taken
    /// for not begun.
    private static func records(_ history: XMLElement) -> [XMLElement] {
        var seen: Set<String> = []
        return history.children.compactMap {
            var record = $0
            guard record.name == "lrm_rsc_op", record["op-status"] != "-1", isPossible(record),
                history["type"] != "remote" || isOfConnection(record),
                let id = id(of: record, in: history), seen.insert(id).inserted
            else { return nil }
            record["id"] = id
            if record["last-rc-change"].flatMap({ Int64($0) }) ?? 0 <= 0 { record["last-rc-change"] = longAgo(record) }
            record.children = []
            return record
        }
    }

    /// For records of versions that wrote no time: as they followed on each other, before everything else.
    private static func longAgo(_ record: XMLElement) -> String {
        String(1_000_000_000 + Int64(record["call-id"].flatMap { Int32($0) } ?? 0) % 100_000_000)
    }

    private static func isPossible(_ record: XMLElement) -> Bool {
        ["call-id", "rc-code", "op-status"].allSatisfy { (record[$0].flatMap { Int32($0) } ?? -1) >= 0 }
            && record["interval"].flatMap { UInt32($0) } != nil
    }

    /// No connection is ever promoted; looking for one and ending one do not fail.
    private static func isOfConnection(_ record: XMLElement) -> Bool {
        switch record["operation"] {
        case "monitor" where record["interval"] == "0": ["0", "7"].contains(record["rc-code"])
        case "stop": record["rc-code"] == "0"
        default: record["rc-code"] != "8"
        }
    }

    private static func id(of record: XMLElement, in history: XMLElement) -> String? {
        guard let operation = record["operation"], let resource = history.id, let interval = record["interval"] else {
            return nil
        }
        switch operation {
        case "notify": return record.id?.hasPrefix(resource + "_") == true ? record.id : nil
        case "migrate_to", "migrate_from": return "\(resource)_\(operation)_0"
        default: break
        }
        let (last, failure) = ("\(resource)_last_0", "\(resource)_last_failure_0")
        if hasFailed(record) { return interval == "0" && record.id == last ? last : failure }
        return interval == "0" ? last : "\(resource)_\(operation)_\(interval)"
    }

    private static func hasFailed(_ record: XMLElement) -> Bool {
        let fields = (record["transition-key"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        let expected = fields.count > 2 ? String(fields[2]) : "0"
        return record["op-status"] != "0" || record["rc-code"] != expected
    }

    // MARK: - Fail counts

    /// Whoever records a failure counts it.
    private static func countFailures(_ state: inout XMLElement, startIsFatal: Bool) {
        var counts: [(name: String, count: String, time: String)] = []
        for history in state.histories {
            for record in history.children where hasFailed(record) {
                let (operation, interval) = (record["operation"] ?? "", record["interval"] ?? "0")
                let count: String
                switch operation {
                case _ where interval != "0", "promote", "demote": count = "1"
                case "start": count = startIsFatal ? "INFINITY" : "1"
                case "stop": count = "INFINITY"
                default: continue  // Probes, notifications and migrations are not counted.
                }
                counts.append(
                    ("\(history.id ?? "")#\(operation)_\(interval)", count, record["last-rc-change"] ?? "0"))
            }
        }
        if counts.isEmpty { return }
        let id = state.id
        state.withChild("transient_attributes") { section in
            if section.id == nil { section["id"] = id }
            section.withChild("instance_attributes") { set in
                if set.id == nil { set["id"] = "status-\(id ?? "")" }
                for (name, count, time) in counts
                where !set.children.contains(where: { $0["name"] == "fail-count-\(name)" }) {
                    for (attribute, value) in [("fail-count-\(name)", count), ("last-failure-\(name)", time)] {
                        set.children.removeAll { $0["name"] == attribute }
                        set.children.append(
                            XMLElement("nvpair", ["id": "counted-\(attribute)", "name": attribute, "value": value]))
                    }
                }
            }
        }
    }
}
