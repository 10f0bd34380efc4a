import ClusterConfiguration
import Testing

@testable import ConfigurationConversion

/// Whole files as they were in use, two of each kind: what is not in the result is named, line by line.
@Suite struct RealisticConversionTests {
    /// - Parameter used: the lines that are in the result, or have nothing in them.
    private func check(_ text: String, used: Set<Int>) throws -> ConvertedConfiguration {
        let converted = try ConvertedConfiguration(converting: text)
        let named = Set(converted.notes.map(\.line))
        let count = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
        for line in 1...count where !named.contains(line) && !used.contains(line) {
            Issue.record("line \(line) is neither used nor named")
        }
        return converted
    }

    @Test func aThreeNodeClusterOfRHEL6() throws {
        let converted = try check(
            #"""
            <?xml version="1.0"?>
            <cluster name="mycluster" config_version="33">
              <!-- three nodes with dual fencing -->
              <cman expected_votes="3" port="6809">
                <multicast addr="239.192.31.11"/>
              </cman>
              <totem token="20000" consensus="24000" secauth="off" rrp_mode="passive">
                <interface ringnumber="0" ttl="3"/>
              </totem>
              <logging to_syslog="yes" debug="off">
                <logging_daemon name="rgmanager" debug="on"/>
              </logging>
              <clusternodes>
                <clusternode name="node-01.example.com" nodeid="1" votes="1">
                  <altname name="node-01-priv" port="6899" mcast="239.192.99.27"/>
                  <fence>
                    <method name="APC"><device name="apc" port="1" action="reboot"/></method>
                    <method name="SAN"><device name="sanswitch1" port="11"/></method>
                  </fence>
                  <unfence><device name="sanswitch1" port="11" action="on"/></unfence>
                </clusternode>
                <clusternode name="node-02.example.com" nodeid="2" votes="1">
                  <altname name="node-02-priv"/>
                  <fence><method name="APC"><device name="apc" port="2"/></method></fence>
                </clusternode>
                <clusternode name="node-03.example.com" nodeid="3" votes="1"/>
              </clusternodes>
              <fencedevices>
                <fencedevice agent="fence_apc_snmp" ipaddr="apc.example.com" login="apc" name="apc" passwd="a&quot;b c"/>
                <fencedevice agent="fence_sanbox2" ipaddr="san.example.com" login="san" name="sanswitch1" passwd="x"/>
              </fencedevices>
              <fence_daemon clean_start="0" post_fail_delay="0" post_join_delay="3"/>
              <rm log_level="6">
                <failoverdomains>
                  <failoverdomain name="example_pri" nofailback="0" ordered="1" restricted="0">
                    <failoverdomainnode name="node-01.example.com" priority="1"/>
                  </failoverdomain>
                </failoverdomains>
                <resources><ip address="127.143.131.100" monitor_link="yes" sleeptime="10"/></resources>
                <service autostart="1" domain="example_pri" name="www" recovery="relocate">
                  <ip ref="127.143.131.100"/><apache name="httpd" server_root="/etc/httpd" shutdown_wait="0"/>
                </service>
              </rm>
              <dlm plock_ownership="1" plock_rate_limit="0"/>
              <cluster_unknown foo="bar"/>
            </cluster>
            """#,
            used: [
                1, 2, 3, 4, 6, 7, 9, 10, 12, 13, 14, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 31, 37, 38, 42, 43,
                46,
            ])
        // What the file leaves open stays open, and is said.
        #expect(throws: ConfigurationFailure.self) { try ClusterSettings.parse(converted.text, file: "c") }
        #expect(converted.notes.contains { $0.text.contains("node-03.example.com has fewer addresses") })
        #expect(converted.notes.contains { $0.text.contains("passwd='a\"b c'") })
    }

    @Test func aPairWithAQuorumDisk() throws {
        let converted = try check(
            #"""
            <cluster alias="old" config_version="4" name="old">
              <cman two_node="1" expected_votes="1" cluster_id="442" quorum_dev_poll="50000"/>
              <quorumd interval="1" tko="10" votes="1" label="qd">
                <heuristic program="ping -c1 10.0.0.1" interval="2" score="1"/></quorumd>
              <clusternodes><clusternode name="a" nodeid="1" weight="3"><fence/></clusternode><clusternode name="b" votes="1" nodeid="2"/></clusternodes>
              <uidgid uid="500" gid="500"/>
              <totem token="54000" join="60" fail_recv_const="5000"/>
            </cluster>
            """#, used: [1, 2, 5, 7, 8])
        #expect(try ClusterSettings.parse(converted.text, file: "c").settings.quorum.isTwoNode)
    }

    @Test func aHeartbeatPairWithHaresources() throws {
        let converted = try check(
            #"""
            # a Heartbeat 2 pair
            debugfile /var/log/ha-debug
            logfile /var/log/ha-log
            logfacility local0
            keepalive 2
            deadtime 30
            warntime 10
            initdead 120
            udpport 694
            baud 19200
            serial /dev/ttyS0
            bcast eth0 eth1
            mcast eth0 225.0.0.1 694 1 0
            ucast eth0 10.10.10.2
            auto_failback on
            stonith baytech /etc/ha.d/conf/stonith.baytech
            stonith_host * baytech 10.0.0.3 mylogin mysecretpassword
            watchdog /dev/watchdog
            node ken3 kathy
            ping 10.10.10.254
            ping_group group1 10.10.10.254 10.10.10.253
            respawn hacluster /usr/lib/heartbeat/ipfail
            apiauth ipfail gid=haclient uid=hacluster
            deadping 30
            hopfudge 1
            realtime off
            crm no
            """#, used: [1, 3, 4, 6, 7, 9, 19])
        let (settings, warnings) = try ClusterSettings.parse(converted.text, file: "c")
        #expect(warnings.isEmpty && settings.logging.logFile == "/var/log/ha-log" && settings.quorum.isTwoNode)
    }

    @Test func threeHeartbeatNodesWithACIB() throws {
        let converted = try check(
            #"""
            autojoin none
            node alpha
            node beta
            node gamma
            bcast eth1
            ucast bond0 192.168.1.1
            ucast bond0 192.168.1.2
            ucast bond0 192.168.1.3
            keepalive 500ms
            deadtime 15
            warntime 5
            initdead 60
            crm respawn
            use_logd yes
            compression bz2
            compression_threshold 2
            traditional_compression off
            conn_logd_time 60
            coredumps true
            uuidfrom nodename
            cluster mycl
            msgfmt netstring
            max_rexmit_delay 250
            frobnicate yes
            """#, used: [2, 3, 4, 10, 11, 15, 16, 21])
        #expect(try ClusterSettings.parse(converted.text, file: "c").settings.nodes.count == 3)
        #expect(converted.notes.contains { $0.text.hasPrefix("there were several media (bond0, eth1)") })
    }
}
