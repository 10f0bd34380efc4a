import ClusterTypes
import XMLTree

extension Scheduling {
    mutating func readTicketConstraint(_ original: XMLElement) {
        var element = original
        let id = original.id ?? ""
        guard let name = element["ticket"] else {
            state.complain("Ignoring constraint \(id) without ticket")
            return
        }
        if state.tickets[name] == nil { state.tickets[name] = Ticket(id: name) }
        if let expanded = expandSets(original) { element = expanded }
        if element.child("resource_set") == nil, isTag(element["rsc"]) {
            guard let replaced = replaceByTagSet(&element, "rsc", always: false) else { return }
            if let position = replaced, let role = element["rsc-role"] {
                element.children[position]["role"] = role
                element["rsc-role"] = nil
            }
        }
        let sets = element.children("resource_set")
        for child in sets {
            let set = references.resolve(child)
            for reference in set.children("resource_ref") {
                guard let resource = constraintResource(reference.id) else {
                    state.complain("Ignoring the rest of \(id) because \(reference.id ?? "") is no resource")
                    return
                }
                addTicket(name, resource, set["role"], element["loss-policy"])
            }
        }
        if sets.isEmpty {
            guard let resource = constraintResource(element["rsc"]) else {
                state.complain("Ignoring constraint \(id) because \(element["rsc"] ?? "its resource") does not exist")
                return
            }
            addTicket(name, resource, element["rsc-role"], element["loss-policy"])
        }
    }

    private mutating func addTicket(
        _ ticket: String, _ resource: ResourceIndex, _ roleText: String?, _ policyText: String?
    ) {
        guard let role = constraintRole(roleText) else { return }
        let policy: TicketLossPolicy
        switch policyText?.lowercased() {
        case "fence": policy = state.options.isFencingEnabled ? .fence : .stop
        case "freeze": policy = .freeze
        case "demote": policy = .demote
        case "stop": policy = .stop
        default: policy = role == .promoted ? .demote : .stop
        }
        let constraint = TicketConstraint(ticket: ticket, role: role, policy: policy)
        state.resources[resource].tickets.append(constraint)
        applyTicket(constraint, to: resource)
    }

    private mutating func applyTicket(_ constraint: TicketConstraint, to resource: ResourceIndex) {
        guard let ticket = state.tickets[constraint.ticket], !ticket.isGranted || ticket.isStandby else { return }
        guard state.resources[resource].children.isEmpty else {
            for child in state.resources[resource].children { applyTicket(constraint, to: child) }
            return
        }
        if !ticket.isGranted, !state.resources[resource].activeNodes.isEmpty {
            loseTicket(constraint, resource)
        } else if constraint.role != .promoted || constraint.policy == .stop {
            addScore(
                resource, on: nil, .minusInfinity, because: .ticket(ticket.id))
        }
    }

    private mutating func loseTicket(_ constraint: TicketConstraint, _ resource: ResourceIndex) {
        let matches = constraint.role == .unknown || constraint.role == state.resources[resource].currentRole
        switch constraint.policy {
        case .stop: addScore(resource, on: nil, .minusInfinity, because: .ticket(constraint.ticket))
        case .demote:
            if constraint.role != .promoted {
                addScore(resource, on: nil, .minusInfinity, because: .ticket(constraint.ticket))
            }
        case .fence:
            guard matches else { return }
            addScore(resource, on: nil, .minusInfinity, because: .ticket(constraint.ticket))
            for node in state.resources[resource].activeNodes { fence(node, because: "deadman ticket was lost") }
        case .freeze:
            guard matches else { return }
            state.resources[resource].flags.remove(.managed)
            state.resources[resource].flags.insert(.blocked)
        }
    }

    /// Keeps a promotable clone unpromoted while a ticket for the promoted role is missing.
    mutating func requirePromotionTickets(_ clone: ResourceIndex) {
        for constraint in state.resources[clone].tickets where constraint.role == .promoted {
            guard let ticket = state.tickets[constraint.ticket], !ticket.isGranted || ticket.isStandby else { continue }
            let mark = ledger?.mark
            addScore(clone, on: nil, .minusInfinity, because: .ticket(ticket.id))
            if let mark { ledger?.countForPromotion(since: mark) }
        }
    }
}
