internal import ClusterTypes

extension SettingsReader {
    mutating func readNodes(_ nodelist: ConfigurationSection) -> [ConfiguredNode] {
        var reader = SectionReader(nodelist, file: file)
        problems += reader.finish(subsections: ["node"])
        let sections = nodelist.sections(named: "node")
        if sections.isEmpty {
            report(.error, nodelist.line, "expected at least one 'node { … }' in section 'nodelist', found none")
        }
        if sections.count > ConfiguredNode.countLimit {
            report(
                .error, nodelist.line, "a cluster has \(ConfiguredNode.countLimit) nodes at most, not \(sections.count)"
            )
            return []
        }
        return sections.compactMap { readNode($0) }.sorted { $0.id < $1.id }
    }

    private mutating func readNode(_ section: ConfigurationSection) -> ConfiguredNode? {
        var reader = SectionReader(section, file: file)
        var addresses: [ConfiguredNode.LinkAddress] = []
        for link in 0..<LinkSettings.countLimit {
            guard let address = reader.text("ring\(link)_addr") else { continue }
            if address.isEmpty || address.contains(where: \.isWhitespace) {
                reader.report(
                    .error, at: reader.line(of: "ring\(link)_addr"),
                    "ring\(link)_addr must be an address or a host name, not '\(address)'")
            } else {
                addresses.append(.init(link: link, address: address))
            }
        }
        let hasID = reader.text("nodeid") != nil
        let id = reader.integer("nodeid", in: 1...Int(UInt32.max)).flatMap { UInt32(exactly: $0) }
        let name = reader.text("name")
        let votes = reader.integer("quorum_votes", in: 0...1000) ?? 1
        if !hasID { reader.report(.error, at: section.line, "expected 'nodeid: NUMBER' in this node, found none") }
        if addresses.isEmpty {
            reader.report(.error, at: section.line, "expected 'ring0_addr: ADDRESS' in this node, found none")
        }
        problems += reader.finish()
        guard let id, let first = addresses.first else { return nil }
        return ConfiguredNode(
            id: NodeID(id), name: name ?? first.address, addresses: addresses, votes: votes, line: section.line)
    }

    /// Ids, names and addresses must tell the nodes apart, and all nodes must have the same links.
    mutating func checkNodes(_ settings: ClusterSettings) {
        var ids: [NodeID: Int] = [:]
        var names: [String: Int] = [:]
        var endpoints: [String: Int] = [:]
        for node in settings.nodes.sorted(by: { $0.line < $1.line }) {
            if let earlier = ids.updateValue(node.line, forKey: node.id) {
                report(.error, node.line, "nodeid \(node.id) is already taken by the node at line \(earlier)")
            }
            if let earlier = names.updateValue(node.line, forKey: node.name) {
                report(.error, node.line, "the name '\(node.name)' is already taken by the node at line \(earlier)")
            }
            for address in node.addresses {
                let port = settings.links.first { $0.number == address.link }?.port ?? 0
                if let earlier = endpoints.updateValue(node.line, forKey: "\(address.address)|\(port)") {
                    report(
                        .error, node.line,
                        "ring\(address.link)_addr \(address.address) is already used at the same port "
                            + "by the node at line \(earlier)")
                }
            }
        }
        guard let first = settings.nodes.min(by: { $0.line < $1.line }) else { return }
        for node in settings.nodes where node.addresses.map(\.link) != first.addresses.map(\.link) {
            report(
                .error, node.line,
                "node '\(node.name)' must have an address on the same links as '\(first.name)': "
                    + first.addresses.map { "ring\($0.link)_addr" }.joined(separator: ", "))
        }
    }
}
