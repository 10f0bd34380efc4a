internal import ClusterTypes
internal import XMLTree

extension CIBMutator {
    /// Moves what a primitive is into a template.
    mutating func makeTemplate(_ cib: inout XMLElement) {
        let plain = places(in: cib) { $0.name == "primitive" && $0["class"] == "ocf" && $0["type"] != "remote" }
        guard let path = pick(plain) else { return }
        let id = freshID("template")
        var template = XMLElement("template", ["id": id])
        edit(&cib, at: path) { primitive in
            for name in ["class", "provider", "type"] {
                template[name] = primitive[name]
                primitive[name] = nil
            }
            primitive["template"] = id
            template.children = primitive.children.filter { $0.name == "operations" }
            primitive.children.removeAll { $0.name == "operations" }
        }
        cib.withChild("configuration") { configuration in
            configuration.withChild("resources") { $0.children.insert(template, at: 0) }
        }
        guard let other = resourceIDs(cib).first else { return }
        switch random.below(3) {
        case 0:
            add(
                XMLElement(
                    "rsc_colocation",
                    ["id": freshID("template-colocation"), "rsc": id, "with-rsc": other, "score": pick(Self.scores)]),
                to: &cib)
        case 1: add(XMLElement("rsc_order", ["id": freshID("template-order"), "first": other, "then": id]), to: &cib)
        default: break
        }
    }

    /// A tag for some resources, and a constraint that names it.
    mutating func addTag(_ cib: inout XMLElement) {
        let ids = resourceIDs(cib)
        guard ids.count > 2 else { return }
        let id = freshID("tag")
        let members = ids.prefix(1 + random.below(2)).map { XMLElement("obj_ref", ["id": $0]) }
        cib.withChild("configuration") { configuration in
            configuration.withChild("tags") { $0.children.append(XMLElement("tag", ["id": id], children: members)) }
        }
        let other = ids[2]
        let isFirst = random.chance(0.5)
        if random.chance(0.5) {
            add(
                XMLElement(
                    "rsc_colocation",
                    [
                        "id": freshID("tag-colocation"), "rsc": isFirst ? id : other, "with-rsc": isFirst ? other : id,
                        "score": pick(Self.scores),
                    ]), to: &cib)
        } else {
            add(
                XMLElement(
                    "rsc_order",
                    ["id": freshID("tag-order"), "first": isFirst ? id : other, "then": isFirst ? other : id]),
                to: &cib)
        }
    }

    /// A resource is no longer configured, but still in the history.
    mutating func removeResource(_ cib: inout XMLElement) {
        let names: Set<String> = ["rsc", "with-rsc", "first", "then"]
        var referred: Set<String> = []
        func collect(_ element: XMLElement) {
            for attribute in element.attributes where names.contains(attribute.name) {
                referred.insert(attribute.value)
            }
            if ["resource_ref", "obj_ref"].contains(element.name), let id = element.id { referred.insert(id) }
            for child in element.children { collect(child) }
        }
        cib.child("configuration").map(collect)
        let candidates = places(in: cib) { ["primitive", "group", "clone"].contains($0.name) }.filter { path in
            var parent = ""
            var isFree = false
            edit(&cib, at: Array(path.dropLast())) { parent = $0.name }
            edit(&cib, at: path) { resource in
                var ids: [String] = []
                func gather(_ element: XMLElement) {
                    if let id = element.id { ids.append(id) }
                    element.children.forEach(gather)
                }
                gather(resource)
                isFree = referred.isDisjoint(with: ids)
            }
            return parent == "resources" && isFree
        }
        guard let path = pick(candidates), let last = path.last else { return }
        edit(&cib, at: Array(path.dropLast())) { $0.children.remove(at: last) }
    }

    /// What happened on one node is said to have happened on another too.
    mutating func copyHistory(_ cib: inout XMLElement) {
        guard let source = pick(places(in: cib) { $0.name == "lrm_resource" }),
            let target = pick(places(in: cib) { $0.name == "lrm_resources" }), Array(source.dropLast()) != target
        else { return }
        var copy = XMLElement("lrm_resource")
        edit(&cib, at: source) { copy = $0 }
        edit(&cib, at: target) { list in
            list.children.removeAll { $0.id == copy.id }
            list.children.append(copy)
        }
    }

    /// A migration that stopped half way: what each side says about it is drawn.
    mutating func interruptMigration(_ cib: inout XMLElement) {
        guard let source = pick(places(in: cib) { $0.name == "lrm_resource" && !$0.children.isEmpty }) else { return }
        let states = places(in: cib) { $0.name == "node_state" && $0.child("lrm") != nil }
        let own = states.first { source.starts(with: $0) }
        guard let own, let other = pick(states.filter { $0 != own }) else { return }
        var (resource, from, to) = (XMLElement("lrm_resource"), "", "")
        edit(&cib, at: own) { from = $0["uname"] ?? "" }
        edit(&cib, at: other) { to = $0["uname"] ?? "" }
        edit(&cib, at: source) { resource = $0 }
        let base = 100 + random.below(50)
        let there = [random.below(4), random.below(4)].map { [("-1", "193"), ("0", "0"), ("4", "1"), nil][$0] }
        func entry(_ operation: String, _ result: (String, String)?, _ call: Int) -> XMLElement? {
            guard let (status, code) = result, let id = resource.id else { return nil }
            let key = "9:9:0:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
            return XMLElement(
                "lrm_rsc_op",
                [
                    "id": "\(id)_last_0", "operation_key": "\(id)_\(operation)_0", "operation": operation,
                    "crm-debug-origin": "generated", "crm_feature_set": "3.16.1", "transition-key": key,
                    "transition-magic": "\(status):\(code);\(key)", "exit-reason": "",
                    "call-id": status == "-1" ? "-1" : String(call), "rc-code": code, "op-status": status,
                    "interval": "0",
                    "last-rc-change": String(CIBGenerator.now - 200), "migrate_source": from, "migrate_target": to,
                ])
        }
        func replace(_ list: inout XMLElement, with entry: XMLElement?) {
            guard let entry else { return }
            if !list.children.contains(where: { $0.id == resource.id }) {
                var fresh = resource
                fresh.children = []
                list.children.append(fresh)
            }
            for index in list.children.indices where list.children[index].id == resource.id {
                list.children[index].children.removeAll { $0.id == entry.id }
                list.children[index].children.append(entry)
            }
        }
        let (left, right) = (entry("migrate_to", there[0], base), entry("migrate_from", there[1], base + 1))
        edit(&cib, at: own) { $0.withChild("lrm") { $0.withChild("lrm_resources") { replace(&$0, with: left) } } }
        edit(&cib, at: other) { $0.withChild("lrm") { $0.withChild("lrm_resources") { replace(&$0, with: right) } } }
    }

    /// What a node has or a resource needs.
    mutating func changeUtilization(_ cib: inout XMLElement) {
        guard let path = pick(places(in: cib) { ["node", "primitive"].contains($0.name) && $0.id != nil }),
            let value = pick(["0", "1", "2", "8", "-1"])
        else { return }
        let label = freshID("utilization")
        edit(&cib, at: path) { owner in
            owner.withChild("utilization") { set in
                if set.id == nil { set["id"] = label }
                set.children.removeAll { $0["name"] == "cpu" }
                set.children.append(XMLElement("nvpair", ["id": label + "-cpu", "name": "cpu", "value": value]))
            }
        }
    }
}
