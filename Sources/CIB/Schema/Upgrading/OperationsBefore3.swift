internal import XMLTree

/// The operations of a primitive or template on their way to pacemaker-3: what a start requires became a matter of the
/// resource, and what an operation was told among parameters became its meta attributes.
struct OperationsBefore3 {
    /// Sets to add to the resource.
    private(set) var resourceSets: [XMLElement] = []
    private(set) var warnings: [String] = []
    private(set) var removedSets: Set<String> = []
    private let resourceID: String
    /// What the resource itself sets at all times.
    private let resourceNames: Set<String>

    private static let metaNames: Set<String> = [
        "interval-origin", "start-delay", "enabled", "on-fail", "record-pending", "role", "timeout",
    ]

    init(_ resource: XMLElement) {
        resourceID = resource.id ?? ""
        resourceNames = Set(
            resource.children("meta_attributes").filter { $0.child("rule") == nil }
                .flatMap { $0.children.compactMap { $0["name"] } })
    }

    mutating func rewrite(_ operations: inout XMLElement) {
        moveRequirements(operations)
        for index in operations.children.indices where operations.children[index].name == "op" {
            rewriteOperation(&operations.children[index])
        }
    }

    // MARK: - What a start requires

    private mutating func moveRequirements(_ operations: XMLElement) {
        var attribute: (operation: String, value: String)?
        var sets: [XMLElement] = []
        for operation in operations.children("op") {
            let counts = ["start", "promote"].contains(operation["name"])
            if let value = operation["requires"] {
                if counts { attribute = (operation.id ?? "", value) } else { dropped(operation) }
            }
            for set in operation.children where set["id-ref"] == nil {
                let pairs = set.children("nvpair").filter { $0["name"] == "requires" }
                guard !pairs.isEmpty else { continue }
                guard counts else {
                    dropped(operation)
                    continue
                }
                var moved = set
                moved.name = "meta_attributes"
                moved["id"] = "_2TO3_" + (set.id ?? "")
                moved.children = set.children.filter { $0.name != "nvpair" } + pairs
                sets.append(moved)
            }
        }
        guard !resourceNames.contains("requires") else { return }
        if let attribute {
            let id = "_2TO3_\(attribute.operation)-meta-requires"
            let pair = XMLElement("nvpair", ["id": id, "name": "requires", "value": attribute.value])
            resourceSets.append(XMLElement("meta_attributes", ["id": "_2TO3_\(resourceID)-meta"], children: [pair]))
            return
        }
        // Of sets that always count, the last prevails.
        let last = sets.lastIndex { $0.child("rule") == nil }
        for (index, set) in sets.enumerated() where set.child("rule") != nil || index == last {
            resourceSets.append(set)
        }
    }

    private mutating func dropped(_ operation: XMLElement) {
        warnings.append("requires of \(operation.id ?? "") is dropped: only that of start and promote counts")
    }

    // MARK: - The operations themselves

    private mutating func rewriteOperation(_ operation: inout XMLElement) {
        operation["requires"] = nil
        var moved: [XMLElement] = []
        for index in operation.children.indices where operation.children[index]["id-ref"] == nil {
            operation.children[index].children.removeAll { $0.name == "nvpair" && $0["name"] == "requires" }
            guard operation.children[index].name == "instance_attributes" else { continue }
            let leaves = operation.children[index].children.filter {
                $0.name == "nvpair" && Self.metaNames.contains($0["name"] ?? "")
            }
            guard !leaves.isEmpty else { continue }
            operation.children[index].children.removeAll {
                $0.name == "nvpair" && Self.metaNames.contains($0["name"] ?? "")
            }
            for pair in leaves where !resourceNames.contains(pair["name"] ?? "") {
                moved.removeAll { $0["name"] == pair["name"] }
                moved.append(pair)
            }
        }
        operation.children.removeAll { set in
            guard set["id-ref"] == nil, !set.children.contains(where: { $0.name == "nvpair" }) else { return false }
            if let id = set.id { removedSets.insert(id) }
            return true
        }
        guard !moved.isEmpty else { return }
        if let index = operation.children.firstIndex(where: {
            $0.name == "meta_attributes" && $0["id-ref"] == nil && $0.child("rule") == nil
        }) {
            operation.children[index].children += moved
        } else {
            operation.children.append(
                XMLElement("meta_attributes", ["id": "_2TO3_\(operation.id ?? "")-meta"], children: moved))
        }
    }
}
