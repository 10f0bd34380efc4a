import ClusterTypes
import Foundation
import Scheduler
import Testing
import TransitionGraph
import XMLTree

/// A folder of `Scenarios`: a situation, and what has to be done about it.
struct Scenario: CustomTestStringConvertible {
    let folder: URL
    var testDescription: String { folder.lastPathComponent }

    static let all: [Scenario] = {
        let top = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scenarios")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: top.path())) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted().map { Scenario(folder: top.appending(path: $0)) }
    }()

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// The document, judged at its own `execution-date`.
    func input() throws -> SchedulerInput {
        let cib = try XMLElement(parsing: Array(text("cib.xml").utf8))
        let now = try #require(cib["execution-date"].flatMap { Int64($0) })
        return SchedulerInput(cib: cib, now: WallTime(seconds: now))
    }
}

@Suite struct ScenarioTests {
    @Test("each scenario gives its summary and its graph", arguments: Scenario.all)
    func gives(scenario: Scenario) throws {
        let output = schedule(try scenario.input())
        #expect(output.summary.text == (try scenario.text("expected.summary.txt")))
        let expected = try TransitionGraph(xml: XMLElement(parsing: Array(scenario.text("expected.graph.xml").utf8)))
        #expect(describe(output.graph) == describe(expected))
    }

    @Test("the same input gives the same output", arguments: Scenario.all)
    func repeats(scenario: Scenario) throws {
        let input = try scenario.input()
        let (first, second) = (schedule(input), schedule(input))
        #expect(first.graph == second.graph)
        #expect(first.summary == second.summary)
        #expect(first.placement == second.placement)
    }

    @Test("a graph survives writing and reading", arguments: Scenario.all)
    func survives(scenario: Scenario) throws {
        let graph = schedule(try scenario.input()).graph
        #expect(try TransitionGraph(xml: graph.xml) == graph)
    }

    @Test("a scenario says what it is about", arguments: Scenario.all)
    func explains(scenario: Scenario) throws {
        #expect(try scenario.text("README.md").hasPrefix("# "))
    }

    /// The actions by name with what they wait for: what a graph means, whatever its numbers.
    private func describe(_ graph: TransitionGraph) -> [String] {
        var names: [TransitionGraph.ActionID: String] = [:]
        for action in graph.actions {
            names[action.id] = [action.operationKey, action.internalOperationKey ?? "", action.node ?? ""]
                .joined(separator: " ")
        }
        var inputs: [TransitionGraph.ActionID: [String]] = [:]
        for synapse in graph.synapses {
            for action in synapse.actions { inputs[action] = synapse.inputs.compactMap { names[$0] }.sorted() }
        }
        return graph.actions.map { action in
            let attributes = action.attributes.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            return "\(action.kind) \(names[action.id] ?? "") [\(attributes)] after \(inputs[action.id] ?? [])"
        }.sorted()
    }
}
