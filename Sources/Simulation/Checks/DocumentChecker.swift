internal import CIB
internal import ClusterTypes
internal import XMLTree

/// Watches that acknowledged configuration changes stay, and that all replicas end up equal.
struct DocumentChecker {
    private var acknowledged: [(id: String, at: Instant)] = []

    mutating func changeAcknowledged(_ id: String, at time: Instant) { acknowledged.append((id, time)) }

    var acknowledgedCount: Int { acknowledged.count }

    func violations(_ documents: [(node: NodeID, document: CIBDocument)], at time: Instant) -> [Violation] {
        var found: [Violation] = []
        guard let first = documents.first else { return [] }
        for (node, document) in documents.dropFirst() where document != first.document {
            found.append(
                .init(
                    .equalReplicas, at: time,
                    "node \(first.node) has version \(first.document.version), node \(node) has "
                        + "\(document.version)\(document.version == first.document.version ? " with other content" : "")"
                ))
        }
        for (node, document) in documents {
            var present: Set<String> = []
            document.configuration.collectIDs(into: &present)
            for change in acknowledged where !present.contains(change.id) {
                found.append(
                    .init(
                        .durability, at: time,
                        "\(change.id), acknowledged at \(change.at) ms, is not in the document of node \(node)"))
            }
        }
        return found
    }
}

extension XMLElement {
    fileprivate func collectIDs(into ids: inout Set<String>) {
        if let id { ids.insert(id) }
        for child in children { child.collectIDs(into: &ids) }
    }
}
