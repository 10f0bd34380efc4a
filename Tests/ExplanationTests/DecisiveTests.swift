import ClusterTypes
import Explanation
import Scheduler
import Testing
import TransitionGraph
import XMLTree

/// What an explanation names as decisive must be: without it, the decision is another. And nothing that is goes unnamed.
@Suite struct DecisiveTests {
    static let families = ["colocation-", "location-", "utilization-", "migrate-", "failed-", "maintenance-"]

    @Test(
        "without a constraint that the explanation names, the decision is another",
        arguments: 1...25 as ClosedRange<UInt64>)
    func namedIsDecisive(seed: UInt64) throws {
        let cluster = GeneratedCluster(seed: seed)
        for resource in cluster.resources { try checkNamed(resource, cluster.input, "seed \(seed)") }
    }

    @Test("a constraint without which the decision is another is named", arguments: 1...25 as ClosedRange<UInt64>)
    func decisiveIsNamed(seed: UInt64) throws {
        let cluster = GeneratedCluster(seed: seed)
        for resource in cluster.resources {
            let explanation = try explain(ExplanationRequest(resource), cluster.input)
            // Eight alterations are shown at most.
            guard explanation.alterations.count < 8 else { continue }
            let named = explanation.alterations.map(\.object)
            let before = decision(resource, decided(cluster.input))
            for constraint in cluster.constraints {
                let after = decision(resource, decided(without(constraint, cluster.input)))
                if after != before {
                    #expect(named.contains(constraint), "seed \(seed): \(resource) depends on \(constraint)")
                }
            }
        }
    }

    @Test("in the shared cases what is named is decisive", arguments: SharedCase.names(beginning: families))
    func namedIsDecisiveInCases(name: String) throws {
        let input = try SharedCase.input(name)
        var seen: Set<String> = []
        for change in explainChanges(input) {
            let resource = String(change.name.prefix { $0 != ":" })
            guard seen.insert(resource).inserted, seen.count <= 3 else { continue }
            try checkNamed(resource, input, name)
        }
    }

    @Test("a preference that is said to bring a resource to a node does", arguments: 1...15 as ClosedRange<UInt64>)
    func preferenceSuffices(seed: UInt64) throws {
        let cluster = GeneratedCluster(seed: seed)
        for resource in cluster.resources {
            let explanation = try explain(ExplanationRequest(resource), cluster.input)
            guard let needed = explanation.neededPreference, let score = needed.score else { continue }
            let less = Score(score.value - 1)
            #expect(places(resource, preferring(resource, needed.node, score, cluster.input)).contains(needed.node))
            if less > .zero {
                #expect(
                    !places(resource, preferring(resource, needed.node, less, cluster.input)).contains(needed.node),
                    "seed \(seed): \(resource) goes to \(needed.node) with less than \(score)")
            }
        }
    }

    // MARK: - Checks that share nothing with the explanation

    /// The schedule with what contradicting orderings keep from running: they change what can be done, not what is decided.
    private func decided(_ input: SchedulerInput) -> SchedulerOutput {
        var input = input
        input.options.repeatsIncumbent = true
        return schedule(input)
    }

    private func checkNamed(_ resource: String, _ input: SchedulerInput, _ label: String) throws {
        let before = decision(resource, decided(input))
        for constraint in try constraints(namedFor: resource, input) {
            let after = decision(resource, decided(without(constraint, input)))
            #expect(after != before, "\(label): \(resource) does not depend on \(constraint)")
        }
    }

    private func constraints(namedFor resource: String, _ input: SchedulerInput) throws -> [String] {
        try explain(ExplanationRequest(resource, searchLimit: 120), input).alterations.filter {
            $0.kind == "remove-constraint"
        }
        .map(\.object)
    }

    private func without(_ constraint: String, _ input: SchedulerInput) -> SchedulerInput {
        var input = input
        input.cib.withChild("configuration") {
            $0.withChild("constraints") { $0.children.removeAll { $0.id == constraint } }
        }
        return input
    }

    private func preferring(_ resource: String, _ node: String, _ score: Score, _ input: SchedulerInput)
        -> SchedulerInput
    {
        var input = input
        input.cib.withChild("configuration") {
            $0.withChild("constraints") {
                $0.children.append(
                    XMLElement(
                        "rsc_location", ["id": "test-preference", "rsc": resource, "node": node, "score": "\(score)"]))
            }
        }
        return input
    }

    /// Where the parts of a resource go, and what is done with them: instances without their number.
    private func decision(_ resource: String, _ output: SchedulerOutput) -> [String] {
        let parts = parts(of: resource, output)
        func has(_ operation: String, _ resource: String) -> Bool {
            output.graph.actions.contains { $0.operation == operation && $0.resource?.id == base(resource) }
        }
        // What stops and cannot start again does not get to its place.
        var result = output.placement.filter {
            parts.contains(base($0.resource)) && $0.node != nil
                && (has("start", $0.resource) || !has("stop", $0.resource))
        }.map { "\(base($0.resource)) on \($0.node ?? "") as \($0.role)" }
        for action in output.graph.actions where action.operation != "monitor" && action.kind == .resource {
            guard let name = action.resource?.id, parts.contains(base(name)) else { continue }
            result.append("\(action.operation) \(base(name)) on \(action.node ?? "")")
        }
        return result.sorted()
    }

    private func places(_ resource: String, _ input: SchedulerInput) -> [String] {
        let output = decided(input)
        let parts = parts(of: resource, output)
        return output.placement.filter { parts.contains(base($0.resource)) }.compactMap(\.node)
    }

    /// The primitives that are, or are in, a resource of the generated clusters or a plain one of a case.
    private func parts(of resource: String, _ output: SchedulerOutput) -> Set<String> {
        let all = output.placement.map { base($0.resource) }
        let exact = all.filter { $0 == resource }
        return Set(exact.isEmpty ? all.filter { $0.hasPrefix(resource + "m") || $0.hasPrefix(resource + "c") } : exact)
    }

    private func base(_ name: String) -> String { String(name.prefix { $0 != ":" }) }
}
