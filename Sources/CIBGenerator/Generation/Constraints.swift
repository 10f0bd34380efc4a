internal import ClusterTypes
internal import XMLTree

extension CIBGenerator {
    mutating func constraints() -> XMLElement {
        var section = XMLElement("constraints")
        if shape.targets.isEmpty { return section }
        if has(.locations) { for _ in 1...number(1...4) { section.children.append(location()) } }
        if has(.colocations) { for _ in 1...number(1...3) { section.children += colocation() } }
        if has(.orders) { for _ in 1...number(1...3) { section.children += order() } }
        if has(.colocationSets) { section.children.append(colocationSets()) }
        if has(.orderSets) { section.children.append(orderSets()) }
        if has(.tickets) {
            for _ in 1...number(1...2) {
                let target = pick(shape.targets)
                section.children.append(
                    XMLElement(
                        "rsc_ticket",
                        [
                            "id": freshID("ticket"), "rsc": target.id, "ticket": pick(["ticketA", "ticketB"]),
                            "rsc-role": target.kind == .promotable && chance(0.5) ? "Promoted" : nil,
                            "loss-policy": chance(0.7) ? pick(["stop", "demote", "fence", "freeze"]) : nil,
                        ]))
            }
        }
        return section
    }

    private mutating func location() -> XMLElement {
        let target = pick(shape.targets)
        var element = XMLElement("rsc_location", ["id": freshID("location")])
        if chance(0.06) {
            element["rsc-pattern"] = pick(["^rsc", "[ab]$", "clone(.*)"])
        } else if chance(0.05) {
            element.children = [set([pick(shape.targets).id, target.id])]
        } else {
            element["rsc"] = target.id
        }
        if chance(0.05) { element["resource-discovery"] = pick(["always", "never", "exclusive"]) }
        if has(.locationRules), chance(0.6) {
            element.children.append(rule(target))
            return element
        }
        element["node"] = pick(shape.nodes + shape.remotes)
        element["score"] = score()
        if target.kind == .promotable, chance(0.3) { element["role"] = pick(["Promoted", "Unpromoted", "Started"]) }
        return element
    }

    private mutating func rule(_ target: Target) -> XMLElement {
        var rule = XMLElement("rule", ["id": freshID("rule")])
        if chance(0.85) { rule["score"] = score() } else { rule["score-attribute"] = pick(["size", "missing"]) }
        if target.kind == .promotable, chance(0.4) { rule["role"] = "Promoted" }
        if chance(0.3) { rule["boolean-op"] = pick(["and", "or"]) }
        for _ in 1...number(1...2) {
            let attribute = pick(["site", "size", "#uname", "missing", "#kind"])
            let operation = pick(["eq", "ne", "lt", "gt", "lte", "gte", "defined", "not_defined"])
            let value = attribute == "#uname" ? pick(shape.nodes) : pick(["a", "b", "2", "10"])
            let isUnary = operation.hasSuffix("defined")
            rule.children.append(
                XMLElement(
                    "expression",
                    [
                        "id": freshID("expression"), "attribute": attribute, "operation": operation,
                        "value": isUnary ? nil : value,
                        "type": isUnary || chance(0.7) ? nil : pick(["string", "number", "integer", "version"]),
                    ]))
        }
        if chance(0.15) {
            rule.children.append(
                XMLElement(
                    "date_expression",
                    [
                        "id": freshID("date"), "operation": pick(["lt", "gt"]),
                    ]))
            let last = rule.children.count - 1
            rule.children[last][rule.children[last]["operation"] == "lt" ? "end" : "start"] = pick(
                ["2026-01-01", "2027-03-01 12:00:00Z"])
        }
        return rule
    }

    // MARK: - Colocation

    private mutating func twoTargets() -> (Target, Target)? {
        let first = pick(shape.targets)
        let second = pick(shape.targets)
        return first.id == second.id ? nil : (first, second)
    }

    private mutating func colocation() -> [XMLElement] {
        guard let (first, second) = twoTargets() else { return [] }
        var element = XMLElement(
            "rsc_colocation",
            ["id": freshID("colocation"), "rsc": first.id, "with-rsc": second.id, "score": score()])
        if first.kind == .promotable, chance(0.4) { element["rsc-role"] = role() }
        if second.kind == .promotable || second.kind == .bundle, chance(0.5) { element["with-rsc-role"] = role() }
        if has(.attributes), chance(0.25) { element["node-attribute"] = "site" }
        if chance(0.08) { element["influence"] = pick(["true", "false"]) }
        return [element]
    }

    private mutating func role() -> String { pick(["Promoted", "Promoted", "Unpromoted", "Started"]) }

    private mutating func members() -> [String] {
        let count = number(1...3)
        return Array(random.shuffled(shape.targets.map(\.id)).prefix(count))
    }

    private mutating func set(_ members: [String]) -> XMLElement {
        XMLElement(
            "resource_set", ["id": freshID("set")],
            children: Array(Set(members)).sorted().map { XMLElement("resource_ref", ["id": $0]) })
    }

    private mutating func orderedSet(_ members: [String]) -> XMLElement {
        var element = XMLElement(
            "resource_set", ["id": freshID("set")], children: members.map { XMLElement("resource_ref", ["id": $0]) })
        if chance(0.4) { element["sequential"] = pick(["true", "false"]) }
        return element
    }

    private mutating func colocationSets() -> XMLElement {
        var element = XMLElement("rsc_colocation", ["id": freshID("colocation"), "score": score()])
        for _ in 1...number(1...2) {
            var set = orderedSet(members())
            if chance(0.15) { set["role"] = role() }
            element.children.append(set)
        }
        return element
    }

    // MARK: - Ordering

    private mutating func order() -> [XMLElement] {
        guard let (first, second) = twoTargets() else { return [] }
        var element = XMLElement("rsc_order", ["id": freshID("order"), "first": first.id, "then": second.id])
        if chance(0.7) { element["kind"] = pick(["Mandatory", "Mandatory", "Optional", "Serialize"]) }
        if chance(0.1), element["kind"] == nil { element["score"] = pick(["0", "INFINITY"]) }
        if chance(0.25) { element["first-action"] = pick(actions(first)) }
        if chance(0.25) { element["then-action"] = pick(actions(second)) }
        if chance(0.2), element["kind"] != "Serialize" { element["symmetrical"] = pick(["true", "false"]) }
        if chance(0.05) { element["require-all"] = "false" }
        return [element]
    }

    private func actions(_ target: Target) -> [String] {
        target.kind == .promotable || target.kind == .bundle
            ? ["start", "promote", "promote", "demote", "stop"] : ["start", "stop"]
    }

    private mutating func orderSets() -> XMLElement {
        var element = XMLElement("rsc_order", ["id": freshID("order")])
        if chance(0.7) { element["kind"] = pick(["Mandatory", "Optional", "Serialize"]) }
        for _ in 1...number(1...2) {
            var set = orderedSet(members())
            if chance(0.15), set["sequential"] == "false" { set["require-all"] = "false" }
            if chance(0.1) { set["action"] = pick(["start", "stop"]) }
            element.children.append(set)
        }
        return element
    }
}
