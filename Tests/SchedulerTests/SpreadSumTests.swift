import ClusterTypes
import Scheduler
import Testing
import XMLTree

/// What colocations spread is added up where the order of additions cannot matter, and walked when an explanation is asked for:
/// both must come to the same scores.
@Suite struct SpreadSumTests {
    /// The primary of a resource, for each shape; the first resource has none.
    private static let shapes: [(name: String, primary: @Sendable (Int) -> Int)] = [
        ("chain", { $0 - 1 }), ("tree", { ($0 - 1) / 2 }), ("star", { _ in 0 }),
        ("short chains", { $0 % 4 == 0 ? 0 : $0 - 1 }),
    ]

    private static let colocations = [["INFINITY"], ["INFINITY", "INFINITY", "100"], ["500000"], ["INFINITY", "-50"]]

    /// The preferences of a resource for a node, each in turn: small ones, ones that reach infinity together, ones that forbid.
    private static let preferences = [
        ["0"], ["1", "-3", "20"], ["400000", "-300000"], ["-400000"], ["400000"],
        ["0", "0", "0", "-INFINITY", "INFINITY"],
        ["999999", "-999999", "0"],
    ]

    private func document(
        _ primary: (Int) -> Int, _ colocations: [String], _ preferences: [String], inGroups: Bool
    ) throws -> XMLElement {
        let count = 12
        let agent = "class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\""
        let resources = (0..<count).map { number in
            inGroups && number % 3 == 1
                ? "<group id=\"r\(number)\"><primitive id=\"a\(number)\" \(agent)/><primitive id=\"b\(number)\" \(agent)/></group>"
                : "<primitive id=\"r\(number)\" \(agent)/>"
        }
        let constraints = (1..<count).map { number in
            """
            <rsc_colocation id="k\(number)" rsc="r\(number)" with-rsc="r\(primary(number))"
             score="\(colocations[number % colocations.count])"/>
            <rsc_location id="l\(number)" rsc="r\(number)" node="n\(number % 3 + 1)"
             score="\(preferences[number % preferences.count])"/>
            """
        }
        let nodes = (1...3).map { "<node id=\"\($0)\" uname=\"n\($0)\"/>" }
        let states = (1...3).map {
            "<node_state id=\"\($0)\" uname=\"n\($0)\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\"/>"
        }
        let text = """
            <cib have-quorum="1" dc-uuid="1"><configuration><crm_config><cluster_property_set id="o">
            <nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
            <nodes>\(nodes.joined())</nodes><resources>\(resources.joined())</resources>
            <constraints>\(constraints.joined())</constraints></configuration><status>\(states.joined())</status></cib>
            """
        return try XMLElement(parsing: text)
    }

    @Test("sums and walks come to the same scores and actions", arguments: [false, true])
    func sums(inGroups: Bool) throws {
        for shape in Self.shapes {
            for colocations in Self.colocations {
                for preferences in Self.preferences {
                    let cib = try document(shape.primary, colocations, preferences, inGroups: inGroups)
                    let (summed, walked) = (decide(cib, explains: false), decide(cib, explains: true))
                    let what: Comment = "\(shape.name) \(colocations) \(preferences)"
                    #expect(summed.scores.map(\.text) == walked.scores.map(\.text), what)
                    #expect(summed.graph == walked.graph, what)
                }
            }
        }
    }

    private func decide(_ cib: XMLElement, explains: Bool) -> SchedulerOutput {
        Scheduler.schedule(
            SchedulerInput(
                cib: cib, now: WallTime(seconds: 1_700_000_000),
                options: SchedulerOptions(explains: explains, collectsScores: true)))
    }
}
