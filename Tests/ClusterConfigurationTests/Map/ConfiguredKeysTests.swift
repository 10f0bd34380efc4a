import ClusterTypes
import Testing

@testable import ClusterConfiguration

/// What a file becomes in the map, against what corosync 3.1.7 shows for the same file (`corosync-cmapctl`).
@Suite struct ConfiguredKeysTests {
    @Test func theMapIsThatOfCorosync() throws {
        let settings = try ClusterSettings.parse(text, file: "corosync.conf").settings
        let map = ConfigurationMap.initial(settings, text: text, localNode: NodeID(9), users: [0])
        let shown = map.entries.map { "\($0.key) (\($0.value.kind.name)) = \($0.value.rendered)" }
        let left = Set(shown).subtracting(expected)
            .filter { !$0.hasPrefix("internal_configuration.") && !$0.hasPrefix("runtime.services.") }
        #expect(left.isEmpty)
        #expect(Set(expected).subtracting(shown).isEmpty)
    }

    @Test func aFileOfAnySizeAndContentIsRead() {
        var generator = SeededGenerator(seed: 3)
        let bytes = Array(text.utf8)
        for _ in 0..<300 {
            var broken = bytes
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                broken[Int.random(in: 0..<broken.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            broken.removeLast(Int.random(in: 0..<broken.count, using: &generator))
            let map = ConfigurationMap.configuredKeys(of: String(decoding: broken, as: UTF8.self), file: "x")
            #expect(map.entries.allSatisfy { ConfigurationMap.isValid(key: $0.key) })
        }
    }

    private let expected = """
        lockstep.node (str) = a
        logging.debug (str) = off
        logging.logger_subsys.QUORUM.debug (str) = on
        logging.logger_subsys.QUORUM.subsys (str) = QUORUM
        logging.logger_subsys.TOTEM.debug (str) = on
        logging.logger_subsys.TOTEM.subsys (str) = TOTEM
        logging.to_stderr (str) = no
        logging.to_syslog (str) = no
        nodelist.local_node_pos (u32) = 0
        nodelist.node.0.name (str) = a
        nodelist.node.0.nodeid (u32) = 9
        nodelist.node.0.ring0_addr (str) = 127.0.0.1
        nodelist.node.0.ring1_addr (str) = 127.0.0.2
        nodelist.node.1.name (str) = b
        nodelist.node.1.nodeid (u32) = 4
        nodelist.node.1.quorum_votes (u32) = 2
        nodelist.node.1.ring0_addr (str) = 127.0.0.3
        nodelist.node.1.ring1_addr (str) = 127.0.0.4
        quorum.expected_votes (u32) = 3
        quorum.last_man_standing_window (u32) = 5000
        quorum.provider (str) = corosync_votequorum
        quorum.wait_for_all (u8) = 1
        resources.system.load_15min.current (dbl) = 0.0
        resources.system.load_15min.last_updated (u64) = 0
        resources.system.load_15min.poll_period (u64) = 3000
        resources.system.load_15min.state (str) = stopped
        resources.system.memory_used.current (i32) = 0
        resources.system.memory_used.last_updated (u64) = 0
        resources.system.memory_used.poll_period (u64) = 3000
        resources.system.memory_used.state (str) = stopped
        resources.watchdog_timeout (u32) = 6
        runtime.blackbox.dump_flight_data (str) = no
        runtime.blackbox.dump_state (str) = no
        runtime.config.totem.block_unlisted_ips (u32) = 0
        runtime.config.totem.cancel_token_hold_on_retransmit (u32) = 0
        runtime.config.totem.consensus (u32) = 3000
        runtime.config.totem.downcheck (u32) = 1000
        runtime.config.totem.fail_recv_const (u32) = 2500
        runtime.config.totem.heartbeat_failures_allowed (u32) = 0
        runtime.config.totem.hold (u32) = 370
        runtime.config.totem.interface.0.knet_ping_interval (u32) = 500
        runtime.config.totem.interface.0.knet_ping_timeout (u32) = 1000
        runtime.config.totem.interface.1.knet_ping_interval (u32) = 300
        runtime.config.totem.interface.1.knet_ping_timeout (u32) = 900
        runtime.config.totem.join (u32) = 50
        runtime.config.totem.knet_compression_level (i32) = 3
        runtime.config.totem.knet_compression_model (str) = zlib
        runtime.config.totem.knet_compression_threshold (u32) = 0
        runtime.config.totem.knet_mtu (u32) = 0
        runtime.config.totem.knet_pmtud_interval (u32) = 30
        runtime.config.totem.max_messages (u32) = 17
        runtime.config.totem.max_network_delay (u32) = 50
        runtime.config.totem.merge (u32) = 200
        runtime.config.totem.miss_count_const (u32) = 5
        runtime.config.totem.send_join (u32) = 0
        runtime.config.totem.seqno_unchanged_const (u32) = 30
        runtime.config.totem.token (u32) = 2000
        runtime.config.totem.token_retransmit (u32) = 476
        runtime.config.totem.token_retransmits_before_loss_const (u32) = 4
        runtime.config.totem.token_warning (u32) = 75
        runtime.config.totem.window_size (u32) = 50
        runtime.force_gather (str) = no
        system.sched_rr (str) = no
        totem.block_unlisted_ips (str) = no
        totem.cluster_name (str) = rich
        totem.config_version (u64) = 7
        totem.consensus (u32) = 3000
        totem.crypto_cipher (str) = none
        totem.crypto_hash (str) = none
        totem.interface.0.bindnetaddr (str) = 127.0.0.1
        totem.interface.0.knet_link_priority (u8) = 5
        totem.interface.0.knet_transport (str) = udp
        totem.interface.0.mcastport (u16) = 5510
        totem.interface.1.bindnetaddr (str) = 127.0.0.2
        totem.interface.1.knet_ping_interval (u32) = 300
        totem.interface.1.knet_ping_timeout (u32) = 900
        totem.interface.1.knet_pong_count (u32) = 3
        totem.knet_compression_level (i32) = 3
        totem.knet_compression_model (str) = zlib
        totem.token (u32) = 2000
        totem.transport (str) = knet
        totem.version (u32) = 2
        uidgid.config.uid.0 (u8) = 1
        """.split(separator: "\n").map(String.init)

    private let text = """
        totem {
          version: 2
          cluster_name: rich
          transport: knet
          token: 2000
          consensus: 3000
          config_version: 7
          crypto_cipher: none
          crypto_hash: none
          block_unlisted_ips: no
          knet_compression_model: zlib
          knet_compression_level: 3
          interface {
            linknumber: 0
            knet_link_priority: 5
            mcastport: 5510
            knet_transport: udp
          }
          interface {
            linknumber: 1
            knet_ping_interval: 300
            knet_ping_timeout: 900
            knet_pong_count: 3
          }
        }
        quorum {
          provider: corosync_votequorum
          expected_votes: 3
          wait_for_all: 1
          last_man_standing_window: 5000
        }
        logging {
          to_stderr: no
          to_syslog: no
          debug: off
          logger_subsys {
            subsys: QUORUM
            debug: on
          }
          logging_daemon {
            name: corosync
            subsys: TOTEM
            debug: on
          }
        }
        nodelist {
          node {
            ring0_addr: 127.0.0.1
            ring1_addr: 127.0.0.2
            name: a
            nodeid: 9
          }
          node {
            ring0_addr: 127.0.0.3
            ring1_addr: 127.0.0.4
            name: b
            nodeid: 4
            quorum_votes: 2
          }
        }
        uidgid {
          uid: root
        }
        system {
          sched_rr: no
        }
        lockstep {
          node: a
        }
        """
}
