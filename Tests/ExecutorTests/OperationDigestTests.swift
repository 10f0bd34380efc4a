import Agents
import Executor
import Testing
import XMLTree

/// The expected values come from `crm_resource --digests` of Pacemaker 2.1.5 on the same parameters.
@Suite struct OperationDigestTests {
    private let parameters: [XMLElement.Attribute] = [
        .init("state", "/tmp/x \"q\" 'a' <b> & ü <x"), .init("fake", "v"), .init("passwd", "s"),
        .init("envfile", "/tmp/e"),
    ]

    private let metadata = """
        <?xml version="1.0"?>
        <resource-agent name="Dummy" version="2.1"><version>1.1</version>
        <parameters><parameter name="state" unique-group="state"><content type="string" default="/x"/></parameter>
        <parameter name="passwd" reloadable="1"/><parameter name="fake" reloadable="1"/></parameters>
        <actions><action name="start" timeout="20s"/><action name="reload-agent" timeout="20"/></actions></resource-agent>
        """

    @Test func theDigestOfAllParametersIsTheIncumbents() {
        #expect(
            OperationDigests(request("start", parameters), metadata: nil).all == "fa945af33317edf8fabed4b50b153dae")
        #expect(
            OperationDigests(request("monitor", interval: 10_000, parameters), metadata: nil).all
                == "0d040ed18019afa951983b5ab1b27eb3")
    }

    @Test func bookkeepingIsNoParameter() {
        let noise: [XMLElement.Attribute] = [.init("crm_feature_set", "3.16.1"), .init("CRM_meta_on_node", "a")]
        #expect(
            OperationDigests(request("start", noise + parameters), metadata: nil).all
                == "fa945af33317edf8fabed4b50b153dae")
    }

    @Test func metadataSaysWhatIsSecretAndWhatNeedsARestart() throws {
        let digests = OperationDigests(request("start", parameters), metadata: try AgentMetadata(parsing: metadata))
        #expect(digests.secure == "1ba3b0911f96b99a51e7d0cb19dc2736")
        #expect(digests.secureParameters == "  passwd  ")
        #expect(digests.restartParameters == "  state  ")
        let stateOnly = OperationDigests(request("start", [parameters[0]]), metadata: nil)
        #expect(digests.restart == stateOnly.all)
        let stop = OperationDigests(request("stop", parameters), metadata: try AgentMetadata(parsing: metadata))
        #expect(stop.restart == nil && stop.secure == nil)
    }

    /// The entry that Pacemaker 2.1.5 wrote for its own Dummy's recurring monitor, without parameters.
    @Test func aRecurringMonitorsDigestsAreTheIncumbents() throws {
        let digests = OperationDigests(
            request("monitor", interval: 10_000), metadata: try AgentMetadata(parsing: metadata))
        #expect(digests.all == "4811cef7f7f94e3a35a70be7916cb2fd")
        #expect(digests.secure == "4811cef7f7f94e3a35a70be7916cb2fd")
        #expect(digests.secureParameters == "  passwd  ")
        #expect(digests.restart == nil)
    }

    @Test func theFirstResultWaitsForTheMetadata() throws {
        var bench = Bench()
        bench.send(.executionRequested(request("start", parameters)))
        let runs = bench.runs
        #expect(runs.map(\.argument) == ["start", "meta-data"])
        bench.end(runs[0].id, 0)
        #expect(bench.results.isEmpty)
        bench.send(.agentFinished(runs[1].id, AgentOutcome(.exited(0), output: metadata)))
        #expect(bench.results.map(\.digests.restartParameters) == ["  state  "])
        bench.end(try bench.begin(request("start", parameters)), 0)
        #expect(bench.results.map(\.digests.restartParameters) == ["  state  "])
    }

    @Test func metadataThatCannotBeReadHoldsNothingBack() throws {
        var bench = Bench()
        bench.send(.executionRequested(request("start", parameters)))
        let runs = bench.runs
        bench.end(runs[0].id, 0)
        bench.send(.agentFinished(runs[1].id, AgentOutcome(.exited(0), output: "<not xml")))
        #expect(bench.results.count == 1)
    }

    @Test func aStopUsesTheParametersOfTheStart() throws {
        var bench = Bench()
        bench.end(try bench.begin(request("start", [.init("state", "/old")])), 0)
        bench.send(.executionRequested(request("stop", [.init("state", "/new")])))
        guard case .run(_, let call)? = bench.effects.first(where: { if case .run = $0 { true } else { false } }) else {
            return #expect(Bool(false))
        }
        #expect(call.environment.contains(.init("OCF_RESKEY_state", "/old")))
        #expect(!call.environment.contains(.init("OCF_RESKEY_state", "/new")))
    }
}
