import ClusterTypes
import Scheduler
import XMLTree

/// A small cluster drawn from a seed: nodes, primitives, groups, clones, constraints, failures, what runs where.
struct GeneratedCluster {
    let input: SchedulerInput
    private(set) var resources: [String] = []
    private(set) var constraints: [String] = []

    private static let noParameters = OperationDigest.of(attributes: [:])

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let nodes = (1...(2 + generator.below(4))).map { "n\($0)" }
        var builder = Builder(nodes: nodes, generator: generator)
        builder.draw()
        resources = builder.topLevel
        constraints = builder.constraints.compactMap(\.id)
        input = SchedulerInput(cib: builder.cib, now: WallTime(seconds: 1_700_000_000))
    }

    private struct Builder {
        let nodes: [String]
        var generator: SeededGenerator
        var topLevel: [String] = []
        var elements: [XMLElement] = []
        var constraints: [XMLElement] = []
        /// The names of histories of each primitive, and whether it may run on several nodes.
        var primitives: [(name: String, isCloned: Bool)] = []
        var options: [(String, String)] = [("stonith-enabled", "false")]

        mutating func draw() {
            if generator.chance(0.2) { options.append(("symmetric-cluster", "false")) }
            if generator.chance(0.25) {
                options.append(("placement-strategy", ["utilization", "balanced", "minimal"][generator.below(3)]))
            }
            if generator.chance(0.05) { options.append(("maintenance-mode", "true")) }
            for number in 1...(2 + generator.below(5)) { drawResource(number) }
            for number in 1...(2 + generator.below(7)) { drawConstraint(number) }
        }

        private mutating func primitive(_ name: String, isCloned: Bool) -> XMLElement {
            primitives.append((name, isCloned))
            var element = XMLElement(
                "primitive", ["id": name, "class": "ocf", "provider": "lockstep", "type": "Dummy"])
            var meta: [(String, String)] = []
            if generator.chance(0.5) {
                meta.append(("resource-stickiness", "\([0, 1, 100, 1000][generator.below(4)])"))
            }
            if generator.chance(0.3) { meta.append(("migration-threshold", "\(1 + generator.below(3))")) }
            if generator.chance(0.08) { meta.append(("target-role", "Stopped")) }
            if generator.chance(0.06) { meta.append(("is-managed", "false")) }
            if generator.chance(0.2) { meta.append(("priority", "\(generator.below(20))")) }
            if generator.chance(0.2) { meta.append(("allow-migrate", "true")) }
            if !meta.isEmpty { element.children.append(pairs("meta_attributes", "\(name)-meta", meta)) }
            if generator.chance(0.4) {
                element.children.append(pairs("utilization", "\(name)-use", [("cpu", "\(1 + generator.below(4))")]))
            }
            return element
        }

        private func pairs(_ kind: String, _ id: String, _ values: [(String, String)]) -> XMLElement {
            XMLElement(
                kind, ["id": id],
                children: values.map { XMLElement("nvpair", ["id": "\(id)-\($0.0)", "name": $0.0, "value": $0.1]) })
        }

        private mutating func drawResource(_ number: Int) {
            let name = "r\(number)"
            topLevel.append(name)
            switch generator.below(10) {
            case 0, 1:
                let members = (1...(2 + generator.below(2))).map { primitive("\(name)m\($0)", isCloned: false) }
                elements.append(XMLElement("group", ["id": name], children: members))
            case 2:
                elements.append(
                    XMLElement("clone", ["id": name], children: [primitive("\(name)c", isCloned: true)]))
            default: elements.append(primitive(name, isCloned: false))
            }
        }

        private mutating func score() -> String {
            ["INFINITY", "-INFINITY", "-INFINITY", "1", "50", "100", "500", "-50", "-500"][generator.below(9)]
        }

        private mutating func drawConstraint(_ number: Int) {
            let id = "c\(number)"
            let first = topLevel[generator.below(topLevel.count)]
            let second = topLevel[generator.below(topLevel.count)]
            switch generator.below(10) {
            case 0, 1, 2, 3, 4:
                constraints.append(
                    XMLElement(
                        "rsc_location",
                        ["id": id, "rsc": first, "node": nodes[generator.below(nodes.count)], "score": score()]))
            case 5, 6,
                7 where first != second:
                constraints.append(
                    XMLElement("rsc_colocation", ["id": id, "rsc": first, "with-rsc": second, "score": score()]))
            case 8,
                9 where first != second:
                constraints.append(XMLElement("rsc_order", ["id": id, "first": first, "then": second]))
            default: break
            }
        }

        // MARK: - The document

        var cib: XMLElement {
            var copy = self
            return copy.build()
        }

        private mutating func build() -> XMLElement {
            let nodeElements = nodes.enumerated().map { number, name -> XMLElement in
                var node = XMLElement("node", ["id": "\(number + 1)", "uname": name])
                if generator.chance(0.1) {
                    node.children.append(pairs("instance_attributes", "\(name)-attributes", [("standby", "on")]))
                }
                node.children.append(pairs("utilization", "\(name)-capacity", [("cpu", "\(3 + generator.below(8))")]))
                return node
            }
            let configuration = XMLElement(
                "configuration",
                children: [
                    XMLElement(
                        "crm_config", children: [pairs("cluster_property_set", "cib-bootstrap-options", options)]),
                    XMLElement("nodes", children: nodeElements), XMLElement("resources", children: elements),
                    XMLElement("constraints", children: constraints),
                ])
            return XMLElement(
                "cib", ["validate-with": "pacemaker-3.9", "have-quorum": "1", "dc-uuid": "1"],
                children: [configuration, XMLElement("status", children: states())])
        }

        private mutating func states() -> [XMLElement] {
            var places: [String: Set<Int>] = [:]
            for primitive in primitives {
                let running = primitive.isCloned ? Set(nodes.indices.filter { _ in generator.chance(0.6) }) : []
                places[primitive.name] =
                    primitive.isCloned
                    ? running : generator.chance(0.7) ? [generator.below(nodes.count)] : []
            }
            var result: [XMLElement] = []
            for (number, name) in nodes.enumerated() {
                let isOnline = number == 0 || generator.chance(0.92)
                var state = XMLElement(
                    "node_state",
                    [
                        "id": "\(number + 1)", "uname": name, "in_ccm": isOnline ? "true" : "false",
                        "crmd": isOnline ? "online" : "offline", "join": isOnline ? "member" : "down",
                        "expected": isOnline ? "member" : "down",
                    ])
                if isOnline { state.children = nodeDetails(number, name, places) }
                result.append(state)
            }
            return result
        }

        private mutating func nodeDetails(_ number: Int, _ node: String, _ places: [String: Set<Int>]) -> [XMLElement] {
            var attributes: [(String, String)] = []
            var entries: [XMLElement] = []
            for (name, _) in primitives {
                let isActive = places[name]?.contains(number) ?? false
                var operations = [operation(name, isActive ? "start" : "monitor", rc: isActive ? 0 : 7, call: 1)]
                if isActive, generator.chance(0.1) {
                    operations.append(operation(name, "monitor", rc: 1, call: 2, interval: 10_000))
                    attributes.append(("fail-count-\(name)#monitor_10000", "\(1 + generator.below(3))"))
                    attributes.append(("last-failure-\(name)#monitor_10000", "1699999000"))
                }
                entries.append(
                    XMLElement(
                        "lrm_resource", ["id": name, "type": "Dummy", "class": "ocf", "provider": "lockstep"],
                        children: operations))
            }
            return [
                XMLElement("lrm", ["id": "\(number + 1)"], children: [XMLElement("lrm_resources", children: entries)]),
                XMLElement(
                    "transient_attributes", ["id": "\(number + 1)"],
                    children: [pairs("instance_attributes", "status-\(node)", attributes)]),
            ]
        }

        private func operation(_ name: String, _ task: String, rc: Int, call: Int, interval: Int = 0) -> XMLElement {
            let target = task == "monitor" && interval == 0 ? 7 : 0
            return XMLElement(
                "lrm_rsc_op",
                [
                    "id": "\(name)_\(task)_\(interval)", "operation_key": "\(name)_\(task)_\(interval)",
                    "operation": task, "interval": "\(interval)", "call-id": "\(call)", "rc-code": "\(rc)",
                    "op-status": rc == target ? "0" : "4", "crm_feature_set": "3.16.2",
                    "transition-key": "\(call):1:\(target):00000000-0000-0000-0000-000000000000",
                    "transition-magic": "0:\(rc);\(call):1:\(target):00000000-0000-0000-0000-000000000000",
                    "op-digest": GeneratedCluster.noParameters, "last-rc-change": "1699999000", "exec-time": "1",
                    "queue-time": "0",
                ])
        }
    }
}
