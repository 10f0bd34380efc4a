/// ha.cf of Heartbeat.
///
/// - Source: the comments of Heartbeat 3's example ha.cf and its manual page.
extension ConvertedConfiguration {
    static func fromHeartbeat(_ text: String) throws(ConversionFailure) -> ConvertedConfiguration {
        var result = ConvertedConfiguration()
        var times = HeartbeatTimes()
        var number = 0
        var networks: Set<String> = []
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let line = raw.prefix { $0 != "#" }
            let words = line.split(whereSeparator: \.isWhitespace).map { cleaned(String($0)) }
            guard let directive = words.first else { continue }
            let values = Array(words.dropFirst())
            switch directive {
            case "bcast", "serial": networks.formUnion(values)
            case "mcast", "mcast6", "ucast", "ucast6": networks.formUnion(values.prefix(1))
            default: break
            }
            result.take(directive, values, line: number, &times)
        }
        guard !result.nodes.isEmpty else {
            throw ConversionFailure(
                "no 'node' line: this is no ha.cf, or its nodes join by themselves; add 'node NAME …'")
        }
        result.numberNodes()
        times.finish(&result)
        if result.nodes.count == 2 { result.quorum.append(.init(key: "two_node", value: "1")) }
        if networks.count > 1 {
            let names = networks.sorted().joined(separator: ", ")
            result.note(
                0, "there were several media (\(names)): add ring1_addr … for each further network of the nodes")
        }
        result.note(0, "nodes are reached by their names: ring0_addr can be an address instead")
        return result
    }

    private mutating func take(_ directive: String, _ values: [String], line: Int, _ times: inout HeartbeatTimes) {
        let value = values.joined(separator: " ")
        switch directive {
        case "node":
            for name in values where !nodes.contains(where: { $0.name == name }) {
                nodes.append(Node(id: 0, name: name, addresses: [name]))
            }
        case "cluster": totem.append(.init(key: "cluster_name", value: value))
        case "deadtime": times.dead = HeartbeatTimes.milliseconds(value)
        case "warntime": times.warn = HeartbeatTimes.milliseconds(value)
        case "udpport": port = value
        case "logfile":
            logging += [.init(key: "to_logfile", value: "yes"), .init(key: "logfile", value: value)]
        case "logfacility":
            logging.append(.init(key: "to_syslog", value: value == "none" ? "no" : "yes"))
            if value != "none" { logging.append(.init(key: "syslog_facility", value: value)) }
        case "debug": logging.append(.init(key: "debug", value: value == "0" ? "off" : "on"))
        case "compression":
            totem.append(.init(key: "knet_compression_model", value: value == "bz2" ? "bzip2" : value))
        case "compression_threshold":
            let bytes = Int(value).map { $0.multipliedReportingOverflow(by: 1024) }
            if let bytes, !bytes.overflow {
                totem.append(.init(key: "knet_compression_threshold", value: String(bytes.partialValue)))
            } else {
                note(line, "\(directive) \(value): is no number of kilobytes")
            }
        default: note(line, "\(directive) \(value): \(Self.remedy(for: directive, value))")
        }
    }

    /// What takes the place of a directive that has no counterpart.
    private static func remedy(for directive: String, _ value: String) -> String {
        switch directive {
        case "keepalive": "kronosnet chooses its ping interval from the token timeout"
        case "initdead": "nodes that start wait for each other when wait_for_all is set (two_node sets it)"
        case "deadping", "ping", "ping_group", "ping6": "use an ocf:pacemaker:ping resource and a location rule"
        case "bcast", "mcast", "mcast6", "ucast", "ucast6": "kronosnet sends to the addresses in the node list"
        case "serial", "baud": "serial lines are not supported; use a second network"
        case "auto_failback":
            value == "off"
                ? "use 'crm configure rsc_defaults resource-stickiness=100'"
                : "use 'crm configure location' with a score above the stickiness"
        case "crm", "pacemaker":
            ["no", "off", "false", "0"].contains(value)
                ? "the resources of haresources must be entered with 'crm configure': a line becomes a group and a location"
                : "the CIB is used as it is"
        case "stonith", "stonith_host", "stonithd": "enter a fence device with 'crm configure primitive … stonith:…'"
        case "watchdog": "use the property stonith-watchdog-timeout, or sbd"
        case "respawn": "use 'lockstep supervise' or a service of systemd"
        case "autojoin": "nodes are listed in the node list"
        case "apiauth": "use 'uidgid' sections and the group of the local API"
        case "realtime", "rtprio": "set 'sched_rr' and 'priority' in a section 'system'"
        case "debugfile": "debugging messages go where all others go"
        default: "has no counterpart"
        }
    }
}

/// Heartbeat's times, which depend on each other in corosync.conf.
struct HeartbeatTimes {
    var dead: Int?
    var warn: Int?

    /// `2`, `0.5`, `500ms`, `1s`; `nil` for anything else.
    static func milliseconds(_ text: String) -> Int? {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(digits.count)
        guard let number = Double(digits), number.isFinite else { return nil }
        let factors: [Substring: Double] = ["": 1000, "s": 1000, "sec": 1000, "ms": 1, "msec": 1, "us": 0.001]
        guard let factor = factors[unit] else { return nil }
        return Int(exactly: (number * factor).rounded()).flatMap { $0 > 0 ? $0 : nil }
    }

    func finish(_ result: inout ConvertedConfiguration) {
        guard let dead else {
            return result.note(0, "no deadtime that can be read: the token timeout is the default, 1000 ms")
        }
        result.totem.append(.init(key: "token", value: String(dead)))
        guard let warn, warn < dead else { return }
        result.totem.append(.init(key: "token_warning", value: String(warn * 100 / dead)))
    }
}
