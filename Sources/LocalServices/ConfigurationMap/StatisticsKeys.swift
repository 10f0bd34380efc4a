internal import ClusterConfiguration
internal import ClusterTypes
internal import Messaging
internal import Totem

/// Names the figures of all parts as the statistics map of corosync does.
///
/// - Source: stats.c for names and types; cmap_keys(8).
enum StatisticsKeys {
    static func gather(
        _ transport: TransportObservation, _ clients: ClientFigures, _ node: borrowing MessagingNode, at now: Instant
    ) -> ConfigurationMap {
        var map = ConfigurationMap()
        for entry in transport.counters { map.put("stats.knet.\(entry.key)", entry.value) }
        for (key, value) in ring(node.ringStatistics, at: now) { map.put("stats.srp.\(key)", value) }
        map.put("stats.pg.msg_queue_avail", .uint32(0))
        map.put("stats.pg.msg_reserved", .uint32(0))
        map.put("stats.ipcs.global.active", .uint64(UInt64(clients.activeCount)))
        map.put("stats.ipcs.global.closed", .uint64(clients.closedCount))
        for connection in clients.connections {
            for (key, value) in figures(connection) { map.put(key, value) }
        }
        return map
    }

    /// What the keys of a connection begin with.
    static func place(of client: LocalClient) -> String {
        let number = String(client.id.rawValue, radix: 16)
        return "stats.ipcs.service\(client.service.rawValue).\(client.processID).0x\(number)."
    }

    private static func ring(_ ring: RingStatistics, at now: Instant) -> [(String, MapValue)] {
        let sinceToken = ring.lastTokenAt.map { (now - $0).milliseconds } ?? 0
        return [
            ("orf_token_tx", .uint64(ring.tokens.sent)), ("orf_token_rx", .uint64(ring.tokens.received)),
            ("memb_merge_detect_tx", .uint64(ring.mergeDetections.sent)),
            ("memb_merge_detect_rx", .uint64(ring.mergeDetections.received)),
            ("memb_join_tx", .uint64(ring.joins.sent)), ("memb_join_rx", .uint64(ring.joins.received)),
            ("mcast_tx", .uint64(ring.messages.sent - min(ring.messages.sent, ring.repeatedMessages))),
            ("mcast_retx", .uint64(ring.repeatedMessages)), ("mcast_rx", .uint64(ring.messages.received)),
            ("memb_commit_token_tx", .uint64(ring.commitTokens.sent)),
            ("memb_commit_token_rx", .uint64(ring.commitTokens.received)),
            ("token_hold_cancel_tx", .uint64(ring.holdCancels.sent)),
            ("token_hold_cancel_rx", .uint64(ring.holdCancels.received)),
            ("operational_entered", .uint64(ring.installations)),
            ("operational_token_lost", .uint64(ring.tokensLostInOperation)),
            ("gather_entered", .uint64(ring.gatherings)), ("gather_token_lost", .uint64(0)),
            ("commit_entered", .uint64(ring.commits)), ("commit_token_lost", .uint64(ring.tokensLostInCommit)),
            ("recovery_entered", .uint64(ring.recoveries)),
            ("recovery_token_lost", .uint64(ring.tokensLostInRecovery)),
            ("consensus_timeouts", .uint64(ring.consensusTimeouts)),
            ("rx_msg_dropped", .uint64(ring.rejectedPackets)),
            ("time_since_token_last_received", .uint64(UInt64(clamping: sinceToken))),
            ("continuous_gather", .uint32(ring.continuousGatherings)), ("continuous_sendmsg_failures", .uint32(0)),
            ("firewall_enabled_or_nic_failure", .uint8(ring.isCutOff ? 1 : 0)),
            ("mtt_rx_token", .uint32(UInt32(clamping: ring.meanTokenInterval.milliseconds))),
            ("avg_token_workload", .uint32(0)), ("avg_backlog_calc", .uint32(0)),
        ]
    }

    /// The keys of a connection.
    static func figures(_ connection: ClientFigures.Connection) -> [(key: String, value: MapValue)] {
        let place = place(of: connection.client)
        let figures: [(String, MapValue)] = [
            ("queueing", .int32(0)), ("queued", .uint32(0)), ("invalid_request", .uint64(connection.invalidCount)),
            ("overload", .uint64(0)), ("sent", .uint32(UInt32(clamping: connection.eventCount))),
            ("procname", .string(connection.client.processName)), ("requests", .uint64(connection.requestCount)),
            ("responses", .uint64(connection.answerCount)), ("dispatched", .uint64(connection.eventCount)),
            ("send_retries", .uint64(0)), ("recv_retries", .uint64(0)), ("flow_control", .uint32(0)),
            ("flow_control_count", .uint64(0)),
        ]
        return figures.map { (place + $0, $1) }
    }
}
