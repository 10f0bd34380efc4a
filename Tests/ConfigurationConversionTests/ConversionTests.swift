import ClusterConfiguration
import ClusterTypes
import Testing

@testable import ConfigurationConversion

private let clusterConf = """
    <?xml version="1.0"?>
    <cluster name="shop" config_version="14">
      <cman two_node="1" expected_votes="1" transport="udpu">
        <multicast addr="239.192.4.4"/>
      </cman>
      <totem token="21000" rrp_mode="passive" secauth="off"/>
      <clusternodes>
        <clusternode name="db1" nodeid="1" votes="1">
          <altname name="db1-b"/>
          <fence>
            <method name="ipmi"><device name="ipmi-db1" action="reboot"/></method>
          </fence>
        </clusternode>
        <clusternode name="db2" votes="1">
          <altname name="db2-b"/>
        </clusternode>
      </clusternodes>
      <fencedevices>
        <fencedevice name="ipmi-db1" agent="fence_ipmilan" ipaddr="10.9.0.1" login="admin"/>
      </fencedevices>
      <logging to_syslog="yes" syslog_priority="error"/>
      <quorumd label="qd"/>
      <rm log_level="6">
        <service name="mysql"><ip address="10.0.0.50"/></service>
      </rm>
    </cluster>
    """

private let heartbeat = """
    # three nodes
    logfacility local0
    keepalive 500ms
    deadtime 8   # seconds
    warntime 4
    initdead 60
    udpport 694
    bcast eth0
    ucast eth1 10.1.0.2
    auto_failback off
    node anna
    node bert carl
    ping 10.0.0.254
    compression bz2
    compression_threshold 2
    crm no
    """

@Suite struct ConversionTests {
    @Test func aClusterConfBecomesAValidFile() throws {
        let converted = try ConvertedConfiguration(converting: clusterConf)
        let (settings, _) = try ClusterSettings.parse(converted.text, file: "c")
        #expect(settings.totem.clusterName == "shop")
        #expect(settings.totem.configVersion == 14)
        #expect(settings.totem.token == .milliseconds(21_000))
        #expect(settings.totem.crypto.isRequired == false)
        #expect(settings.quorum.isTwoNode)
        #expect(settings.expectedVotes == 2)
        #expect(settings.nodes.map(\.name) == ["db1", "db2"])
        #expect(settings.nodes.map(\.id) == [NodeID(1), NodeID(2)])
        #expect(settings.nodes[1].addresses.map(\.address) == ["db2", "db2-b"])
        #expect(settings.logging.syslogPriority == .error)
    }

    @Test func whatAClusterConfHasMoreIsNamedWithItsLine() throws {
        let notes = try ConvertedConfiguration(converting: clusterConf).notes.map(\.description)
        for start in [
            "line 3: <cman> transport=\"udpu\"", "line 4: <multicast>",
            "line 11: fencing of db1, level 1: device 'ipmi-db1'",
            "line 14: clusternode db2 has no nodeid", "line 19: <fencedevice>: enter it with 'crm configure primitive",
            "line 22: <quorumd>", "line 23: <rm>", "line 24: <service> 'mysql'", "line 24: <ip>",
        ] {
            #expect(notes.contains { $0.hasPrefix(start) }, "\(start)")
        }
        #expect(notes.contains { $0.contains("stonith:fence_ipmilan params ipaddr=\"10.9.0.1\" login=\"admin\"") })
    }

    @Test func anHaCfBecomesAValidFile() throws {
        let converted = try ConvertedConfiguration(converting: heartbeat)
        let (settings, _) = try ClusterSettings.parse(converted.text, file: "c")
        #expect(settings.nodes.map(\.name) == ["anna", "bert", "carl"])
        #expect(settings.totem.token == .seconds(8))
        #expect(settings.totem.tokenWarningPercent == 50)
        #expect(settings.links.map(\.port) == [694])
        #expect(settings.totem.compression?.model == "bzip2")
        #expect(settings.totem.compression?.threshold == 2048)
        #expect(!settings.quorum.isTwoNode)
        #expect(settings.logging.syslogFacility == .local0)
    }

    @Test func whatAnHaCfHasMoreIsNamedWithItsLine() throws {
        let notes = try ConvertedConfiguration(converting: heartbeat).notes.map(\.description)
        for start in [
            "line 3: keepalive 500ms", "line 6: initdead 60", "line 8: bcast eth0", "line 9: ucast eth1 10.1.0.2",
            "line 10: auto_failback off", "line 13: ping 10.0.0.254", "line 16: crm no: the resources of haresources",
            "there were several media (eth0, eth1)",
        ] {
            #expect(notes.contains { $0.hasPrefix(start) }, "\(start)")
        }
    }

    @Test func twoHeartbeatNodesAreAPair() throws {
        let converted = try ConvertedConfiguration(converting: "node a b\ndeadtime 10\n")
        #expect(try ClusterSettings.parse(converted.text, file: "c").settings.quorum.isTwoNode)
    }

    @Test(arguments: ["", "<cib/>", "<cluster", "<cluster/>", "keepalive 2\n", "\u{0}\u{1}"])
    func whatIsNeitherIsRefused(text: String) {
        #expect(throws: ConversionFailure.self) { try ConvertedConfiguration(converting: text) }
    }

    @Test func aCutFileNeverStopsTheReader() {
        for text in [clusterConf, heartbeat] {
            for count in stride(from: 0, to: text.count, by: 3) {
                _ = try? ConvertedConfiguration(converting: String(text.prefix(count)))
            }
        }
    }

    @Test func aValueCannotOpenASection() throws {
        let converted = try ConvertedConfiguration(converting: "node a{ b}\nlogfile /x{\n")
        #expect(!converted.text.contains("a{"))
    }

    @Test(arguments: [("2", 2000), ("0.5", 500), ("500ms", 500), ("1s", 1000), ("x", nil), ("-1", nil), ("1e99", nil)])
    func timesOfHeartbeatAreSecondsUnlessTheySayMore(text: String, milliseconds: Int?) {
        #expect(HeartbeatTimes.milliseconds(text) == milliseconds)
    }
}
