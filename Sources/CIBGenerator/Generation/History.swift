internal import ClusterTypes
internal import Scheduler
package import XMLTree

extension CIBGenerator {
    /// The document with the last of the results that have one id, as a cluster keeps them.
    package static func withoutRepeatedResults(_ element: XMLElement) -> XMLElement {
        var result = element
        if element.name == "lrm_resource" {
            var seen: Set<String> = []
            let last = element.children.reversed().filter { $0.id.map { seen.insert($0).inserted } ?? true }
            result.children = last.reversed()
        } else {
            result.children = element.children.map(withoutRepeatedResults)
        }
        return result
    }

    /// The recorded operations of one primitive on one node; none when its state there is not known.
    mutating func history(of primitive: Primitive, on node: String, isRemote: Bool) -> [XMLElement] {
        if isRemote, primitive.isFenceDevice || primitive.type == "remote" { return [] }
        var names = [primitive.id]
        if let clone = primitive.clone, clone.isUnique || chance(0.15) {
            names = (0..<max(1, min(3, clone.maximum))).map { "\(primitive.id):\($0)" }
        }
        return names.compactMap { history(of: primitive, named: $0, on: node) }
    }

    private mutating func history(of primitive: Primitive, named name: String, on node: String) -> XMLElement? {
        var callID = number(1...40)
        var entries: [XMLElement] = []
        func add(
            _ generator: inout CIBGenerator, _ operation: String, _ status: Int, interval: Int = 0,
            failed: Bool = false,
            pending: Bool = false
        ) {
            callID += 1
            entries.append(
                generator.entry(
                    primitive, name, operation, status, interval: interval, call: callID, node: node, failed: failed,
                    pending: pending))
        }
        let isPromotable = primitive.clone?.isPromotable == true
        let kind = random.below(100)
        let activeShare = primitive.clone == nil ? max(12, 70 / max(1, shape.nodes.count)) : 55
        if kind < 8 { return nil }
        if kind < 8 + activeShare {
            if chance(0.2) { add(&self, "monitor", 0) } else { add(&self, "start", 0) }
            let isPromoted = isPromotable && chance(0.4)
            if isPromoted { add(&self, "promote", 0) }
            for monitor in primitive.monitors where chance(0.9) {
                if monitor.role == "Stopped" || (monitor.role == "Promoted") != isPromoted && monitor.role != nil {
                    continue
                }
                add(&self, "monitor", isPromoted ? 8 : 0, interval: monitor.interval)
            }
            if chance(0.03) { add(&self, "monitor", 0, interval: 33_000) }
        } else if kind < 92 || !has(.failures) {
            add(&self, chance(0.8) ? "monitor" : "stop", entries.isEmpty && chance(0.9) ? 7 : 0)
            if entries[0]["operation"] == "stop" {
                entries[0] = entry(primitive, name, "stop", 0, call: callID, node: node)
            }
        } else {
            switch random.below(9) {
            case 0: add(&self, "start", 1, failed: true)
            case 1:
                add(&self, "start", 0)
                add(&self, "stop", 1, failed: true)
            case 2:
                add(&self, "start", 0)
                add(
                    &self, "monitor", pick([1, 7, 5, 9]), interval: primitive.monitors.first?.interval ?? 10_000,
                    failed: true)
            case 3: add(&self, "monitor", pick([1, 5, 2, 6]), failed: true)
            case 4: add(&self, pick(["start", "monitor"]), 193, pending: true)
            case 5:
                add(&self, "start", 0)
                add(&self, "stop", 193, pending: true)
            case 6 where isPromotable:
                add(&self, "start", 0)
                add(&self, pick(["promote", "demote"]), 1, failed: true)
            case 7 where isPromotable: add(&self, "monitor", 8)
            case 8 where primitive.mayMigrate && shape.nodes.count > 1:
                add(&self, "start", 0)
                add(&self, pick(["migrate_to", "migrate_from"]), pick([0, 1]))
            default: add(&self, "start", pick([5, 6, 2]), failed: true)
            }
        }
        return XMLElement(
            "lrm_resource",
            ["id": name, "type": primitive.type, "class": primitive.standard, "provider": primitive.provider],
            children: entries)
    }

    private mutating func entry(
        _ primitive: Primitive, _ name: String, _ operation: String, _ status: Int, interval: Int = 0, call: Int,
        node: String, failed: Bool = false, pending: Bool = false
    ) -> XMLElement {
        let key = "\(name)_\(operation)_\(interval)"
        let suffix = failed ? "last_failure_0" : interval > 0 ? "\(operation)_\(interval)" : "last_0"
        let expected = operation == "monitor" && interval == 0 ? 7 : operation == "monitor" && status == 8 ? 8 : 0
        let opStatus = pending ? -1 : failed ? 4 : 0
        let transition = "1:2:\(expected):aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
        let changed = Self.now - Int64(number(10...5000))
        var element = XMLElement(
            "lrm_rsc_op",
            [
                "id": "\(name)_\(suffix)", "operation_key": key, "operation": operation,
                "crm-debug-origin": "generated", "crm_feature_set": "3.16.1", "transition-key": transition,
                "transition-magic": "\(opStatus):\(status);\(transition)", "exit-reason": "", "on_node": node,
                "call-id": pending ? "-1" : String(call), "rc-code": String(status), "op-status": String(opStatus),
                "interval": String(interval), "last-rc-change": String(changed), "exec-time": "10", "queue-time": "0",
            ])
        if operation.hasPrefix("migrate") {
            let others = shape.nodes.filter { $0 != node }
            let other = others.isEmpty ? node : pick(others)
            element["migrate_source"] = operation == "migrate_to" ? node : other
            element["migrate_target"] = operation == "migrate_to" ? other : node
        }
        var parameters = primitive.parameters
        if has(.digests), chance(0.2) { parameters["state"] = "/elsewhere" }
        if interval > 0 {
            parameters["CRM_meta_timeout"] = "20000"
            parameters["CRM_meta_interval"] = String(interval)
        }
        element["op-digest"] = OperationDigest.of(attributes: parameters)
        if interval == 0, has(.digests), chance(0.3) {
            element["op-force-restart"] = " state "
            element["op-restart-digest"] = OperationDigest.of(
                attributes: primitive.parameters.filter { $0.key == "state" })
        }
        return element
    }
}
