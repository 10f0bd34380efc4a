internal import XMLTree

extension ConfigurationReview {
    mutating func reviewConstraints() {
        for constraint in configuration.child("constraints")?.children ?? [] {
            let id = constraint.id ?? ""
            if constraint.child("lifetime") != nil {
                warn(
                    "pcmk__unpack_constraints",
                    "Support for 'lifetime' attribute (in \(id)) is deprecated (the rules it contains should instead be direct "
                        + "descendents of the constraint object)", constraint)
            }
            switch constraint.name {
            case "rsc_location": reviewLocation(constraint, id)
            case "rsc_colocation": reviewColocation(constraint, id)
            case "rsc_order": reviewOrder(constraint, id)
            case "rsc_ticket": reviewTicket(constraint, id)
            default: break
            }
        }
    }

    /// Whether what a constraint names is a resource, a template or a tag; says so when it is not.
    private mutating func knows(_ name: String, _ constraint: XMLElement, _ origin: String) -> Bool {
        guard !index.isResource(name) else { return true }
        warn("find_constraint_tag", "No template or tag named '\(name)'", constraint, isFault: false)
        error(
            origin, "Ignoring constraint '\(constraint.id ?? "")' because '\(name)' is not a valid resource or tag",
            constraint)
        return false
    }

    private mutating func reviewSets(_ constraint: XMLElement, _ origin: String) {
        for set in constraint.children("resource_set") {
            let unknown = set.children("resource_ref").first { !index.isResource($0.id ?? "") }
            guard let name = unknown?.id else { continue }
            warn("find_constraint_tag", "No template or tag named '\(name)'", set, isFault: false)
            error(
                "pcmk__expand_tags_in_sets",
                "Ignoring resource sets for constraint '\(constraint.id ?? "")' because '\(name)' is not a valid resource or "
                    + "tag", set)
            error(origin, "\(set.id ?? ""): No resource found for \(name)", set)
            return
        }
    }

    private mutating func reviewLocation(_ constraint: XMLElement, _ id: String) {
        reviewSets(constraint, "unpack_location_set")
        if let name = constraint["rsc"], !knows(name, constraint, "unpack_location_tags") { return }
        if let pattern = constraint["rsc-pattern"], !Self.isBalanced(pattern) {
            error(
                "unpack_simple_location",
                "Ignoring constraint '\(id)' because rsc-pattern has invalid value '\(pattern)'", constraint)
        }
        let roles = ["stopped", "started", "promoted", "unpromoted", "master", "slave"]
        for rule in constraint.children("rule") {
            guard let role = rule["role"], !roles.contains(role.lowercased()) else { continue }
            error("text2role", "Unknown role: \(role)", rule)
            error("generate_location_rule", "Bad role specified for \(rule.id ?? ""): \(role)", rule)
        }
        let nodes = configuration.child("nodes")?.children("node") ?? []
        constraint.forEachDescendant { element in
            guard element.name == "date_expression" else { return }
            for text in ["start", "end"].compactMap({ element[$0] }) {
                guard let reason = DateCheck.refusal(of: text) else { continue }
                // They log it for every node, and go on.
                for _ in nodes { error("parse_date", reason, element, isFault: false) }
            }
        }
    }

    /// Whether brackets are closed: the usual reason why a pattern is none. The scheduler tries the pattern itself.
    private static func isBalanced(_ pattern: String) -> Bool {
        var depth = 0
        var isEscaped = false
        var inBrackets = false
        for character in pattern {
            defer { isEscaped = character == "\\" && !isEscaped }
            if isEscaped { continue }
            switch character {
            case "[": inBrackets = true
            case "]": inBrackets = false
            case "(" where !inBrackets: depth += 1
            case ")" where !inBrackets && depth > 0: depth -= 1
            default: break
            }
        }
        return depth == 0 && !inBrackets && pattern.last != "\\"
    }

    private mutating func reviewColocation(_ constraint: XMLElement, _ id: String) {
        reviewSets(constraint, "unpack_colocation_set")
        guard let dependent = constraint["rsc"], let primary = constraint["with-rsc"] else { return }
        guard knows(dependent, constraint, "unpack_colocation_tags"),
            knows(primary, constraint, "unpack_colocation_tags")
        else { return }
        let several: Set<String> = ["tag", "template"]
        if several.contains(index.elements[dependent] ?? ""), several.contains(index.elements[primary] ?? "") {
            error(
                "unpack_colocation_tags",
                "Ignoring constraint '\(id)' because two templates or tags cannot be colocated", constraint)
            return
        }
        if let influence = constraint["influence"],
            !["true", "on", "yes", "y", "1", "false", "off", "no", "n", "0"].contains(influence.lowercased())
        {
            error(
                "unpack_influence", "Constraint '\(id)' has invalid value for influence (using default)", constraint)
        }
    }

    private mutating func reviewOrder(_ constraint: XMLElement, _ id: String) {
        reviewSets(constraint, "unpack_order_set")
        if let first = constraint["first"], let then = constraint["then"] {
            guard knows(first, constraint, "unpack_order_tags"), knows(then, constraint, "unpack_order_tags") else {
                return
            }
        }
        if constraint["score"] != nil, constraint["kind"] == nil {
            warnOnce(
                "order-score", "get_ordering_type",
                "Support for 'score' in rsc_order is deprecated and will be removed in a future release (use 'kind' instead)",
                constraint)
        }
        if constraint["kind"]?.lowercased() == "serialize", ["true", "1"].contains(constraint["symmetrical"]) {
            // They look at it twice.
            for _ in 0..<2 {
                warn(
                    "get_ordering_symmetry",
                    "Ignoring symmetrical for '\(id)' because not valid with kind of 'Serialize'", constraint)
            }
        }
    }

    private mutating func reviewTicket(_ constraint: XMLElement, _ id: String) {
        reviewSets(constraint, "unpack_rsc_ticket_set")
        if let name = constraint["rsc"], !knows(name, constraint, "unpack_rsc_ticket_tags") { return }
        if constraint["loss-policy"]?.lowercased() == "fence", !isFencingEnabled {
            error(
                "rsc_ticket_new",
                "Resetting 'loss-policy' for ticket '\(constraint["ticket"] ?? "")' to 'stop' because fencing is not configured",
                constraint)
        }
    }
}
