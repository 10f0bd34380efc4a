/// Why the node that the settings are read on could not be told.
package struct LocalNodeFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
}

extension ClusterSettings {
    /// Finds the node this machine is: by the name that the caller or the `lockstep` section gives, else by an address
    /// that is local, else by the host name.
    ///
    /// - Parameters:
    ///   - name: the argument of `--node`, if any.
    ///   - hostName: what gethostname(2) says; the part before the first dot counts as well.
    ///   - addresses: the machine's own addresses in text form, without prefix length.
    /// - Throws: when no node or more than one fits, naming what was looked for.
    package func localNode(
        named name: String?, hostName: String, addresses: [String]
    ) throws(LocalNodeFailure) -> ConfiguredNode {
        let known = nodes.map(\.name).joined(separator: ", ")
        if let wanted = name ?? lockstep.localNodeName {
            guard let node = node(named: wanted) else {
                throw LocalNodeFailure(description: "\(file): no node is named '\(wanted)'; the node list has \(known)")
            }
            return node
        }
        let local = Set(addresses)
        let byAddress = nodes.filter { $0.addresses.contains { local.contains($0.address) } }
        if let node = byAddress.first, byAddress.count == 1 { return node }
        let names: Set<String> = [hostName, String(hostName.prefix { $0 != "." })]
        let candidates = byAddress.isEmpty ? nodes : byAddress
        let byName = candidates.filter { node in
            names.contains(node.name) || node.addresses.contains { names.contains($0.address) }
        }
        if let node = byName.first, byName.count == 1 { return node }
        if byAddress.count > 1 {
            let several = byAddress.map(\.name).joined(separator: ", ")
            throw LocalNodeFailure(
                description:
                    "\(file): the addresses of \(several) are all local; say which node this is with --node NAME")
        }
        throw LocalNodeFailure(
            description:
                "\(file): this machine ('\(hostName)', \(addresses.joined(separator: ", "))) is none of the nodes "
                + "\(known); say which node this is with --node NAME, or correct ring0_addr or name")
    }
}
