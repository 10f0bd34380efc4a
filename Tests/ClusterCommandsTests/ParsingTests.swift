import Testing
import XMLTree

@testable import ClusterCommands

/// What single configuration lines become, before ids are made.
@Suite struct ParsingTests {
    func xml(_ line: String) throws -> String {
        try parseStatement(try splitLines(line).first?.words ?? []).element.compact()
    }

    @Test(arguments: [
        (
            "primitive vip ocf:heartbeat:IPaddr2 params ip=10.0.0.10 op monitor interval=10s timeout=20s meta target-role=Started",
            #"<primitive id="vip" class="ocf" provider="heartbeat" type="IPaddr2"><instance_attributes><nvpair name="ip" value="10.0.0.10"/></instance_attributes><operations><op name="monitor" interval="10s" timeout="20s"/></operations><meta_attributes><nvpair name="target-role" value="Started"/></meta_attributes></primitive>"#
        ),
        (
            "primitive a systemd:nginx op start timeout=60s op monitor interval=5 depth=1",
            #"<primitive id="a" class="systemd" type="nginx"><operations><op name="start" timeout="60s" interval="0"/><op name="monitor" interval="5"><instance_attributes><nvpair name="depth" value="1"/></instance_attributes></op></operations></primitive>"#
        ),
        (
            "location l g 100: n1", #"<rsc_location id="l" rsc="g" score="100" node="n1"/>"#
        ),
        (
            "location l g rule -inf: not_defined pingd or pingd lte 0",
            #"<rsc_location id="l" rsc="g"><rule score="-INFINITY" boolean-op="or"><expression operation="not_defined" attribute="pingd"/><expression operation="lte" attribute="pingd" value="0"/></rule></rsc_location>"#
        ),
        (
            "location l g rule date spec hours=9-16 weekdays=1-5",
            #"<rsc_location id="l" rsc="g"><rule score="INFINITY"><date_expression operation="date_spec"><date_spec hours="9-16" weekdays="1-5"/></date_expression></rule></rsc_location>"#
        ),
        (
            "colocation c inf: a b:Master",
            #"<rsc_colocation id="c" score="INFINITY" rsc="a" with-rsc="b" with-rsc-role="Master"/>"#
        ),
        ("order o Mandatory: a b", #"<rsc_order id="o" kind="Mandatory" first="a" then="b"/>"#),
        (
            "order o 0: a:promote b symmetrical=no",
            #"<rsc_order id="o" kind="Optional" symmetrical="false" first="a" first-action="promote" then="b"/>"#
        ),
        (
            "order o Optional: a ( b c ) [ d e ]",
            #"<rsc_order id="o" kind="Optional"><resource_set><resource_ref id="a"/></resource_set><resource_set sequential="false"><resource_ref id="b"/><resource_ref id="c"/></resource_set><resource_set sequential="false" require-all="false"><resource_ref id="d"/><resource_ref id="e"/></resource_set></rsc_order>"#
        ),
        (
            "property stonith-enabled=false",
            #"<cluster_property_set><nvpair name="stonith-enabled" value="false"/></cluster_property_set>"#
        ),
        ("tag t: a b", #"<tag id="t"><obj_ref id="a"/><obj_ref id="b"/></tag>"#),
    ])
    func linesOfTutorials(_ line: String, _ expected: String) throws {
        #expect(try xml(line) == expected)
    }

    @Test func quotesHoldValuesTogether() throws {
        #expect(try xml(#"primitive a lsb:x params f="/a b" g='c d'"#).contains(#"name="f" value="/a b""#))
    }

    @Test func aMistakeIsNamedWithItsPlace() {
        #expect(throws: CommandFailure.self) { try xml("primitive vip ocf:heartbeat:IPaddr2 prams ip=1") }
        do {
            _ = try xml("primitive vip ocf:heartbeat:IPaddr2 prams ip=1")
        } catch let failure as CommandFailure {
            #expect(failure.code == .usage)
            #expect(
                failure.message
                    == "primitive vip: unexpected word at \"prams\" (word 4), expected params, meta, utilization, op or operations"
            )
            #expect(failure.advice == "Did you mean \"params\"?")
        } catch { Issue.record(error) }
    }

    @Test(arguments: [
        "primitive", "primitive vip", "primitive 1a x", "primitive vip a=b", "primitive a ocf::x",
        "primitive a foo:bar", "group g",
        "group g a a", "clone c", "location l", "location l g", "location l g 100:", "location l g rule",
        "location l { g rule x eq 1",
        "colocation c a b", "colocation c inf: a", "colocation c inf: a:Nothing b", "order o a", "order o x: a b",
        "order o ( a b", "order o a ) b", "order o ( ) a b", "order o ( a ( b ) )", "property", "property x",
        "property x=", "tag", "tag t",
        "rsc_ticket r", "rsc_ticket r t a", "node", "node n1:strange", "monitor a", "xml <a", "xml <a/>", "nonsense",
        "location l g rule a eq 1 and b eq 2 or c eq 3", "location l g rule date sometimes",
        "location l g rule date in hours=1",
    ])
    func nonsenseIsRefused(_ line: String) {
        #expect(throws: CommandFailure.self) { try xml(line) }
    }

    /// Whatever words come, in whatever order, the parser answers or refuses.
    @Test func noWordsTrap() {
        let pieces = [
            "primitive", "group", "clone", "location", "order", "colocation", "a", "b", "inf:", "rule", "(", ")", "[",
            "]", "{", "}", "op",
            "params", "=", "x=", "=y", "$id=", "$id=q", "@", "@r", "@r:n", ":", "date", "in", "spec", "start=1", "or",
            "and", "eq", "/x/", "",
            "monitor", "meta", "$", "$:=", "-", "--",
        ]
        var state: UInt64 = 7
        for _ in 0..<3_000 {
            var words: [String] = []
            for _ in 0..<8 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                words.append(pieces[Int(state >> 33) % pieces.count])
            }
            _ = try? parseStatement(words)
            _ = try? parseStatement([pieces[Int(state >> 40) % 6]] + words)
        }
    }

    @Test func linesAreSplitAsAShellDoes() throws {
        let lines = try splitLines("a b\\\n  c # d\n# no\n\n 'e f' \"g\\\"h\" i\\ j\n")
        #expect(lines.map(\.words) == [["a", "b", "c", "#", "d"], ["e f", "g\"h", "i j"]])
        #expect(lines.map(\.line) == [1, 5])
        #expect(throws: CommandFailure.self) { try splitLines("a 'b") }
    }
}
