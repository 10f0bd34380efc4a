import Agents
import ClusterTypes
import Testing
import XMLTree

@Suite struct AgentMetadataTests {
    private let text = """
        debug output that an agent should not print
        <?xml version="1.0"?>
        <resource-agent name="x" version="2"><version> 1.1 </version>
        <longdesc lang="de">lang</longdesc><longdesc lang="en">
        Long text
        </longdesc>
        <parameters>
        <parameter name="ip" required="1" unique-group="a"><shortdesc lang="en">Address</shortdesc><content type="string"/></parameter>
        <parameter name="level" reloadable="1"><content type="integer" default="3"/></parameter>
        <parameter name="secret" private="1"/><parameter/>
        </parameters>
        <actions><action name="start" timeout="20s"/><action name="monitor" timeout="5" interval="1min" role="Promoted"/>
        <action name="on" on_target="1" automatic="yes"/><action/></actions></resource-agent>
        """

    @Test func parametersAndActionsAreRead() throws {
        let metadata = try AgentMetadata(parsing: text)
        #expect(metadata.name == "x" && metadata.version == "1.1" && metadata.longDescription == "Long text")
        #expect(metadata.parameters.map(\.name) == ["ip", "level", "secret"])
        let ip = try #require(metadata.parameter("ip"))
        #expect(ip.isRequired && ip.isUnique && !ip.isReloadable && ip.shortDescription == "Address")
        let level = try #require(metadata.parameter("level"))
        #expect(level.type == "integer" && level.defaultValue == "3" && level.isReloadable && !level.isRequired)
        #expect(metadata.privateParameters == ["secret"])
        #expect(metadata.actions.map(\.name) == ["start", "monitor", "on"])
        #expect(metadata.actions[0].timeout == .seconds(20) && metadata.actions[0].interval == .zero)
        #expect(metadata.actions[1].interval == .seconds(60) && metadata.actions[1].role == "Promoted")
        #expect(metadata.actions[2].isOnTarget && metadata.actions[2].isAutomatic)
    }

    @Test func usualNamesOfSecretsAreSecretWhenNothingIsMarked() throws {
        let metadata = try AgentMetadata(
            parsing:
                "<resource-agent><parameters><parameter name='user'/><parameter name='ip'/></parameters></resource-agent>"
        )
        #expect(metadata.privateParameters == ["user"])
        #expect(metadata.followsAPI11 == false)
    }

    @Test(arguments: ["", "no xml", "<html/>", "<resource-agent>", "<resource-agent><a></resource-agent>"])
    func whatIsNoMetadataIsAnError(text: String) {
        #expect(throws: XMLFailure.self) { try AgentMetadata(parsing: text) }
    }

    @Test(arguments: [
        ("1.0", false), ("1.1", true), ("1.10", true), ("2", true), ("", false), ("x.y", false), ("1.0.1", false),
    ])
    func theVersionDecidesWhatReloadMeans(version: String, follows: Bool) throws {
        let metadata = try AgentMetadata(parsing: "<resource-agent><version>\(version)</version></resource-agent>")
        #expect(metadata.followsAPI11 == follows)
    }
}

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("20", Duration.seconds(20)), ("20s", .seconds(20)), ("1500ms", .milliseconds(1500)), ("5min", .seconds(300)),
        (" 2 h ", .seconds(7200)),
        ("10S", .seconds(10)), ("7us", .microseconds(7)), ("1.9s", .seconds(1)), ("0", .zero),
        ("9223372036854775807h", .seconds(315_576_000)),
    ])
    func timesAreRead(text: String, expected: Duration) { #expect(Duration(timeText: text) == expected) }

    @Test(arguments: ["", "s", "-5", "10 parsecs", "99999999999999999999", "1e3", "ten"])
    func everythingElseIsRefused(text: String) { #expect(Duration(timeText: text) == nil) }
}

@Suite struct AgentCatalogueTests {
    private let catalogue = AgentCatalogue(
        providers: [
            .init(folder: "/usr/lib/ocf/resource.d/heartbeat", names: ["IPaddr2", "Dummy", ".ocf-shellfuncs"]),
            .init(folder: "/usr/lib/ocf/resource.d/pacemaker/", names: ["Dummy"]),
            .init(folder: "/opt/resource-agents/lockstep", names: ["Dummy"]),
        ],
        fenceFolders: [.init(folder: "/usr/sbin", names: ["fence_ipmilan", "sshd", "fence_apc"])],
        initScripts: ["cron", "README", ".depend"], units: ["nginx.service", "nginx.service", "x.mount"])

    @Test func agentsAreListedByStandardAndProvider() {
        #expect(catalogue.providers == ["heartbeat", "lockstep", "pacemaker"])
        #expect(catalogue.types(of: .ocf, provider: "heartbeat") == ["Dummy", "IPaddr2"])
        #expect(catalogue.types(of: .stonith) == ["fence_apc", "fence_ipmilan"])
        #expect(catalogue.types(of: .lsb) == ["cron"])
        #expect(catalogue.types(of: .systemd) == ["nginx", "x.mount"])
    }

    @Test func aTypeAloneMayMeanSeveralAgents() {
        #expect(catalogue.alternatives(ofType: "Dummy").map(\.provider) == ["heartbeat", "lockstep", "pacemaker"])
        #expect(catalogue.alternatives(ofType: "None").isEmpty)
    }
}
