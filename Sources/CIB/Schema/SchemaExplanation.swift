internal import XMLTree

/// Says in plain words what the schema's validator only hints at: which attribute or child is missing, which value is odd.
enum SchemaExplanation {
    /// A sentence about the most likely reason why the element breaks the schema; `nil` when none of the usual ones.
    static func explain(_ element: XMLElement) -> String? {
        for name in requiredAttributes[element.name] ?? [] where element[name] == nil {
            return "\(element.title) has no \(name)"
        }
        if element["class"] == "ocf", element["provider"] == nil, ["primitive", "template"].contains(element.name) {
            return "\(element.title) has no provider, which class=\"ocf\" needs"
        }
        for attribute in element.attributes {
            if let values = values[attribute.name], !values.contains(attribute.value),
                elementsWithValues[attribute.name]?.contains(element.name) ?? true
            {
                let list = values.joined(separator: ", ")
                return "\(element.title) has \(attribute.name)=\"\(attribute.value)\": expected \(list)"
            }
        }
        if let score = element["score"], element.name != "nvpair", Int(score) == nil, !infinities.contains(score) {
            return "\(element.title) has score=\"\(score)\": expected a whole number, INFINITY or -INFINITY"
        }
        if let inside = requiredChildren[element.name], element["id-ref"] == nil,
            !element.children.contains(where: { inside.contains($0.name) })
        {
            return "\(element.title) has no \(inside.joined(separator: " or ")) in it"
        }
        return nil
    }

    private static let requiredAttributes: [String: [String]] = [
        "cib": ["epoch", "num_updates", "admin_epoch"], "node": ["id", "uname"], "op": ["id", "name", "interval"],
        "group": ["id"], "clone": ["id"], "bundle": ["id"], "primitive": ["id"], "template": ["id", "class", "type"],
        "rsc_location": ["id"], "rsc_colocation": ["id"], "rsc_order": ["id"], "rsc_ticket": ["id", "ticket"],
        "expression": ["id", "attribute", "operation"], "date_expression": ["id", "operation"],
        "fencing-level": ["id", "index", "devices"], "alert": ["id", "path"], "recipient": ["id", "value"],
        "tag": ["id"], "obj_ref": ["id"], "resource_ref": ["id"], "acl_permission": ["id", "kind"], "docker": ["image"],
        "podman": ["image"],
    ]

    private static let requiredChildren: [String: [String]] = [
        "group": ["primitive"], "clone": ["primitive", "group"], "master": ["primitive", "group"],
        "resource_set": ["resource_ref"],
        "rule": ["expression", "date_expression", "rsc_expression", "op_expression", "rule"],
        "bundle": ["podman", "docker", "rkt"],
    ]

    private static let roles = ["Started", "Stopped", "Promoted", "Unpromoted", "Master", "Slave"]
    private static let actions = ["start", "stop", "promote", "demote"]
    private static let infinities = ["INFINITY", "+INFINITY", "-INFINITY"]

    private static let values: [String: [String]] = [
        "class": ["ocf", "systemd", "lsb", "service", "stonith", "upstart", "nagios", "heartbeat"],
        "on-fail": ["restart", "block", "demote", "fence", "ignore", "restart-container", "standby", "stop"],
        "kind": ["Mandatory", "Optional", "Serialize"], "boolean-op": ["and", "or"],
        "first-action": actions, "then-action": actions, "with-rsc-role": roles, "rsc-role": roles,
        "loss-policy": ["stop", "demote", "fence", "freeze"],
        "resource-discovery": ["always", "exclusive", "never"],
    ]

    /// Where the same attribute means something else in other elements.
    private static let elementsWithValues: [String: [String]] = [
        "class": ["primitive", "template"], "kind": ["rsc_order", "resource_set"],
    ]
}
