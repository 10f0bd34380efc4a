import ClusterTypes
import RegularExpressions
import XMLTree

extension Scheduling {
    mutating func readLocation(_ original: XMLElement) {
        var element = original
        if let expanded = expandSets(original) { element = expanded }
        if element.child("resource_set") == nil, let id = element["rsc"] {
            if isTag(id) {
                let role = element["role"]
                guard let replaced = replaceByTagSet(&element, "rsc", always: false) else { return }
                if let position = replaced, let role {
                    element.children[position]["role"] = role
                    element["role"] = nil
                }
            } else if constraintResource(id) == nil {
                state.complain(
                    "Ignoring constraint \(element.id ?? "") because \(id) is not a resource, template or tag")
                return
            }
        }
        let sets = element.children("resource_set")
        for set in sets {
            for reference in set.children("resource_ref") {
                guard let resource = constraintResource(reference.id) else {
                    state.complain(
                        "Ignoring the rest of \(element.id ?? "") because \(reference.id ?? "") is no resource")
                    return
                }
                readLocation(element, resource, role: set["role"], score: set["score"], captures: [])
            }
        }
        if sets.isEmpty { readSimpleLocation(element) }
    }

    private mutating func readSimpleLocation(_ element: XMLElement) {
        if let id = element["rsc"], let resource = constraintResource(id) {
            readLocation(element, resource, role: nil, score: nil, captures: [])
        }
        guard var pattern = element["rsc-pattern"] else { return }
        let isInverted = pattern.hasPrefix("!")
        if isInverted { pattern.removeFirst() }
        guard let expression = PatternExpression(pattern) else {
            state.complain("Ignoring constraint \(element.id ?? "") because \(pattern) is no regular expression")
            return
        }
        for resource in state.topLevel {
            let captures = expression.captures(in: state.resources[resource].id)
            if !isInverted, let captures {
                readLocation(element, resource, role: nil, score: nil, captures: captures)
            } else if isInverted, captures == nil {
                readLocation(element, resource, role: nil, score: nil, captures: [])
            }
        }
    }

    private func locationRole(_ text: String?) -> Role? {
        guard let text else { return .unknown }
        switch TextValue.role(text) {
        case nil, .unknown: return nil
        case .started, .unpromoted: return .unknown
        case .stopped: return .stopped
        case .promoted: return .promoted
        }
    }

    private mutating func readLocation(
        _ element: XMLElement, _ resource: ResourceIndex, role: String?, score: String?, captures: [String]
    ) {
        let id = element.id ?? ""
        if let name = element["node"], let text = score ?? element["score"] {
            guard let node = state.node(named: name) else { return }
            guard let value = TextValue.score(text, health: state.options.health),
                let role = locationRole(role ?? element["role"])
            else {
                state.complain("Ignoring location constraint \(id) because of its score or role")
                return
            }
            addLocation(
                LocationConstraint(id: id, resource: resource, role: role, nodes: [(node, value)]),
                discovery: element["resource-discovery"])
        } else if let rule = element.child("rule") {
            readLocationRule(element, references.resolve(rule), resource, captures)
        }
    }

    private mutating func readLocationRule(
        _ element: XMLElement, _ rule: XMLElement, _ resource: ResourceIndex, _ captures: [String]
    ) {
        guard let ruleID = rule.id, let role = locationRole(rule["role"]) else {
            state.complain("Ignoring location constraint \(element.id ?? "") because of its rule")
            return
        }
        let attribute = rule["score-attribute"].map { expandCaptures($0, captures) }
        let fixed = TextValue.score(rule["score"], health: state.options.health)
        if attribute == nil, fixed == nil {
            state.complain("Ignoring location constraint rule \(ruleID) because it has no valid score")
            return
        }
        var location = LocationConstraint(id: ruleID, resource: resource, role: role)
        var evaluator = RuleEvaluator(clock: state.clock, references: references)
        var context = RuleContext()
        context.meta = state.resources[resource].meta
        context.captures = captures
        let target = state.resources[resource].meta["container-attribute-target"]
        for node in state.nodeOrder {
            context.nodeAttributes = state.nodes[node].attributes
            context.parameters = parameters(of: resource, on: node)
            guard evaluator.passes(rule, context) else { continue }
            var score = fixed ?? .zero
            if let attribute {
                guard let text = self.attribute(attribute, of: node, target: target), !text.isEmpty,
                    let value = TextValue.score(text, health: state.options.health)
                else { continue }
                score = value
            }
            location.nodes.insert((node, score), at: 0)
        }
        if let change = evaluator.nextChange { state.recheck(at: change) }
        addLocation(location, discovery: element["resource-discovery"])
    }

    mutating func addLocation(_ location: LocationConstraint, discovery: String?) {
        var location = location
        switch discovery?.lowercased() {
        case "never": location.probeMode = .never
        case "exclusive":
            location.probeMode = .exclusive
            state.resources[location.resource].flags.insert(.exclusiveProbes)
        default: location.probeMode = .always
        }
        state.resources[location.resource].locations.insert(constraints.locations.count, at: 0)
        constraints.locations.append(location)
    }

    // MARK: - Applying

    /// Applies all location constraints to the score matrix, the last read first.
    mutating func applyLocations() {
        for position in constraints.locations.indices.reversed() {
            apply(constraints.locations[position], to: constraints.locations[position].resource, counting: true)
        }
    }

    /// Applies one location; later members of a colocated group take the node but not the score.
    func isFilteredByRole(_ location: LocationConstraint, _ index: ResourceIndex) -> Bool {
        location.role != .unknown && location.role != state.resources[index].nextRole
    }

    private mutating func apply(_ location: LocationConstraint, to index: ResourceIndex, counting: Bool) {
        applyToRow(location, index, counting: counting)
        switch state.resources[index].variant {
        case .primitive: break
        case .group(let traits):
            for (position, member) in state.resources[index].children.enumerated() {
                apply(location, to: member, counting: counting && !(traits.isColocated && position > 0))
            }
        case .clone:
            for instance in state.resources[index].children { apply(location, to: instance, counting: counting) }
        case .bundle: applyToBundle(location, index, counting: counting)
        }
    }

    mutating func applyToRow(_ location: LocationConstraint, _ index: ResourceIndex, counting: Bool) {
        if isFilteredByRole(location, index) { return }
        for (node, score) in location.nodes {
            let added = counting ? score : .zero
            ledger?.record(
                index, node, added, location.id == "node-health" ? .nodeHealth : .location(location.id))
            if placement[index, node].isPresent {
                placement[index, node].score += added
            } else {
                placement[index, node] = NodeScore(
                    score: added, probeMode: state.nodes[node].probeMode, isPresent: true)
            }
            if placement[index, node].probeMode < location.probeMode {
                if location.probeMode == .exclusive { state.resources[index].flags.insert(.exclusiveProbes) }
                placement[index, node].probeMode = location.probeMode
            }
        }
    }

    /// Containers and addresses take all; what runs inside only what is about its roles.
    private mutating func applyToBundle(_ location: LocationConstraint, _ index: ResourceIndex, counting: Bool) {
        let traits = bundleTraits(index)
        for replica in traits.replicas {
            apply(location, to: replica.container, counting: counting)
            if let ip = replica.ip { apply(location, to: ip, counting: counting) }
        }
        if let child = traits.child, location.role >= .unpromoted {
            apply(location, to: child, counting: counting)
            if let position = constraints.locations.firstIndex(where: { $0.id == location.id }) {
                state.resources[child].locations.insert(position, at: 0)
            }
        }
    }
}
