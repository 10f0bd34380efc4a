import ClusterTypes
import Testing

@testable import ClusterConfiguration

/// The pair of the tutorials, as a person types it.
private let pair = """
    # Please read the corosync.conf.5 manual page
    totem {
    	version: 2
    	cluster_name: pair
    	transport: knet
    	interface {
    		linknumber: 1
    		knet_link_priority: 7
    	}
    }
    nodelist {
    	node {
    		ring0_addr: 10.0.0.1
    		ring1_addr: 10.1.0.1
    		name: anna
    		nodeid: 1
    	}
    	node {
    		ring0_addr: 10.0.0.2
    		ring1_addr: 10.1.0.2
    		name: bert
    		nodeid: 2
    	}
    }
    quorum {
    	provider: corosync_votequorum
    	two_node: 1
    }
    logging {
    	to_syslog: yes
    	debug: off
    	logger_subsys {
    		subsys: QUORUM
    		debug: on
    	}
    }
    """

private func problems(_ text: String) -> [String] {
    do {
        return try ClusterSettings.parse(text, file: "c").warnings.map(\.description)
    } catch {
        return error.problems.map(\.description)
    }
}

@Suite struct ClusterSettingsTests {
    @Test func thePairOfTheTutorialsIsReadWithoutAWarning() throws {
        let (settings, warnings) = try ClusterSettings.parse(pair, file: "corosync.conf")
        #expect(warnings == [])
        #expect(settings.totem.clusterName == "pair")
        #expect(settings.nodes.map(\.name) == ["anna", "bert"])
        #expect(
            settings.nodes[1].addresses == [.init(link: 0, address: "10.0.0.2"), .init(link: 1, address: "10.1.0.2")])
        #expect(settings.quorum.waitsForAll)
        #expect(settings.expectedVotes == 2)
        #expect(settings.links.map(\.port) == [5405, 5406])
        #expect(settings.links.map(\.priority) == [1, 7])
        #expect(settings.logging.parts == [.init(name: "QUORUM", debug: .on)])
    }

    /// corosync.conf(5) and votequorum(5) of 3.1.7, every key once.
    @Test func everyKeyOfTheManualIsKnownAndWhatHasNoEffectIsNamed() throws {
        let everything = """
            totem {
                version: 2
                clear_node_high_bit: no
                crypto_model: openssl
                crypto_hash: sha256
                crypto_cipher: aes256
                secauth: on
                keyfile: /etc/corosync/authkey
                link_mode: passive
                netmtu: 1500
                transport: knet
                cluster_name: all
                config_version: 3
                ip_version: ipv4-6
                token: 3000
                token_warning: 75
                token_coefficient: 650
                token_retransmit: 238
                hold: 180
                token_retransmits_before_loss_const: 4
                join: 50
                send_join: 0
                consensus: 3600
                merge: 200
                downcheck: 1000
                fail_recv_const: 2500
                seqno_unchanged_const: 30
                heartbeat_failures_allowed: 0
                max_network_delay: 50
                window_size: 50
                max_messages: 17
                miss_count_const: 5
                knet_pmtud_interval: 30
                knet_mtu: 0
                knet_compression_model: none
                knet_compression_threshold: 100
                knet_compression_level: 0
                block_unlisted_ips: yes
                cancel_token_hold_on_retransmit: no
                nodeid: 1
                vsftype: none
                threads: 0
                interface {
                    linknumber: 0
                    knet_link_priority: 1
                    knet_ping_interval: 500
                    knet_ping_timeout: 1000
                    knet_ping_precision: 2048
                    knet_pong_count: 2
                    knet_transport: udp
                    bindnetaddr: 10.0.0.0
                    broadcast: no
                    mcastaddr: 239.0.0.1
                    mcastport: 5405
                    ttl: 1
                }
            }
            logging {
                timestamp: hires
                fileline: on
                function_name: on
                blackbox: on
                to_stderr: yes
                to_logfile: no
                to_syslog: yes
                logfile: /var/log/x
                logfile_priority: info
                syslog_facility: local3
                syslog_priority: info
                debug: off
                logger_subsys {
                    subsys: TOTEM
                    debug: trace
                    to_stderr: yes
                }
            }
            quorum {
                provider: corosync_votequorum
                expected_votes: 2
                votes: 1
                two_node: 0
                wait_for_all: 1
                last_man_standing: 1
                last_man_standing_window: 10000
                auto_tie_breaker: 0
                allow_downscale: 0
                expected_votes_tracking: 1
                leaving_timeout: 0
            }
            nodelist {
                node {
                    nodeid: 1
                    name: a
                    quorum_votes: 1
                    ring0_addr: 10.0.0.1
                }
            }
            system {
                qb_ipc_type: native
                sched_rr: no
                priority: 5
                move_to_root_cgroup: auto
                allow_knet_handle_fallback: no
                state_dir: /var/lib/corosync
            }
            uidgid {
                uid: 1
                gid: 1
            }
            resources {
                watchdog_device: /dev/watchdog
                watchdog_timeout: 10
                system {
                    memory_used {
                        max: 90
                        poll_period: 1000
                        recovery: watchdog
                    }
                    load_15min {
                        max: 80.5
                        recovery: none
                    }
                }
            }
            nozzle {
                name: nozzle0
            }
            """
        let (settings, warnings) = try ClusterSettings.parse(everything, file: "c")
        #expect(!warnings.contains { $0.message.contains("unknown") })
        let named = warnings.filter { $0.message.contains("has no effect: ") }.compactMap {
            $0.message.split(separator: " ").first { !$0.hasPrefix("section") }.map(String.init)
        }
        #expect(
            Set(named)
                == [
                    "clear_node_high_bit", "nodeid", "vsftype", "threads", "bindnetaddr", "broadcast", "mcastaddr",
                    "ttl", "fileline", "function_name", "blackbox", "to_stderr", "votes", "leaving_timeout",
                    "move_to_root_cgroup", "allow_knet_handle_fallback", "state_dir", "'nozzle'",
                ])
        #expect(!settings.system.usesRealTime && settings.system.priority == .nice(5))
        #expect(
            problems(everything.replacing("priority: 5", with: "priority: often")).contains { $0.contains("max, min") })
        #expect(
            problems(everything.replacing("    token: 3000", with: "    tokne: 3000")).contains(
                "c:15: warning: unknown key 'tokne' in section 'totem'; did you mean 'token'?"))
    }

    @Test func changesOfARunningNodeComeOnTopOfTheFile() throws {
        func parse(_ changes: [(String, String?)]) throws -> ClusterSettings {
            var live = LiveChanges()
            for (key, value) in changes { live.set(key, to: value) }
            return try ClusterSettings.parse(pair, file: "c", changes: live).settings
        }
        #expect(try parse([("totem.token", "5000")]).totem.token == .milliseconds(5000))
        #expect(try parse([("totem.token", nil)]).totem.token == .milliseconds(1000))
        #expect(try parse([("totem.interface.1.knet_link_priority", "9")]).links.map(\.priority) == [1, 9])
        #expect(try parse([("totem.interface.0.knet_link_priority", "3")]).links.map(\.priority) == [3, 7])
        #expect(try parse([("totem.interface.1.knet_link_priority", nil)]).links.map(\.priority) == [1, 1])
        #expect(try parse([("logging.debug", "on")]).logging.debug == .on)
        #expect(
            try parse([("logging.logger_subsys.QUORUM.debug", "off"), ("logging.logger_subsys.CPG.debug", "on")])
                .logging.parts == [.init(name: "QUORUM", debug: .off), .init(name: "CPG", debug: .on)])
        #expect(try parse([("quorum.expected_votes", "3"), ("quorum.two_node", "0")]).expectedVotes == 3)
        #expect(throws: ConfigurationFailure.self) { try parse([("totem.token", "1")]) }
    }

    @Test func timeoutsFollowTheTokenAndTheNumberOfNodes() {
        var totem = TotemSettings()
        #expect(totem.effectiveToken(nodeCount: 2) == .milliseconds(1000))
        #expect(totem.effectiveToken(nodeCount: 5) == .milliseconds(2950))
        #expect(totem.effectiveConsensus(nodeCount: 2) == .milliseconds(1200))
        // corosync 3.1.7 shows 714 ms and 561 ms for its default token of 3000 ms.
        totem.token = .milliseconds(3000)
        #expect(totem.effectiveTokenRetransmit(nodeCount: 2) == .milliseconds(714))
        #expect(totem.effectiveHold(nodeCount: 2) == .milliseconds(561))
    }

    @Test func anUnknownKeyIsReportedWithItsLineAndTheLikelyOne() {
        let text = pair.replacing("cluster_name: pair", with: "cluster_nam: pair")
        #expect(
            problems(text) == [
                "c:4: warning: unknown key 'cluster_nam' in section 'totem'; did you mean 'cluster_name'?"
            ])
        #expect(
            problems(pair.replacing("quorum {", with: "quorom {"))
                .contains("c:25: warning: unknown section 'quorom' in the file; did you mean 'quorum'?"))
    }

    @Test(arguments: [
        ("nodeid: 2", "nodeid: 1", "c:18: error: nodeid 1 is already taken by the node at line 12"),
        ("nodeid: 2", "nodeid: 0", "c:22: error: nodeid must be a number from 1 to 4294967295, not '0'"),
        ("nodeid: 2", "", "c:18: error: expected 'nodeid: NUMBER' in this node, found none"),
        ("name: bert", "name: anna", "c:18: error: the name 'anna' is already taken by the node at line 12"),
        (
            "ring0_addr: 10.0.0.2", "ring0_addr: 10.0.0.1",
            "c:18: error: ring0_addr 10.0.0.1 is already used at the same port by the node at line 12"
        ),
        (
            "ring1_addr: 10.1.0.2", "",
            "c:18: error: node 'bert' must have an address on the same links as 'anna': ring0_addr, ring1_addr"
        ),
        ("version: 2", "version: 3", "c:3: error: version must be a number from 2 to 2, not '3'"),
        (
            "transport: knet", "transport: udpu",
            "c:5: error: transport must be knet, not 'udpu': only kronosnet is supported"
        ),
        ("two_node: 1", "two_node: maybe", "c:27: error: two_node must be yes or no, not 'maybe'"),
        (
            "two_node: 1", "two_node: 1\n\texpected_votes: 3",
            "c:25: error: two_node needs exactly 2 expected votes, not 3"
        ),
        (
            "cluster_name: pair", "token: 99999999999999999999",
            "c:4: error: token must be a number from 1 to 3600000, not '99999999999999999999'"
        ),
        ("cluster_name: pair", "token: 5", "c:4: error: token must be at least 30 ms, not 5 ms"),
        ("cluster_name: pair", "hold: 5", "c:4: error: hold must be at least 14 ms, not 5 ms"),
        ("cluster_name: pair", "downcheck: 29", "c:4: error: downcheck must be at least 30 ms, not 29 ms"),
        (
            "cluster_name: pair", "token_retransmit: 10",
            "c:4: error: token_retransmit must be at least 30 ms, not 10 ms"
        ),
        ("cluster_name: pair", "join: 1300", "c:4: error: join (1300 ms) must not be above consensus (1200 ms)"),
        (
            "cluster_name: pair", "token_retransmits_before_loss_const: 40",
            "c:4: error: a token of 1000 ms cannot be sent again 40 times: every 24 ms would be too often; "
                + "raise token or lower token_retransmits_before_loss_const"
        ),
        (
            "cluster_name: pair", "knet_compression_model: gzip",
            "c:4: error: knet_compression_model must be one of none, zlib, lz4, lz4hc, lzo2, lzma, bzip2, zstd, not 'gzip'"
        ),
        (
            "to_syslog: yes", "syslog_facility: local9",
            "c:30: error: syslog_facility must be one of auth, authpriv, cron, daemon, ftp, kern, lpr, mail, news, "
                + "syslog, user, uucp, local0, local1, local2, local3, local4, local5, local6, local7, not 'local9'"
        ),
        (
            "cluster_name: pair", "uidgid { uid: 0 }",
            "c:4: error: expected 'key: value', 'section {' or '}', found 'uidgid { uid: 0 }'"
        ),
        (
            "cluster_name: pair", "cluster name",
            "c:4: error: expected 'key: value', 'section {' or '}', found 'cluster name'"
        ),
    ])
    func aMistakeIsAnErrorWithItsLine(original: String, mistake: String, message: String) {
        #expect(problems(pair.replacing(original, with: mistake)).contains(message))
        #expect(throws: ConfigurationFailure.self) {
            try ClusterSettings.parse(pair.replacing(original, with: mistake), file: "c")
        }
    }

    /// As in corosync 3.1.7, whose users have such files.
    @Test func whatCorosyncTakesIsTaken() throws {
        func totem(_ line: String, nodes: Int = 2) throws -> TotemSettings {
            let third = "\tnode {\n\t\tring0_addr: 10.0.0.3\n\t\tring1_addr: 10.1.0.3\n\t\tnodeid: 3\n\t}\n}\nquorum {"
            var text = pair.replacing("cluster_name: pair", with: line)
            if nodes == 3 { text = text.replacing("}\nquorum {", with: third).replacing("two_node: 1", with: "") }
            return try ClusterSettings.parse(text, file: "c").settings.totem
        }
        for key in ["token", "join", "merge", "hold", "consensus", "window_size", "miss_count_const", "downcheck"] {
            #expect(try totem("\(key): 0") == totem(""), "0 is the default of \(key)")
        }
        #expect(try totem("token: 29", nodes: 3).token == .milliseconds(29))
        #expect(try totem("consensus: 100").consensus == .milliseconds(100))
        #expect(
            problems(pair.replacing("cluster_name: pair", with: "consensus: 100")).contains {
                $0.contains("c:4: warning")
            })
        let twice = try totem("interface {\n\t\tlinknumber: 1\n\t\tknet_pong_count: 5\n\t}").links
        #expect(twice.map(\.number) == [1] && twice[0].pongCount == 5 && twice[0].priority == 7)
    }

    @Test func usersAndGroupsHaveFilesOfTheirOwn() throws {
        var settings = try ClusterSettings.parse(pair, file: "c").settings
        #expect(try settings.admit("uidgid {\n uid: anna\n}\nuidgid {\n gid: 7\n}\n", file: "d") == [])
        #expect(settings.lockstep.allowedUsers == ["anna"] && settings.lockstep.allowedGroups == ["7"])
        let warnings = try settings.admit("totem {\n version: 2\n}\n", file: "d")
        #expect(warnings.map(\.description) == ["d:1: warning: unknown section 'totem' in the file"])
        let failure = #expect(throws: ConfigurationFailure.self) {
            try settings.admit("uidgid {\n uid: x\n", file: "d")
        }
        #expect(failure?.description == "d:1: error: section 'uidgid' is not closed by '}'")
        #expect(settings.lockstep.allowedUsers == ["anna"])
    }

    @Test func bracesMustMatch() {
        #expect(problems("totem {\nversion: 2\n").contains("c:1: error: section 'totem' is not closed by '}'"))
        #expect(problems("}\n").contains("c:1: error: '}' closes nothing: no section is open here"))
        #expect(!problems(String(repeating: "a {\n", count: 100_000)).isEmpty)
    }

    @Test func aCutFileNeverStopsTheReader() {
        for length in 0..<pair.count { _ = problems(String(pair.prefix(length))) }
    }

    @Test func packetsAreEncryptedAsSoonAsThereIsAKey() {
        var crypto = CryptoSettings()
        #expect(crypto.choice(hasKey: false) == nil)
        #expect(crypto.choice(hasKey: true) == .init(model: nil, cipher: .aes256, hash: .sha256))
        crypto.isRequired = false
        #expect(crypto.choice(hasKey: true) == nil)
        crypto.isRequired = nil
        crypto.cipher = CryptoSettings.Cipher.none
        crypto.hash = CryptoSettings.Hash.none
        #expect(crypto.choice(hasKey: true) == nil)
    }
}

@Suite struct LocalNodeTests {
    private let settings: ClusterSettings

    init() throws { settings = try ClusterSettings.parse(pair, file: "c").settings }

    @Test func aNodeIsFoundByNameAddressOrHostName() throws {
        #expect(try settings.localNode(named: "bert", hostName: "x", addresses: []).id == NodeID(2))
        #expect(
            try settings.localNode(named: nil, hostName: "x", addresses: ["127.0.0.1", "10.1.0.1"]).id == NodeID(1))
        #expect(try settings.localNode(named: nil, hostName: "bert.example.org", addresses: []).id == NodeID(2))
    }

    @Test func doubtIsAnError() {
        #expect(throws: LocalNodeFailure.self) {
            try settings.localNode(named: nil, hostName: "x", addresses: ["10.0.0.1", "10.0.0.2"])
        }
        #expect(throws: LocalNodeFailure.self) { try settings.localNode(named: nil, hostName: "x", addresses: []) }
        #expect(throws: LocalNodeFailure.self) {
            try settings.localNode(named: "carl", hostName: "anna", addresses: [])
        }
    }
}

@Suite struct NodeDirectoryTests {
    @Test func aNodeIsADirectory() {
        let directory = NodeDirectory(root: "/tmp/a/")
        #expect(directory.configuration == "/tmp/a/etc/corosync.conf")
        #expect(directory.authKey == "/tmp/a/etc/authkey")
        #expect(directory.socket == "/tmp/a/run/lockstep.sock")
        #expect(directory.directories.allSatisfy { $0.path.hasPrefix("/tmp/a/") })
    }

    @Test func withoutOneTheSystemsPlacesHold() {
        #expect(NodeDirectory.system.configuration == "/etc/corosync/corosync.conf")
        #expect(NodeDirectory.system.socket == "/run/lockstep/lockstep.sock")
        #expect(NodeDirectory.system.state == "/var/lib/lockstep")
    }
}
