import ClusterTypes
import Scheduler
import Testing

/// What the ledger says must be what was decided: its parts add up to the scores that the choice was made by.
@Suite struct LedgerTests {
    @Test("the recorded parts add up to each score", arguments: 1...150 as ClosedRange<UInt64>)
    func addsUp(seed: UInt64) { check(GeneratedCluster(seed: seed).input, "seed \(seed)") }

    @Test("the recorded parts add up to each score of the shared cases", arguments: SharedCase.names())
    func addsUpInCases(name: String) throws { check(try SharedCase.input(name), name) }

    @Test("nothing is recorded unless asked for")
    func isOff() { #expect(schedule(GeneratedCluster(seed: 1).input).ledger == nil) }

    @Test("recording changes no decision", arguments: 1...50 as ClosedRange<UInt64>)
    func decidesAlike(seed: UInt64) {
        let input = GeneratedCluster(seed: seed).input
        let (plain, explained) = (schedule(input), explainedOutput(input))
        #expect(plain.graph == explained.graph)
        #expect(plain.placement == explained.placement)
    }

    private func explainedOutput(_ input: SchedulerInput) -> SchedulerOutput {
        var input = input
        input.options.explains = true
        return schedule(input)
    }

    private func check(_ input: SchedulerInput, _ label: String) {
        guard let ledger = explainedOutput(input).ledger else {
            Issue.record("\(label): no ledger")
            return
        }
        var sums = [[Score]](
            repeating: [Score](repeating: .zero, count: ledger.nodes.count), count: ledger.resources.count)
        for contribution in ledger.contributions where !contribution.isForPromotion {
            sums[contribution.resource][contribution.node] += contribution.amount
        }
        for (index, resource) in ledger.resources.enumerated() {
            // What is in a bundle gets its rows from the bundle, whatever was recorded before.
            guard let choice = ledger.choices[index], !isBundled(index, ledger) else { continue }
            for node in ledger.nodes.indices {
                guard let score = choice.scores[node] else { continue }
                #expect(
                    sums[index][node] == score,
                    "\(label): \(resource.id) on \(ledger.nodes[node].name): \(parts(index, node, ledger))"
                )
            }
        }
    }

    private func parts(_ resource: Int, _ node: Int, _ ledger: Ledger) -> String {
        ledger.contributions(to: resource).filter { $0.node == node }.map { "\($0.amount) \($0.cause)" }
            .joined(separator: ", ")
    }

    private func isBundled(_ index: Int, _ ledger: Ledger) -> Bool {
        var current: Int? = index
        while let resource = current {
            if ledger.resources[resource].kind == .bundle { return true }
            current = ledger.resources[resource].parent
        }
        return false
    }
}
