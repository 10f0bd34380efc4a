package import ClusterConfiguration
package import ClusterTypes
package import Messaging

// What changes the map from inside.
extension ConfigurationMapService {
    package mutating func received(
        _ notice: ServiceNotice, node: borrowing MessagingNode, at now: Instant, into effects: inout [ServiceEffect]
    ) {
        switch notice {
        case .synchronised(let membership):
            follow(membership, into: &effects)
            follow(node.quorumStatus, into: &effects)
        case .quorumChanged: follow(node.quorumStatus, into: &effects)
        case .configurationVersion(let version, let sender):
            update("runtime.members.\(sender).config_version", .uint64(version), into: &effects)
        case .statisticsGathered(let transport, let clients):
            gathered(StatisticsKeys.gather(transport, clients, node, at: now), into: &effects)
            answerWaiting(node: node, into: &effects)
        case .timerFired(.statisticsAge): statistics = nil
        case .timerFired(.statisticsTracking):
            if statisticsTracking.isEmpty { break }
            gatherStatistics(into: &effects)
            effects.append(.arm(.statisticsTracking, after: Self.trackingInterval))
        case .flowControlChanged, .groupEvent, .groupMessages, .groupPiece, .bufferRead, .administration, .timerFired:
            break
        }
    }

    /// `runtime.members`: who has been in a ring with this node, and who is.
    private mutating func follow(_ membership: NodeMembership, into effects: inout [ServiceEffect]) {
        for node in membership.left where !membership.members.contains(node) {
            update("runtime.members.\(node).status", .string("left"), into: &effects)
        }
        for node in membership.joined {
            let base = "runtime.members.\(node)"
            if let count = map["\(base).join_count"]?.adjusted(by: 1) {
                update("\(base).join_count", count, into: &effects)
            } else {
                update("\(base).ip", .string(addresses(of: node)), into: &effects)
                update("\(base).join_count", .uint32(1), into: &effects)
            }
            update("\(base).status", .string("joined"), into: &effects)
        }
    }

    /// `runtime.votequorum`: how this partition decides.
    private mutating func follow(_ quorum: QuorumStatus, into effects: inout [ServiceEffect]) {
        guard map["internal_configuration.service.5.name"] != nil else { return }
        let base = "runtime.votequorum."
        update("\(base)this_node_id", .uint32(localNode.rawValue), into: &effects)
        update("\(base)two_node", .uint8(quorum.isTwoNode ? 1 : 0), into: &effects)
        update("\(base)ev_barrier", .uint32(quorum.expectedVotesBarrier), into: &effects)
        if quorum.waitsForAll {
            update("\(base)wait_for_all_status", .uint8(quorum.isWaitingForAll ? 1 : 0), into: &effects)
        }
        if let lowest = quorum.lowestNode { update("\(base)lowest_node_id", .uint32(lowest.rawValue), into: &effects) }
        if let highest = quorum.highestNode {
            update("\(base)highest_node_id", .uint32(highest.rawValue), into: &effects)
        }
        if quorum.trackedExpectedVotes > 0 {
            update("\(base)ev_tracking_barrier", .uint32(quorum.trackedExpectedVotes), into: &effects)
        }
        switch quorum.tieBreaker {
        case .none: break
        case .lowestNode: update("\(base)atb_type", .uint32(1), into: &effects)
        case .highestNode: update("\(base)atb_type", .uint32(2), into: &effects)
        case .listed: update("\(base)atb_type", .uint32(3), into: &effects)
        }
    }

    /// All addresses of a node in the form of corosync: `r(0) ip(10.0.0.1) r(1) ip(10.1.0.1) `.
    private func addresses(of node: NodeID) -> String {
        let nodes = map.entries(withPrefix: "nodelist.node.")
        guard
            let found = nodes.first(where: { $0.key.hasSuffix(".nodeid") && $0.value == .uint32(node.rawValue) })
        else { return "" }
        let base = found.key.dropLast("nodeid".count)
        return (0..<LinkSettings.countLimit).reduce(into: "") { text, link in
            if let address = map["\(base)ring\(link)_addr"]?.text { text += "r(\(link)) ip(\(address)) " }
        }
    }

    /// The service counters change with every message; they are brought up to date when somebody looks.
    mutating func updateTraffic(of node: borrowing MessagingNode, for prefix: String) {
        let place = "runtime.services."
        guard place.utf8.starts(with: prefix.utf8) || prefix.utf8.starts(with: place.utf8) else { return }
        let services: [(name: String, id: UInt16, functions: Int)] = [
            ("cmap", ServiceID.configurationMap, 1), ("cfg", ServiceID.administration, 5),
            ("cpg", ServiceID.processGroups, 7), ("votequorum", ServiceID.voteQuorum, 4),
        ]
        for service in services {
            for function in 0..<service.functions {
                let base = "\(place)\(service.name).\(function)"
                guard map["\(base).rx"] != nil else { break }
                let count = node.traffic[service.id, function]
                map.put("\(base).rx", .uint64(count.received))
                map.put("\(base).tx", .uint64(count.sent))
            }
        }
    }

    /// The configuration was read again: its keys follow, whoever tracks them is told.
    package mutating func reload(_ configured: ConfigurationMap, into effects: inout [ServiceEffect]) {
        liveChanges = LiveChanges()
        for change in map.replace(prefixes: ConfigurationMap.configuredPrefixes, with: configured) {
            publish(change, into: &effects)
        }
    }

    /// How long programs may think about a shutdown.
    var shutdownTimeout: Duration { map["cfg.shutdown_timeout"]?.integer.map { .milliseconds($0) } ?? .seconds(5) }

    /// Sets a key on the daemon's behalf.
    package mutating func put(_ key: String, _ value: MapValue, into effects: inout [ServiceEffect]) {
        update(key, value, into: &effects)
    }
}

// Statistics.
extension ConfigurationMapService {
    /// Asks for statistics unless they are on their way.
    mutating func gatherStatistics(into effects: inout [ServiceEffect]) {
        if isGathering { return }
        isGathering = true
        effects.append(.daemon(.observeTransport))
    }

    /// A program has come: who tracks statistics is told at once, since it may be gone before they are gathered.
    mutating func opened(_ connection: ClientFigures.Connection, into effects: inout [ServiceEffect]) {
        if statisticsTracking.isEmpty { return }
        for (key, value) in StatisticsKeys.figures(connection) {
            if let change = try? trackedStatistics.set(key, to: value) { tell(change, into: &effects) }
        }
    }

    mutating func closed(_ client: LocalClient, into effects: inout [ServiceEffect]) {
        if statisticsTracking.isEmpty { return }
        for entry in trackedStatistics.entries(withPrefix: StatisticsKeys.place(of: client)) {
            if let change = trackedStatistics.remove(entry.key) { tell(change, into: &effects) }
        }
    }

    private func tell(_ change: MapChange, into effects: inout [ServiceEffect]) {
        for tracker in statisticsTracking.trackers(of: change) {
            effects.append(.sendEvent(MapAnswer.changed(change, instance: tracker.instance), to: tracker.client))
        }
    }

    private mutating func gathered(_ fresh: ConfigurationMap, into effects: inout [ServiceEffect]) {
        // Asked for by another service, or a node was lost or found: of interest to those who track.
        if !isGathering, statisticsTracking.isEmpty { return }
        isGathering = false
        statistics = fresh
        effects.append(.arm(.statisticsAge, after: Self.statisticsAge))
        if statisticsTracking.isEmpty { return }
        for change in trackedStatistics.replace(prefixes: [""], with: fresh) { tell(change, into: &effects) }
    }

    /// The keys that set something back to zero.
    mutating func reset(_ key: String, into effects: inout [ServiceEffect]) -> [UInt8] {
        let function = MapRequest.Function.set
        let prefix = "stats.clear."
        guard key.utf8.starts(with: prefix.utf8) else { return ResponseHeader.status(function, .access) }
        let names: [(String, StatisticsPart)] = [
            ("knet", .transport), ("ipc", .clients), ("totem", .ring), ("schedmiss", .scheduling), ("all", .all),
        ]
        guard let part = names.first(where: { key.utf8.dropFirst(prefix.utf8.count).starts(with: $0.0.utf8) })?.1 else {
            return ResponseHeader.status(function, .notSupported)
        }
        statistics = nil
        effects.append(.daemon(.resetStatistics(part)))
        return ResponseHeader.status(function, .ok)
    }

    /// What setting a key of the map makes the node do.
    mutating func obey(_ change: MapChange, into effects: inout [ServiceEffect]) {
        switch change.key {
        case "runtime.force_gather":
            if let new = change.new, new != .string("no") {
                effects.append(.messaging(.newRingRequested))
                update(change.key, .string("no"), into: &effects)
            }
        case "quorum.cancel_wait_for_all":
            if change.new?.integer == 1 {
                effects.append(.messaging(.quorumChangeRequested(.cancelWaitForAll)))
                update(change.key, .uint8(0), into: &effects)
            }
        default:
            if change.key.utf8.starts(with: "resources.".utf8) { resourceChanges.append(change) }
        }
    }

    /// What has changed below `resources.` since the last time.
    mutating func takeResourceChanges() -> [MapChange] {
        if resourceChanges.isEmpty { return [] }
        defer { resourceChanges = [] }
        return resourceChanges
    }
}
