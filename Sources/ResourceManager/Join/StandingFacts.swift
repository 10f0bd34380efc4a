import CIB
import ClusterTypes
import XMLTree

/// What the designated controller keeps true in the document whatever happens: the root's `have-quorum` and `dc-uuid`,
/// an entry of `nodes` for every configured node, and the properties that say which software runs the cluster.
struct StandingFacts {
    /// What `dc-version` says.
    static let version = "0.1.0-lockstep"

    var settings: ManagerSettings
    var isQuorate: Bool

    // The edits that are needed; none when all is as it should be.

    func rootCorrections(of document: CIBDocument) -> [CIBOperation] {
        let quorum = isQuorate ? "1" : "0"
        let controller = String(settings.node.rawValue)
        if document.root["have-quorum"] == quorum && document.root["dc-uuid"] == controller { return [] }
        return [.modify(XMLElement("cib", ["have-quorum": quorum, "dc-uuid": controller]))]
    }

    func nodeCorrections(of document: CIBDocument) -> [CIBOperation] {
        let known = document.section(.nodes)?.children ?? []
        return settings.nodes.compactMap { node in
            let id = String(node.id.rawValue)
            if let entry = known.first(where: { $0.id == id }) {
                if entry["uname"] == node.name { return nil }
                return .modify(XMLElement("node", ["id": id, "uname": node.name]), in: .section(.nodes))
            }
            return .create(XMLElement("node", ["id": id, "uname": node.name]), in: .section(.nodes))
        }
    }

    func propertyCorrections(of document: CIBDocument) -> [CIBOperation] {
        let set = document.section(.clusterOptions)?.children.first { $0.id == "cib-bootstrap-options" }
        var wanted = [
            ("have-watchdog", "false"), ("dc-version", Self.version), ("cluster-infrastructure", "corosync"),
        ]
        if let name = settings.clusterName, value(of: "cluster-name", in: set) == nil {
            wanted.append(("cluster-name", name))
        }
        let missing = wanted.filter { name, value in self.value(of: name, in: set) != value }
        if missing.isEmpty { return [] }
        let pairs = missing.map { name, value in
            XMLElement("nvpair", ["id": "cib-bootstrap-options-\(name)", "name": name, "value": value])
        }
        let properties = XMLElement("cluster_property_set", ["id": "cib-bootstrap-options"], children: pairs)
        return [.modify(properties, in: .section(.clusterOptions), allowsCreation: true)]
    }

    private func value(of name: String, in set: XMLElement?) -> String? {
        set?.children.first { $0["name"] == name }?["value"]
    }
}
