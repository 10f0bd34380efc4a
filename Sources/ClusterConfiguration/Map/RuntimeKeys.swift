package import ClusterTypes

extension ConfigurationMap {
    /// Prefixes of the keys that come from the configuration file and follow it when it is read again.
    package static let configuredPrefixes =
        [
            "lockstep.", "logging.", "nodelist.", "nozzle.", "quorum.", "runtime.config.", "totem.", "uidgid.config.",
            ResourceSettings.deviceKey, ResourceSettings.timeoutKey,
        ] + SystemResource.allCases.flatMap { ["max", "poll_period", "recovery"].map($0.key) }

    /// The map of a node with these settings before it has seen any other.
    ///
    /// - Parameters:
    ///   - text: of the configuration file that `settings` was read from.
    ///   - users: numbers of the users that may use the services, of `uidgid` sections; `groups` likewise.
    package static func initial(
        _ settings: ClusterSettings, text: String, localNode: NodeID, users: [UInt32] = [], groups: [UInt32] = []
    ) -> ConfigurationMap {
        var map = ConfigurationMap(readOnly: .corosync)
        let configured = configuration(settings, text: text, localNode: localNode, users: users, groups: groups)
        for entry in configured.entries { map.put(entry.key, entry.value) }
        for (id, name) in ["cmap", "cfg", "cpg", "quorum"].enumerated() { map.addService(name, UInt16(clamping: id)) }
        if settings.quorum.provider != nil { map.addService("votequorum", 5) }
        for (id, name) in [(6, "mon"), (7, "wd")] { map.addService(name, UInt16(clamping: id)) }
        for resource in SystemResource.allCases {
            map.put(resource.key("current"), resource.initialValue)
            map.put(resource.key("last_updated"), .uint64(0))
            map.put(resource.key("state"), .string("stopped"))
        }
        for key in ["blackbox.dump_flight_data", "blackbox.dump_state", "force_gather"] {
            map.put("runtime.\(key)", .string("no"))
        }
        return map
    }

    /// The keys that follow from the file: what it says, what it leaves to defaults, and which node this is.
    package static func configuration(
        _ settings: ClusterSettings, text: String, localNode: NodeID, users: [UInt32] = [], groups: [UInt32] = []
    ) -> ConfigurationMap {
        var map = configuredKeys(of: text, file: settings.file)
        // Positions are those of the file, as the keys of the nodes are.
        let order = settings.nodes.sorted { $0.line < $1.line }
        if let position = order.firstIndex(where: { $0.id == localNode }) {
            map.put("nodelist.local_node_pos", .uint32(UInt32(clamping: position)))
            for address in order[position].addresses {
                map.put("totem.interface.\(address.link).bindnetaddr", .string(address.address))
            }
        }
        map.putResourceDefaults()
        for user in users { map.put("uidgid.config.uid.\(user)", .uint8(1)) }
        for group in groups { map.put("uidgid.config.gid.\(group)", .uint8(1)) }
        for (key, value) in effectiveTotem(settings) { map.put("runtime.config.totem.\(key)", value) }
        return map
    }

    /// Sets a key that is known to be valid, or leaves out one that an odd file makes invalid.
    package mutating func put(_ key: String, _ value: MapValue) { _ = try? set(key, to: value) }

    private mutating func addService(_ name: String, _ id: UInt16) {
        put("internal_configuration.service.\(id).name", .string("corosync_\(name)"))
        put("internal_configuration.service.\(id).ver", .uint32(0))
        put("runtime.services.\(name).service_id", .uint16(id))
        let functions = ["cmap": 1, "cfg": 5, "cpg": 7, "votequorum": 4][name] ?? 0
        for function in 0..<functions {
            put("runtime.services.\(name).\(function).rx", .uint64(0))
            put("runtime.services.\(name).\(function).tx", .uint64(0))
        }
    }

    /// The settings that hold, with defaults filled in: `runtime.config.totem.…`.
    private static func effectiveTotem(_ settings: ClusterSettings) -> [(key: String, value: MapValue)] {
        let totem = settings.totem
        let count = settings.nodes.count
        func time(_ duration: Duration) -> MapValue { .uint32(UInt32(clamping: duration.milliseconds)) }
        func number(_ value: Int) -> MapValue { .uint32(UInt32(clamping: value)) }
        var keys: [(key: String, value: MapValue)] = [
            ("block_unlisted_ips", number(totem.blocksUnlistedAddresses ? 1 : 0)),
            ("cancel_token_hold_on_retransmit", number(totem.cancelsTokenHoldOnRetransmit ? 1 : 0)),
            ("consensus", time(totem.effectiveConsensus(nodeCount: count))),
            ("downcheck", time(totem.downcheck)),
            ("fail_recv_const", number(totem.failReceiveCount)),
            ("heartbeat_failures_allowed", number(totem.heartbeatFailuresAllowed)),
            ("hold", time(totem.effectiveHold(nodeCount: count))),
            ("join", time(totem.join)),
            ("knet_compression_level", .int32(Int32(clamping: totem.compression?.level ?? 0))),
            ("knet_compression_model", .string(totem.compression?.model ?? "none")),
            ("knet_compression_threshold", number(totem.compression?.threshold ?? 0)),
            ("knet_mtu", number(totem.knetMTU)),
            ("knet_pmtud_interval", number(Int(clamping: totem.pathMTUInterval.milliseconds / 1000))),
            ("max_messages", number(totem.maxMessages)),
            ("max_network_delay", time(totem.maxNetworkDelay)),
            ("merge", time(totem.merge)),
            ("miss_count_const", number(totem.missCount)),
            ("send_join", time(totem.sendJoin)),
            ("seqno_unchanged_const", number(totem.sequenceUnchangedCount)),
            ("token", time(settings.effectiveToken)),
            ("token_retransmit", time(totem.effectiveTokenRetransmit(nodeCount: count))),
            ("token_retransmits_before_loss_const", number(totem.tokenRetransmitsBeforeLoss)),
            ("token_warning", number(totem.tokenWarningPercent)),
            ("window_size", number(totem.windowSize)),
        ]
        for link in settings.links {
            let token = settings.effectiveToken
            keys.append(
                ("interface.\(link.number).knet_ping_interval", time(link.effectivePingInterval(token: token))))
            keys.append(("interface.\(link.number).knet_ping_timeout", time(link.effectivePingTimeout(token: token))))
        }
        return keys
    }
}
