internal import ClusterTypes

extension SettingsReader {
    mutating func readTotem(_ section: ConfigurationSection) -> TotemSettings {
        var reader = SectionReader(section, file: file)
        var settings = TotemSettings()
        if reader.text("version") != nil {
            _ = reader.integer("version", in: 2...2)
        } else {
            reader.report(.error, at: section.line, "expected 'version: 2' in section 'totem', found none")
        }
        settings.clusterName = reader.text("cluster_name")
        settings.configVersion = reader.integer("config_version", in: 0...Int.max).map { UInt64($0) } ?? 0
        if let transport = reader.text("transport"), transport != "knet" {
            reader.report(
                .error, at: reader.line(of: "transport"),
                "transport must be knet, not '\(transport)': only kronosnet is supported")
        }
        settings.addressFamily = reader.choice("ip_version", of: TotemSettings.AddressFamily.self) ?? .preferIPv6
        settings.linkMode = reader.choice("link_mode", of: TotemSettings.LinkMode.self) ?? .passive
        settings.crypto = readCrypto(&reader)
        readTimeouts(&reader, into: &settings)
        readCounts(&reader, into: &settings)
        settings.compression = readCompression(&reader)
        reader.ignore(
            ["threads", "vsftype", "ssl", "clear_node_high_bit", "autojoin", "rrp_mode", "nodeid"],
            because: "kronosnet and the node list decide this")
        problems += reader.finish(subsections: ["interface"])
        settings.links = readLinks(section.sections(named: "interface"))
        checkFlowControl(settings, reader)
        return settings
    }

    private func readTimeouts(_ reader: inout SectionReader, into settings: inout TotemSettings) {
        settings.token = reader.millisecondsOrDefault("token") ?? settings.token
        settings.tokenCoefficient =
            reader.milliseconds("token_coefficient", in: 0...3_600_000) ?? settings.tokenCoefficient
        settings.tokenRetransmit = reader.millisecondsOrDefault("token_retransmit")
        settings.hold = reader.millisecondsOrDefault("hold")
        settings.join = reader.millisecondsOrDefault("join") ?? settings.join
        settings.sendJoin = reader.milliseconds("send_join", in: 0...3_600_000) ?? settings.sendJoin
        settings.consensus = reader.millisecondsOrDefault("consensus")
        settings.merge = reader.millisecondsOrDefault("merge") ?? settings.merge
        settings.downcheck = reader.millisecondsOrDefault("downcheck") ?? settings.downcheck
        settings.maxNetworkDelay = reader.millisecondsOrDefault("max_network_delay") ?? settings.maxNetworkDelay
        settings.pathMTUInterval =
            reader.integerOrDefault("knet_pmtud_interval", in: 1...86_400).map { .seconds($0) } ?? .seconds(30)
    }

    private func readCounts(_ reader: inout SectionReader, into settings: inout TotemSettings) {
        settings.tokenWarningPercent = reader.integer("token_warning", in: 0...100) ?? settings.tokenWarningPercent
        settings.tokenRetransmitsBeforeLoss =
            reader.integerOrDefault("token_retransmits_before_loss_const", in: 1...1000)
            ?? settings.tokenRetransmitsBeforeLoss
        settings.failReceiveCount =
            reader.integerOrDefault("fail_recv_const", in: 1...1_000_000) ?? settings.failReceiveCount
        settings.sequenceUnchangedCount =
            reader.integerOrDefault("seqno_unchanged_const", in: 1...1_000_000) ?? settings.sequenceUnchangedCount
        settings.heartbeatFailuresAllowed = reader.integer("heartbeat_failures_allowed", in: 0...1000) ?? 0
        settings.windowSize = reader.integerOrDefault("window_size", in: 1...16_384) ?? settings.windowSize
        settings.maxMessages = reader.integerOrDefault("max_messages", in: 1...16_384) ?? settings.maxMessages
        settings.missCount = reader.integerOrDefault("miss_count_const", in: 1...1000) ?? settings.missCount
        settings.cancelsTokenHoldOnRetransmit = reader.flag("cancel_token_hold_on_retransmit") ?? false
        settings.netMTU = reader.integer("netmtu", in: 256...65_535)
        settings.blocksUnlistedAddresses = reader.flag("block_unlisted_ips") ?? true
        settings.knetMTU = reader.integer("knet_mtu", in: 0...65_535) ?? 0
        settings.dscp = reader.integer("ip_dscp", in: 0...63) ?? 0
    }

    private func readCompression(_ reader: inout SectionReader) -> TotemSettings.CompressionSettings? {
        let model = reader.choice("knet_compression_model", of: TotemSettings.CompressionModel.self)
        let threshold = reader.integer("knet_compression_threshold", in: 0...1_000_000) ?? 0
        let level = reader.integer("knet_compression_level", in: Int(Int32.min)...Int(Int32.max)) ?? 0
        guard let model, model != .none else { return nil }
        return .init(model: model.rawValue, threshold: threshold, level: level)
    }

    private func readCrypto(_ reader: inout SectionReader) -> CryptoSettings {
        var crypto = CryptoSettings()
        crypto.isRequired = reader.flag("secauth")
        crypto.cipher = reader.choice("crypto_cipher", of: CryptoSettings.Cipher.self)
        crypto.hash = reader.choice("crypto_hash", of: CryptoSettings.Hash.self)
        crypto.model = reader.choice("crypto_model", of: CryptoSettings.Model.self)
        crypto.key = reader.text("key")
        crypto.keyFile = reader.text("keyfile")
        if let cipher = crypto.cipher, cipher != .none, crypto.hash == CryptoSettings.Hash.none {
            reader.report(
                .error, at: reader.line(of: "crypto_cipher"),
                "crypto_cipher \(cipher.rawValue) needs a crypto_hash other than none: packets would not be authenticated"
            )
        }
        return crypto
    }

    private mutating func readLinks(_ sections: [ConfigurationSection]) -> [LinkSettings] {
        var merged: [(number: String, section: ConfigurationSection)] = []
        for section in sections {
            let number = section.entries.last { $0.key == "linknumber" || $0.key == "ringnumber" }?.value ?? "0"
            if let place = merged.firstIndex(where: { $0.number == number }) {
                // As in corosync: together they are one section, and the later entries win.
                merged[place].section.entries += section.entries.filter { $0.key != "linknumber" }
                merged[place].section.sections += section.sections
                report(
                    .warning, section.line,
                    "link \(number) already has an interface section, at line \(merged[place].section.line); "
                        + "both count")
            } else {
                merged.append((number, section))
            }
        }
        return merged.map { readLink($0.section) }.sorted { $0.number < $1.number }
    }

    private mutating func readLink(_ section: ConfigurationSection) -> LinkSettings {
        var reader = SectionReader(section, file: file)
        let number = reader.integer("linknumber", in: 0...LinkSettings.countLimit - 1)
        let old = reader.integer("ringnumber", in: 0...LinkSettings.countLimit - 1)
        var link = LinkSettings(number: number ?? old ?? 0)
        link.port = reader.integer("mcastport", in: 1...65_535).map { UInt16(clamping: $0) } ?? link.port
        link.priority = reader.integer("knet_link_priority", in: 0...255).map { UInt8(clamping: $0) } ?? link.priority
        link.pingInterval = reader.milliseconds("knet_ping_interval")
        link.pingTimeout = reader.milliseconds("knet_ping_timeout")
        link.pingPrecision =
            reader.integer("knet_ping_precision", in: 1...1_000_000).map { UInt32(clamping: $0) } ?? link.pingPrecision
        link.pongCount = reader.integer("knet_pong_count", in: 1...255).map { UInt8(clamping: $0) } ?? link.pongCount
        link.protocolName = reader.choice("knet_transport", of: LinkSettings.TransportProtocol.self) ?? .udp
        reader.ignore(
            ["bindnetaddr", "mcastaddr", "broadcast", "ttl"], because: "kronosnet takes addresses from the node list")
        problems += reader.finish(subsections: ["member"])
        return link
    }

    private mutating func checkFlowControl(_ settings: TotemSettings, _ reader: SectionReader) {
        if settings.maxMessages > settings.windowSize {
            report(
                .warning, reader.line(of: "max_messages"),
                "max_messages (\(settings.maxMessages)) above window_size (\(settings.windowSize)) has no effect")
        }
    }
}
