import CIB
import ClusterTypes
import Foundation
import JSONText
import Testing
import XMLTree

@testable import ClusterCommands

@Suite struct StatusTests {
    func text(_ document: CIBDocument, view: StatusView = StatusView()) -> String {
        StatusText(ClusterStatus(document), view: view, now: WallTime(seconds: 0)).render()
            .split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains("Last updated:") }.joined(
                separator: "\n")
    }

    @Test func aHealthyPair() throws {
        let second = #"in_ccm="true" crmd="online" join="member" expected="member""#
        let others =
            StatusWorld.history("d", "Dummy", "start 0 0 0 8 0")
            + StatusWorld.history("s", "Stateful", "start 0 0 0 9 0")
        let document = try StatusWorld.document(second: second, history: StatusWorld.running, secondHistory: others)
        try expectGolden(text(document), "healthy.txt")
        try expectGolden(ClusterStatus(document).json(now: 0, activity: nil).text + "\n", "healthy.json")
        var view = StatusView()
        view.groupsByNode = true
        try expectGolden(text(document, view: view), "healthy-by-node.txt")
    }

    @Test func aNodeThatMustBeFenced() throws {
        let lost = StatusWorld.history("off", "Dummy", "start 0 0 0 3 0")
        try expectGolden(
            text(try StatusWorld.document(history: StatusWorld.running, secondHistory: lost)), "unclean.txt")
    }

    @Test func failures() throws {
        let history =
            StatusWorld.history("vip", "IPaddr2", "start 0 0 0 5 0", "monitor 10000 1 0 6 0")
            + StatusWorld.history("web", "apache", "start 0 0 0 3 0", "stop 0 1 2 9 0")
            + StatusWorld.history("d", "Dummy", "start 0 193 -1 -1 0")
            + StatusWorld.history("gone", "Dummy", "start 0 0 0 2 0")
        let option = #"<nvpair id="o3" name="stonith-enabled" value="false"/>"#
        let lines = text(try StatusWorld.document(history: history, options: option)).split(separator: "\n").map(
            String.init)
        #expect(lines.contains("    * vip\t(ocf:heartbeat:IPaddr2):\t FAILED n1"))
        #expect(lines.contains("    * web\t(ocf:heartbeat:apache):\t FAILED n1 (blocked)"))
        #expect(lines.contains("  * gone\t(ocf:heartbeat:Dummy):\t ORPHANED Started n1"))
        #expect(lines.contains("    * d\t(ocf:pacemaker:Dummy):\t Starting n1"))
        #expect(
            lines.contains {
                $0.hasPrefix("  * web_stop_0 on n1 'error' (1): call=9, status='Timed Out', exitreason='no route'")
            })
        #expect(lines.contains { $0.hasPrefix("  * OFFLINE: [ n2 ]") })
    }

    @Test func aProbeThatFindsSomethingIsNoFailure() throws {
        let history = StatusWorld.history("vip", "IPaddr2", "start 0 0 0 5 0", "monitor 0 0 0 8 7")
        let status = ClusterStatus(try StatusWorld.document(history: history))
        #expect(status.failures.isEmpty)
        #expect(status.resource("vip")?.role == "Started" && status.resource("vip")?.hasFailed == false)
    }

    @Test(arguments: [
        (#"in_ccm="true" crmd="online" join="member" expected="member""#, NodeCondition.State.online),
        (#"in_ccm="1700000000" crmd="1700000000" join="member" expected="member""#, .online),
        (#"in_ccm="true" crmd="online" join="pending" expected="member""#, .pending),
        (#"in_ccm="true" crmd="offline" join="down" expected="down""#, .pending),
        (#"in_ccm="true" crmd="offline" join="member" expected="member""#, .unclean),
        (#"in_ccm="false" crmd="offline" join="down" expected="member""#, .unclean),
        (#"in_ccm="false" crmd="offline" join="down" expected="down""#, .offline),
    ])
    func nodeStates(_ attributes: String, _ state: NodeCondition.State) throws {
        #expect(ClusterStatus(try StatusWorld.document(second: attributes)).nodes[1].state == state)
    }

    @Test func standbyAndMaintenance() throws {
        let standby =
            #"<instance_attributes id="na"><nvpair id="nas" name="standby" value="on"/></instance_attributes>"#
        let up = #"in_ccm="true" crmd="online" join="member" expected="member""#
        #expect(text(try StatusWorld.document(second: up, attributes: standby)).contains("  * Node n2: standby\n"))
        let option = #"<nvpair id="o3" name="maintenance-mode" value="true"/>"#
        let maintained = text(try StatusWorld.document(history: StatusWorld.running, options: option))
        #expect(maintained.contains("*** Resource management is DISABLED ***"))
        #expect(maintained.contains("Started n1 (maintenance)"))
    }

    /// The incumbents' own tool reads the same document; what it says of nodes and resources must be what we say.
    @Test func crmMonSaysTheSame() throws {
        let second = #"in_ccm="true" crmd="online" join="member" expected="member""#
        let others =
            StatusWorld.history("d", "Dummy", "start 0 0 0 8 0")
            + StatusWorld.history("s", "Stateful", "start 0 0 0 9 0")
        let document = try StatusWorld.document(second: second, history: StatusWorld.running, secondHistory: others)
        try withFolder { folder in
            let path = folder + "/cib.xml"
            try document.root.formatted().write(toFile: path, atomically: true, encoding: .utf8)
            guard let theirs = try runProcess("/usr/sbin/crm_mon", ["-1", "-r"], environment: ["CIB_file": path]) else {
                print("skipped: crm_mon is not installed")
                return
            }
            let body = { (text: String) in text.range(of: "Node List:").map { String(text[$0.lowerBound...]) } ?? text }
            #expect(body(text(document)) == body(theirs.output))
        }
    }

    @Test func theXMLHasTheShapeOfCrmMon() throws {
        let root = ClusterStatus(try StatusWorld.document(history: StatusWorld.running)).xml(request: "crm_mon", now: 0)
        let schema = "/usr/share/pacemaker/api/api-result.rng"
        guard FileManager.default.fileExists(atPath: schema) else {
            print("skipped: Pacemaker's schemas are not installed")
            return
        }
        try withFolder { folder in
            let path = folder + "/status.xml"
            try root.formatted().write(toFile: path, atomically: true, encoding: .utf8)
            let result = try runProcess("/usr/bin/xmllint", ["--noout", "--relaxng", schema, path])
            if result == nil { print("skipped: xmllint is not installed") }
            #expect(result?.status ?? 0 == 0)
        }
    }
}
