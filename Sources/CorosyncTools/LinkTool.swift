internal import ClusterConfiguration
internal import CorosyncClient
package import CorosyncIPC
internal import Glibc
internal import LocalServices

/// `corosync-cfgtool`: shows links and nodes, reads the configuration again, ends daemons.
///
/// - Source: corosync-cfgtool(8) of corosync 3.1.
package func runLinkTool(_ arguments: [String], program: String, place: ServicePlace) -> Int32 {
    let streams = ToolStreams(program: program, place: place)
    do {
        let order = try LinkToolOrder(arguments, streams)
        return try LinkTool(streams: streams).carryOut(order)
    } catch { return (error as? ToolEnd)?.status ?? 1 }
}

private struct LinkTool {
    let streams: ToolStreams

    /// The exit status.
    func carryOut(_ order: LinkToolOrder) throws -> Int32 {
        switch order.action {
        case .help: streams.write(LinkToolOrder.help)
        case .links: LinkReport(try observe()).showLinks(isBrief: order.isBrief, streams)
        case .nodes: LinkReport(try observe()).showNodes(streams)
        case .reload: return try reload()
        case .reopenLogs:
            let administration = try connect(named: true)
            do { try administration.reopenLogs() } catch {
                streams.complain("Could not reopen corosync logging files. Error \(error.name)")
                return Int32(error.rawValue)
            }
        case .shutDown: try shutDown(isForced: order.isForced)
        case .addresses(let node):
            let administration = try connect()
            guard let addresses = try? administration.addresses(of: node) else {
                streams.complain("Could not get node address for nodeid \(node)")
                return 1
            }
            streams.print(addresses.map(AddressText.text).joined(separator: " "))
        case .kill(let node):
            streams.print("Killing node \(node)")
            let administration = try connect()
            do { try administration.killNode(node, reason: "Killed by corosync-cfgtool") } catch {
                streams.complain("Could not kill node (error = \(error.name))")
                return 1
            }
        }
        return 0
    }

    /// - Parameter named: the error is told by name.
    private func connect(named: Bool = false) throws -> AdministrationClient {
        do { return try AdministrationClient(at: streams.place) } catch {
            let text = named ? error.name : String(error.rawValue)
            streams.complain("Could not initialize corosync configuration API error \(text)")
            throw ToolEnd.failure
        }
    }

    private func reload() throws -> Int32 {
        streams.print("Reloading corosync.conf...")
        let administration = try connect(named: true)
        var status: Int32 = 0
        do {
            try administration.reload()
            streams.print("Done")
        } catch {
            streams.complain("Could not reload configuration. Error \(error.name)")
            status = Int32(error.rawValue)
        }
        // Set by corosync since 3.1.8.
        if let message = try? MapClient(at: streams.place).get("config.reload_error_message").text {
            streams.print("ERROR from reload: \(message) - see syslog for more information")
            streams.complain("Errors in applying config, corosync.conf might not match the running system")
            return 1
        }
        return status
    }

    private func shutDown(isForced: Bool) throws {
        let administration = try connect()
        streams.print("Shutting down corosync")
        streams.flush()
        for attempt in 1...30 {
            do { return try administration.shutDown(isForced: isForced) } catch {
                if error == .tryAgain, attempt < 30 {
                    sleep(1)
                    continue
                }
                streams.complain("Could not shutdown (error = \(error.rawValue))")
                return
            }
        }
    }

    private func observe() throws -> LinkObservations {
        let administration = try connect()
        let map: MapClient
        do { map = try MapClient(at: streams.place) } catch {
            streams.complain("Could not initialize corosync cmap API error \(error.rawValue)")
            throw ToolEnd.failure
        }
        let local: UInt32
        do { local = try administration.localNode() } catch {
            streams.complain("Could not get the local node id, the error is: \(error.rawValue)")
            throw ToolEnd.failure
        }
        let nodes: [UInt32]
        do { nodes = try NodeListKeys(map).identifiers.sorted() } catch {
            streams.complain("Could not get nodelist from cmap. error \(error.rawValue)")
            throw ToolEnd.failure
        }
        if nodes.isEmpty {
            streams.complain("No nodes found in nodelist")
            throw ToolEnd.failure
        }
        var found: [LinkObservations.Node] = []
        for node in nodes {
            do { found.append(.init(id: node, status: try administration.status(of: node))) } catch {
                found.append(.init(id: node, status: nil, error: error))
            }
        }
        return LinkObservations(
            local: local, transport: (try? map.get("totem.transport").text) ?? "knet", nodes: found,
            linkTransports: LinkObservations.linkTransports(map))
    }
}
