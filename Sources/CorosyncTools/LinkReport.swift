internal import ClusterConfiguration
internal import CorosyncClient
internal import LocalServices

/// What is known of the nodes' links.
struct LinkObservations {
    struct Node {
        var id: UInt32
        /// `nil` when the daemon could not tell.
        var status: AdministrationClient.NodeStatus?
        var error = ServiceError.ok
    }

    var local: UInt32
    var transport: String
    /// By node id.
    var nodes: [Node]
    /// What carries each link, by its number, where the configuration says so.
    var linkTransports: [Int: String]

    /// `totem.interface.N.knet_transport`.
    static func linkTransports(_ map: MapClient) -> [Int: String] {
        let prefix = "totem.interface."
        var transports: [Int: String] = [:]
        for entry in (try? map.entries(withPrefix: prefix)) ?? [] {
            let parts = entry.key.dropFirst(prefix.count).split(separator: ".")
            guard parts.count == 2, parts[1] == "knet_transport", let link = Int(parts[0]) else { continue }
            transports[link] = try? map.get(entry.key).text
        }
        return transports
    }
}

/// The node ids and names in the configuration map.
struct NodeListKeys {
    private(set) var identifiers: [UInt32] = []
    private var names: [UInt32: String] = [:]

    init(_ map: MapClient) throws(ServiceError) {
        for entry in try map.entries(withPrefix: "nodelist.node.") {
            let parts = entry.key.split(separator: ".")
            guard parts.count == 4, parts[3] == "nodeid", entry.kind == .uint32,
                let number = try? map.get(entry.key).integer, let node = UInt32(exactly: number)
            else { continue }
            identifiers.append(node)
            if let name = try? map.get("nodelist.node.\(parts[2]).name").text { names[node] = name }
        }
    }

    func name(of node: UInt32) -> String? { names[node].flatMap { $0.isEmpty ? nil : $0 } }
}

/// `corosync-cfgtool -s` and `-n`.
struct LinkReport {
    private let observed: LinkObservations
    private var isKronosnet: Bool { observed.transport != "udp" && observed.transport != "udpu" }

    init(_ observed: LinkObservations) { self.observed = observed }

    private func transport(of link: Int) -> String { observed.linkTransports[link] ?? (isKronosnet ? "udp" : "") }

    private func showHead(_ streams: ToolStreams) {
        streams.print("Local node ID \(observed.local), transport \(observed.transport)")
    }

    func showNodes(_ streams: ToolStreams) {
        showHead(streams)
        for node in observed.nodes {
            guard let status = node.status, status.isReachable, status.node != observed.local else { continue }
            streams.print(
                "nodeid: \(status.node) reachable" + (status.isRemote ? " remote" : "")
                    + (status.isExternal ? " external" : ""))
            for (number, link) in status.links.enumerated() where link.isEnabled {
                let way = isKronosnet ? "\(link.source)->\(link.destination)" : link.source + link.destination
                streams.print(
                    "   LINK: \(number) \(transport(of: number)) (\(way)) enabled"
                        + (link.isConnected ? " connected" : "")
                        + (link.isDynamicallyConnected ? " dynconnected" : "") + " mtu: \(link.mtu)")
            }
            streams.print()
        }
    }

    func showLinks(isBrief: Bool, _ streams: ToolStreams) {
        showHead(streams)
        for node in observed.nodes where node.status == nil {
            streams.complain(
                "Could not get the node status for nodeid \(node.id), the error is: \(node.error.rawValue)")
        }
        // A node has one link to itself; all there are show at another.
        guard let shown = (observed.nodes.last { $0.id != observed.local } ?? observed.nodes.first)?.status else {
            return
        }
        for (number, link) in shown.links.enumerated() where link.isEnabled {
            streams.print("LINK ID \(number) \(transport(of: number))")
            streams.print("\taddr\t= \(link.source)")
            if isBrief {
                streams.print("\tstatus\t= " + observed.nodes.map { digit($0, number) }.joined())
            } else {
                streams.print("\tstatus:")
                for node in observed.nodes {
                    let id = NumberText.padded(String(node.status?.node ?? 0), to: 10)
                    streams.print("\t\tnodeid: \(id):\t\(word(node, number))")
                }
            }
        }
    }

    private func digit(_ node: LinkObservations.Node, _ link: Int) -> String {
        if node.id == observed.local { return "n" }
        guard let link = node.status?.links[link] else { return "0" }
        return String((link.isEnabled ? 1 : 0) + (link.isConnected ? 2 : 0))
    }

    private func word(_ node: LinkObservations.Node, _ link: Int) -> String {
        if node.id == observed.local { return "localhost" }
        return node.status?.links[link].isConnected == true ? "connected" : "disconnected"
    }
}
