import ClusterTypes
import Scheduler
import XMLTree

// What a contribution is called.

extension ExplainedCluster {
    /// The parts of a resource's score on a node, equal ones joined.
    func terms(of resource: Int, on node: Int) -> [ScoreTerm] {
        var result: [ScoreTerm] = []
        for contribution in contributions(to: resource, on: node) {
            let term = ScoreTerm(
                amount: contribution.amount, text: text(of: contribution),
                constraint: constraint(of: contribution.cause),
                isForPromotion: contribution.isForPromotion)
            if result.contains(where: { $0.text == term.text && ($0.amount == term.amount || !isSum(term)) }) {
                continue
            }
            result.append(term)
        }
        return result
    }

    /// What others that are to be with (or apart from) a resource add to its score on a node.
    func dependentTerms(of resource: Int, on node: Int) -> [ScoreTerm] {
        contributions(to: resource, on: node).compactMap { contribution in
            guard case .dependent = contribution.cause else { return nil }
            return ScoreTerm(
                amount: contribution.amount, text: text(of: contribution),
                constraint: constraint(of: contribution.cause), isForPromotion: true)
        }
    }

    private func isSum(_ term: ScoreTerm) -> Bool { !term.amount.isInfinite && !term.amount.isMinusInfinite }

    /// The constraint's id in the configuration.
    func constraint(of cause: ScoreCause) -> String? {
        switch cause {
        case .location(let id): configuration[id]?.constraint.id
        case .colocation(let colocation), .dependent(let colocation, _, _): configuration[colocation.id]?.constraint.id
        case .symmetricCluster, .nodeScore, .nodeHealth, .stickiness, .failureThreshold, .failure, .ticket, .targetRole,
            .unmanaged, .removed, .utilization, .nodeUnavailable, .instanceLimit, .collectiveLimit, .wholeBanned,
            .shutdownLock,
            .exclusiveDiscovery, .remoteNode, .container, .promotionScore, .noPromotionScore, .multiplyActive:
            nil
        }
    }

    func text(of contribution: Ledger.Contribution) -> String {
        let (resource, node) = (contribution.resource, contribution.node)
        switch contribution.cause {
        case .symmetricCluster: return "symmetric cluster"
        case .nodeScore:
            return contribution.amount.isMinusInfinite ? "the node is down" : "the node's own score"
        case .location(let id): return locationText(id)
        case .nodeHealth: return "the node's health attributes"
        case .stickiness: return "it runs there (resource-stickiness)"
        case .colocation(let colocation): return colocationText(colocation, contribution.amount)
        case .dependent(let colocation, let source, _): return dependentText(colocation, source, contribution)
        case .failureThreshold: return thresholdText(resource, node)
        case .failure(let kind): return failureText(kind, resource, node)
        case .ticket(let name): return "ticket \(name) is not granted, or in standby"
        case .targetRole: return targetRoleText(resource)
        case .unmanaged: return "it is unmanaged and runs there"
        case .removed: return "it is not configured any more"
        case .utilization(let shortages): return utilizationText(shortages, resource, node)
        case .nodeUnavailable: return "the node cannot run anything now"
        case .instanceLimit: return "another instance is there already (clone-node-max)"
        case .collectiveLimit: return "there are as many instances as allowed (clone-max)"
        case .wholeBanned: return wholeText(resource, node)
        case .shutdownLock: return "it is reserved for the node that shut down with it (shutdown-lock)"
        case .exclusiveDiscovery: return "resource-discovery is exclusive to other nodes"
        case .remoteNode: return "it cannot run on a remote node"
        case .container: return "its place follows from its container"
        case .promotionScore: return "promotion score of the agent"
        case .noPromotionScore: return "no promotion score: not to be promoted by itself"
        case .multiplyActive: return "active on several nodes (multiple-active=stop_only)"
        }
    }

    private func locationText(_ id: String) -> String {
        guard let entry = configuration[id], let constraint = entry.constraint.id else {
            return "location constraint \(id)"
        }
        var text = "location constraint \(constraint)"
        if entry.rule != nil, id != constraint { text += ", rule \(id)" }
        if constraint.hasPrefix("cli-ban-") { text += " (left by a ban)" }
        if constraint.hasPrefix("cli-prefer-") { text += " (left by a move)" }
        return text
    }

    // MARK: - Colocation

    private func colocationText(_ colocation: ColocationCause, _ amount: Score) -> String {
        let other = name(colocation.primary)
        let primary = ledger.resources[colocation.primary]
        let place: String
        if primary.kind == .primitive {
            place = primary.assigned.map { ", which goes to \(nodeName($0))" } ?? ", which runs nowhere"
        } else if colocation.score.isInfinite, amount < .zero {
            let isPromoted = colocation.primaryRole == .promoted
            let names = hosts(of: colocation.primary, promotedOnly: isPromoted).map(nodeName)
            let verb = isPromoted ? "is promoted" : "runs"
            place =
                names.isEmpty
                ? ", which \(verb) nowhere"
                : ", which \(isPromoted ? "is promoted on" : "goes to") \(Reasoning.joined(names, limit: 4))"
        } else {
            place = ", which is there"
        }
        switch colocation.id {
        case "#group-members": return "goes with \(other), before it in the group\(place)"
        case "#resource-with-container": return "goes with its container \(other)\(place)"
        default: break
        }
        let relation =
            colocation.score.isInfinite
            ? "must be with \(other)\(place)"
            : colocation.score.isMinusInfinite
                ? "must not be with \(other)\(place)"
                : colocation.score > .zero ? "should be with \(other)\(place)" : "should not be with \(other)\(place)"
        return colocation.id.hasPrefix("#") ? relation : "\(relation) (colocation \(colocation.id))"
    }

    /// The nodes that a collection's parts go to and work on; for what is in a container the node that this is on.
    private func hosts(of resource: Int, promotedOnly: Bool) -> [Int] {
        var nodes: Set<Int> = []
        for leaf in leaves(of: resource) {
            let entry = ledger.resources[leaf]
            guard var node = entry.assigned, !entry.state.contains(.blocked),
                !promotedOnly || entry.nextRole == .promoted
            else { continue }
            if let container = ledger.nodes[node].host { node = ledger.resources[container].assigned ?? node }
            nodes.insert(node)
        }
        return ledger.nodeOrder.filter(nodes.contains)
    }

    private func dependentText(
        _ colocation: ColocationCause, _ source: Int, _ contribution: Ledger.Contribution
    ) -> String {
        let name = self.name(source)
        let via =
            colocation.id == "#group-members"
            ? "in the same group" : colocation.id.hasPrefix("#") ? "with it" : "colocation \(colocation.id)"
        let opinion: String
        if colocation.score < .zero {
            opinion =
                contribution.amount > .zero
                ? "kept apart from it, would rather not be there" : "kept apart from it, wants to be there"
        } else {
            opinion = contribution.amount > .zero ? "wants to be there" : "cannot or would rather not be there"
        }
        let causes = ownPreferences(
            source, contribution.node, isFor: (contribution.amount > .zero) == (colocation.score > .zero))
        let detail = causes.isEmpty ? "" : ": " + causes.joined(separator: ", ")
        return "\(name) \(opinion) (\(via)\(detail))"
    }

    /// What a resource's own opinion of a node comes from, in few words.
    private func ownPreferences(_ resource: Int, _ node: Int, isFor: Bool) -> [String] {
        var result: [String] = []
        for contribution in contributions(to: resource, on: node) where (contribution.amount > .zero) == isFor {
            let text: String
            switch contribution.cause {
            case .location(let id): text = configuration[id]?.constraint.id ?? id
            case .stickiness: text = "resource-stickiness"
            case .failureThreshold: text = "failures there"
            case .failure: text = "a failure there"
            case .nodeHealth: text = "node health"
            default: continue
            }
            if !result.contains(text) { result.append(text) }
        }
        return result
    }

    // MARK: - Failures

    private func thresholdText(_ resource: Int, _ node: Int) -> String {
        for member in failing(resource) {
            guard let count = history.failCount(of: name(member), on: nodeName(node)) else { continue }
            let owner = member == resource ? "it" : name(member)
            return "\(owner) failed there, fail count \(count) of migration-threshold "
                + "\(ledger.resources[member].threshold)"
        }
        return "failures there reached migration-threshold"
    }

    /// The resource, what is in it and (for instances) its fellows: whose failures ban it.
    private func failing(_ resource: Int) -> [Int] {
        leaves(of: resource) + (lineage(resource).last.map { leaves(of: $0) } ?? [])
    }

    private func failureText(_ kind: ScoreCause.Failure, _ resource: Int, _ node: Int) -> String {
        let failures = failing(resource).flatMap { history.failures(of: name($0), on: nodeName(node)) }
        let operation = failures.last { kind != .stop || $0.operation == "stop" }
        let what = operation.map { failure in
            (FailureHistory.isSame(failure.resource, name(resource)) ? "its " : "\(failure.resource)'s ") + failure.text
                + (failure.reason.map { ": \($0)" } ?? "")
        }
        switch kind {
        case .stop: return "\(what ?? "its stop failed") there"
        case .hardError: return "\(what ?? "an operation failed") there, and cannot succeed on that node"
        case .fatalError: return anywhere(resource) ?? "an operation failed in a way that no node can help"
        case .maskedProbe: return "\(what ?? "its probe failed") there"
        case .banned: return "\(what ?? "an operation failed") there (on-fail)"
        case .stopped: return (anywhere(resource) ?? "an operation failed") + " (on-fail=stop)"
        }
    }

    /// The latest failure of a resource on any node.
    private func anywhere(_ resource: Int) -> String? {
        for member in failing(resource) {
            if let failure = history.failures.last(where: { FailureHistory.isSame($0.resource, name(member)) }) {
                return "\(failure.resource)'s \(failure.text) on \(failure.node)"
            }
        }
        return nil
    }

    // MARK: - Others

    private func targetRoleText(_ resource: Int) -> String {
        for member in lineage(resource) {
            if let (value, owner) = metaAttribute("target-role", of: member), value.lowercased() == "stopped" {
                return "target-role=Stopped \(owner)"
            }
        }
        if let node = node(named: name(resource)), ledger.nodes[node].state.contains(.shutdown) {
            return "the node \(name(resource)), which it connects, shuts down"
        }
        return anywhere(resource).map { "it is to be stopped: \($0)" } ?? "it is to be stopped"
    }

    /// The value that the configuration gives a meta-attribute, ignoring rules, and whose it is (`of web`).
    func metaAttribute(_ name: String, of resource: Int) -> (value: String, owner: String)? {
        func value(in element: XMLElement?) -> String? {
            for set in element?.children("meta_attributes") ?? [] {
                for pair in set.children("nvpair") where pair["name"] == name { return pair["value"] }
            }
            return nil
        }
        let configuration = input.cib.child("configuration")
        let element = element(of: resource)
        if let own = value(in: element) { return (own, "of \(ledger.resources[resource].configurationID)") }
        if let template = element?["template"],
            let found = value(in: configuration?.child("resources")?.firstDescendant(id: template))
        {
            return (found, "of template \(template)")
        }
        return value(in: configuration?.child("rsc_defaults")).map { ($0, "in rsc_defaults") }
    }

    func element(of resource: Int) -> XMLElement? {
        input.cib.child("configuration")?.child("resources")?
            .firstDescendant(id: ledger.resources[resource].configurationID)
    }

    private func utilizationText(_ shortages: [ScoreCause.Shortage], _ resource: Int, _ node: Int) -> String {
        let details = shortages.map { shortage in
            "\(shortage.name): needs \(shortage.needed)\(shortage.isTogether ? " with what goes with it" : ""), "
                + "\(shortage.left) left"
        }
        let names = Set(shortages.map(\.name))
        let takers = ledger.resources.indices.filter { other in
            other != resource && ledger.resources[other].assigned == node
                && ledger.resources[other].utilization.contains { names.contains($0.key) && $0.value > 0 }
        }.map { name($0) }
        let taken =
            takers.isEmpty
            ? "" : "; taken by " + takers.prefix(3).joined(separator: ", ") + (takers.count > 3 ? " …" : "")
        return "not enough room (\(details.joined(separator: "; "))\(taken))"
    }

    /// Why the clone (or group, bundle) that an instance belongs to may not be there.
    private func wholeText(_ resource: Int, _ node: Int) -> String {
        guard let parent = ledger.resources[resource].parent else { return "it may not run there" }
        let causes = contributions(to: parent, on: node).filter { $0.amount < .zero && !$0.isForPromotion }
        guard let cause = causes.first(where: { $0.amount.isMinusInfinite }) ?? causes.first else {
            return "\(name(parent)) may not run there"
        }
        return text(of: cause)
    }
}
