import Agents
import ClusterTypes
import Fencing
import Testing
import XMLTree

@Suite struct TopologyTests {
    private let d = device("d", ["pcmk_host_list": "c", "pcmk_reboot_retries": "1", "pcmk_off_retries": "1"])
    private let e = device("e", ["pcmk_host_list": "c", "pcmk_reboot_retries": "1", "pcmk_on_retries": "1"])
    private let f = device("f", ["pcmk_host_list": "c", "pcmk_reboot_retries": "1"])

    @Test func severalDevicesAreAllOffBeforeOneIsOn() throws {
        var site = Site(
            ["a"], devices(d, e, levels: [TopologyLevel(index: 1, target: .node("c"), devices: ["d", "e"])]))
        site.fence("c")
        var seen: [String] = []
        for _ in 0..<4 {
            seen.append(try #require(site.runs.first?.input[0]))
            #expect(site.outcomes.isEmpty)
            // Not switching on again leaves the node fenced all the same.
            try site.endRun(seen.count < 4 ? .exited(0) : .exited(1))
        }
        #expect(seen == ["action=off", "action=off", "action=on", "action=on"])
        #expect(site.outcomes.map(\.result) == [.succeeded])
    }

    @Test func theNextLevelFollowsAFailedOne() throws {
        let levels = [
            TopologyLevel(index: 2, target: .node("c"), devices: ["f"]),
            TopologyLevel(index: 1, target: .node("c"), devices: ["d", "e"]),
        ]
        var site = Site(["a"], devices(d, e, f, levels: levels))
        site.fence("c")
        try site.endRun(.exited(1))
        #expect(site.steps.map(\.device) == ["d", "f"])
        try site.endRun(.exited(0))
        #expect(site.outcomes.map(\.result) == [.succeeded])
    }

    @Test func namesComeBeforePatternsBeforeAttributes() {
        let byPattern = TopologyLevel(index: 1, target: .pattern("^c"), devices: ["e"])
        let byAttribute = TopologyLevel(index: 1, target: .attribute(name: "rack", value: "1"), devices: ["f"])
        var configuration = devices(
            d, e, f, levels: [byAttribute, byPattern, TopologyLevel(index: 3, target: .node("c"), devices: ["d"])])
        configuration.nodes = [.init(name: "c", attributes: [.init("rack", "1")])]
        for expected in ["d", "e", "f"] {
            var site = Site(["a"], configuration)
            site.fence("c")
            #expect(site.steps.map(\.device) == [expected])
            configuration.levels.removeLast()
        }
    }

    @Test func aPatternThatIsNoExpressionMatchesNothing() {
        var site = Site(["a"], devices(d, levels: [TopologyLevel(index: 1, target: .pattern("(("), devices: ["x"])]))
        site.fence("c")
        #expect(site.steps.map(\.device) == ["d"])
    }

    @Test func aLevelWithAnUnknownDeviceIsPassedOver() {
        let levels = [
            TopologyLevel(index: 1, target: .node("c"), devices: ["gone"]),
            TopologyLevel(index: 2, target: .node("c"), devices: ["d"]),
        ]
        var site = Site(["a"], devices(d, levels: levels))
        site.fence("c")
        #expect(site.steps.map(\.device) == ["d"])
    }

    @Test func theConfigurationIsReadFromTheCIB() throws {
        let text = """
            <configuration><nodes><node id="1" uname="c"><instance_attributes id="n"><nvpair id="n1" name="rack" value="1"/>
            </instance_attributes></node></nodes>
            <resources><template id="t" class="stonith" type="fence_x"><instance_attributes id="ti">
            <nvpair id="t1" name="ip" value="0"/><nvpair id="t2" name="user" value="u"/></instance_attributes></template>
            <primitive id="web" class="ocf" provider="p" type="x"/>
            <group id="g"><primitive id="d" template="t"><instance_attributes id="di"><nvpair id="d1" name="ip" value="1"/>
            </instance_attributes></primitive></group>
            <primitive id="off" class="stonith" type="fence_y"><meta_attributes id="m"><nvpair id="m1" name="target-role" value="Stopped"/>
            </meta_attributes></primitive></resources>
            <constraints><rsc_location id="l" rsc="d" node="c" score="-INFINITY"/><rsc_location id="l2" rsc="d" node="a" score="5"/></constraints>
            <fencing-topology><fencing-level id="f1" index="1" target-attribute="rack" target-value="1" devices="d, e"/>
            <fencing-level id="f2" index="12" target="c" devices="d"/></fencing-topology></configuration>
            """
        let configuration = FencingConfiguration(configuration: try XMLElement(parsing: text))
        let d = FencingDevice(
            id: "d", agent: "fence_x", parameters: [.init("ip", "1"), .init("user", "u")], bannedNodes: ["c"])
        #expect(configuration.devices == [d])
        #expect(
            configuration.levels == [
                TopologyLevel(index: 1, target: .attribute(name: "rack", value: "1"), devices: ["d", "e"])
            ])
        #expect(configuration.nodes == [.init(name: "c", attributes: [.init("rack", "1")])])
    }
}

@Suite struct DeviceOperationTests {
    private func operation(_ name: String, isProbe: Bool = false) -> DeviceOperation {
        DeviceOperation(device: "d", operation: name, isProbe: isProbe, timeout: .seconds(20))
    }

    @Test func aDeviceIsStartedWhenItsMonitorSucceeded() throws {
        var site = Site(["a"], devices(device("d", ["pcmk_host_list": "b"])))
        let ask = { (site: inout Site, number: UInt64, operation: DeviceOperation) in
            site.send("a", .deviceOperationRequested(AgentRunID(number), operation))
        }
        ask(&site, 1, operation("monitor", isProbe: true))
        #expect(site.operations[AgentRunID(1)]?.ending == .exited(7))
        ask(&site, 2, operation("start"))
        #expect(site.runs.map(\.input) == [["action=monitor"]])
        try site.endRun(.exited(0))
        #expect(site.operations[AgentRunID(2)]?.ending == .exited(0))
        #expect(site.fencers["a"]?.devicesStartedHere == ["d"])
        ask(&site, 3, operation("monitor", isProbe: true))
        #expect(site.operations[AgentRunID(3)]?.ending == .exited(0))
        ask(&site, 4, operation("stop"))
        #expect(site.fencers["a"]?.devicesStartedHere == [])
    }

    @Test func aStopDoesNotWaitForAMonitor() throws {
        var site = Site(["a"], devices(device("d", ["pcmk_host_list": "b"])))
        site.send("a", .deviceOperationRequested(AgentRunID(1), operation("start")))
        try site.endRun(.exited(0))
        site.send("a", .deviceOperationRequested(AgentRunID(2), operation("monitor")))
        let monitor = try #require(site.runs.first?.id)
        site.send("a", .deviceOperationRequested(AgentRunID(3), operation("stop")))
        #expect(site.operations[AgentRunID(3)]?.ending == .exited(0))
        #expect(site.terminated == [monitor])
        try site.endRun(.terminated)
        #expect(site.runs.isEmpty)
        #expect(site.operations[AgentRunID(2)]?.ending == .terminated)
        #expect(site.fencers["a"]?.devicesStartedHere == [])
    }

    @Test func aDeviceThatDoesNotAnswerIsNotStarted() throws {
        var site = Site(["a"], devices(device("d", ["pcmk_host_list": "b", "pcmk_monitor_retries": "1"])))
        site.send("a", .deviceOperationRequested(AgentRunID(1), operation("start")))
        try site.endRun(.exited(1), error: "connection refused")
        #expect(site.operations[AgentRunID(1)]?.ending == .exited(1))
        #expect(site.fencers["a"]?.devicesStartedHere == [])
    }

    @Test func secretsAndOddValuesCannotSmuggleOptions() throws {
        var site = Site(
            ["a"], devices(device("d", ["pcmk_host_list": "b", "passwd": "x\naction=on", "action": "off"])))
        site.fence("b")
        #expect(site.runs.map(\.input) == [["action=reboot", "nodename=b", "plug=b"]])
    }
}
