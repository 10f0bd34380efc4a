import Agents
import CIB
import ClusterTypes
import XMLTree

@testable import ClusterCommands

/// A cluster in memory: applies changes as a node does, and does what the test says.
final class TestCluster: ClusterConnection {
    var stored: CIBDocument
    var isLive = true
    /// Changes that are refused as outdated before one is accepted; somebody else's edit comes with each.
    var conflicts: [CIBOperation] = []
    /// Answers to `activity`, the last one repeats.
    var activities: [ClusterActivity] = [ClusterActivity(node: "n1", members: ["n1", "n2"])]
    var calls: [String] = []
    var changes: [[CIBOperation]] = []

    init(_ configuration: [String] = []) throws {
        stored = try CIBDocument(
            parsing: Array(
                """
                <cib crm_feature_set="3.16.2" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0" \
                have-quorum="1" dc-uuid="1"><configuration><crm_config/><nodes><node id="1" uname="n1"/>\
                <node id="2" uname="n2"/></nodes><resources/><constraints/></configuration><status/></cib>
                """.utf8))
        var draft = ConfigurationDraft(stored)
        for line in configuration {
            for (_, words) in try splitLines(line) { try draft.add(try parseStatement(words)) }
        }
        stored = try CIBDocument(draft.edited)
    }

    func document() -> CIBDocument { stored }

    func query(xpath: String) throws(CommandFailure) -> [XMLElement] {
        do { return try stored.query(xpath: xpath) } catch { throw CommandFailure(error) }
    }

    func change(_ operations: [CIBOperation], expecting version: CIBVersion?) throws(CommandFailure) -> CIBVersion {
        let origin = CIBOrigin(node: "n1", client: "test", user: "root", seconds: 0)
        if !conflicts.isEmpty {
            do { try stored.apply(CIBChange([conflicts.removeFirst()], origin: origin)) } catch {
                throw CommandFailure(error)
            }
            throw CommandFailure(.outdated, "the CIB is at another version")
        }
        do {
            try stored.apply(CIBChange(operations, expectedVersion: version, origin: origin))
        } catch {
            throw CommandFailure(error)
        }
        changes.append(operations)
        return stored.version
    }

    func activity() -> ClusterActivity? {
        guard isLive else { return nil }
        return activities.count > 1 ? activities.removeFirst() : activities.first
    }

    func forget(_ history: HistoryKind, resource: String?, node: String?) {
        calls.append("\(history.rawValue) \(resource ?? "all") on \(node ?? "all")")
    }

    func fence(node: String, action: String) { calls.append("fence \(node) \(action)") }
    func confirmFenced(node: String) { calls.append("confirm \(node)") }

    func setAttribute(node: String, name: String, value: String?, lifetime: AttributeLifetime) {
        calls.append("\(node) \(name)=\(value ?? "nothing") \(lifetime.rawValue)")
    }

    func shutDown() { calls.append("shutdown") }

    func followEvents(_ receive: (String) -> Bool) {
        _ = receive(#"{"time":0.25,"event":"node-lost","node":"n2"}"#)
    }
}

/// The agents that tests know: `ocf:heartbeat:IPaddr2`, which requires `ip`, and `Dummy` of two providers.
final class TestAgents: AgentSource {
    let catalogue = AgentCatalogue(providers: [
        .init(folder: "/r/heartbeat", names: ["IPaddr2", "Dummy", "apache"]),
        .init(folder: "/r/pacemaker", names: ["Dummy", "Stateful"]),
    ])

    func metadata(of agent: AgentReference) -> AgentMetadata? {
        guard catalogue.agents.contains(agent) else { return nil }
        let isAddress = agent.type == "IPaddr2"
        let parameters =
            isAddress
            ? """
            <parameter name="ip" required="1"><content type="string" default=""/></parameter>
            <parameter name="cidr_netmask"><content type="string"/></parameter>
            """ : "<parameter name=\"state\"><content type=\"string\"/></parameter>"
        return try? AgentMetadata(
            parsing:
                "<resource-agent name=\"\(agent.type)\"><shortdesc>An agent</shortdesc><parameters>\(parameters)</parameters></resource-agent>"
        )
    }
}

/// What a command line printed and how it ended.
struct Outcome {
    var status: Int32
    var output: String
    var errors: String
}

/// Runs a command line against a cluster in memory.
func run(
    _ line: String, on cluster: TestCluster, input: [String] = [], isTerminal: Bool = false
) throws -> Outcome {
    var outcome = Outcome(status: 0, output: "", errors: "")
    var rest = input
    let console = Console(
        isTerminal: isTerminal, source: { rest.isEmpty ? nil : rest.removeFirst() },
        sink: { stream, text in if stream == .output { outcome.output += text } else { outcome.errors += text } })
    let session = Session(
        programName: "crm", console: console,
        facilities: Facilities(
            connect: { _ in cluster }, agents: TestAgents(), now: { WallTime(seconds: 1_000_000_000) }, pause: { _ in },
            hostName: "n1"))
    let words = try splitLines(line).first?.words ?? []
    outcome.status = runCommandLine(words, session)
    return outcome
}
