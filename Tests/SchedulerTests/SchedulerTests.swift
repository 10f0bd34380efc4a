import ClusterTypes
import Scheduler
import Testing
import TransitionGraph
import XMLTree

@Suite struct SchedulerTests {
    private let now = WallTime(seconds: 1_714_564_800)

    private func output(_ text: String) throws -> SchedulerOutput {
        schedule(SchedulerInput(cib: try XMLElement(parsing: Array(text.utf8)), now: now))
    }

    @Test(
        "an empty document gives an empty graph", arguments: ["<cib/>", "<cib><configuration/><status/></cib>", "<x/>"])
    func acceptsNothing(text: String) throws {
        let result = try output(text)
        #expect(result.graph.actions.isEmpty)
        #expect(result.placement.isEmpty)
    }

    @Test("what cannot be understood is left out with a notice")
    func reports() throws {
        let result = try output(
            """
            <cib have-quorum="1"><configuration><crm_config/><nodes><node id="1" uname="alpha"/></nodes><resources>
            <group id="empty"/><primitive id="copy" template="missing"/></resources><constraints>
            <rsc_colocation id="c" rsc="nobody" with-rsc="noone" score="INFINITY"/>
            <rsc_order id="o" first="nobody" then="noone"/></constraints></configuration><status/></cib>
            """)
        #expect(result.placement.isEmpty)
        #expect(result.notices.contains { $0.message.contains("empty") })
        #expect(result.notices.contains { $0.message.contains("missing") })
    }

    @Test("the digest of parameters does not depend on meta-attributes")
    func digests() {
        let plain = OperationDigest.of(attributes: [:])
        #expect(plain == "f2317cad3d54cec5d7d7aa7d0bf35cf8")
        #expect(OperationDigest.of(attributes: ["CRM_meta_timeout": "20000"]) == plain)
        #expect(OperationDigest.of(attributes: ["fake": "a"]) != plain)
        let recurring = ["CRM_meta_interval": "10000", "CRM_meta_timeout": "20000"]
        #expect(OperationDigest.of(attributes: recurring) == "4811cef7f7f94e3a35a70be7916cb2fd")
    }

    @Test("numbers are compared as people count")
    func parsesIntervals() {
        for (text, expected) in [
            ("10s", UInt32(10_000)), ("10", 10_000), ("500ms", 500), ("2min", 120_000), ("1h", 3_600_000),
            ("PT1M", 60_000), ("P40S", 40_000), ("nonsense", 0), ("-5", 0),
        ] {
            #expect(TextValue.interval(text) == expected, "\(text)")
        }
    }

    @Test("scores are read as written")
    func parsesScores() {
        #expect(TextValue.score("INFINITY") == .infinity)
        #expect(TextValue.score("-INFINITY") == .minusInfinity)
        #expect(TextValue.score("20") == Score(20))
        #expect(TextValue.score("9999999") == .infinity)
        #expect(TextValue.score("twenty") == nil)
    }

    @Test("a configuration without fencing starts nothing and says why")
    func wantsFencing() throws {
        let result = try output(
            """
            <cib have-quorum="1"><configuration><crm_config/><nodes><node id="1" uname="alpha"/></nodes><resources>
            <primitive id="one" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/></configuration>
            <status><node_state id="1" uname="alpha" in_ccm="true" crmd="online" join="member" expected="member"/>
            </status></cib>
            """)
        #expect(result.summary.lines.allSatisfy { !$0.hasPrefix("Start") })
        #expect(result.notices.contains { $0.severity == .error })
    }
}
