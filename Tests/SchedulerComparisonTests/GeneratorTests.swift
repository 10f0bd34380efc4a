import CIBGenerator
import ClusterTypes
import Scheduler
import SchedulerComparison
import Testing
import TransitionGraph
import XMLTree

@Suite struct GeneratorTests {
    @Test("the same seed gives the same document")
    func repeats() {
        var (first, second) = (CIBGenerator(seed: 42), CIBGenerator(seed: 42))
        #expect(first.document() == second.document())
    }

    @Test("a graph's text is that of its elements")
    func survives() {
        for seed in UInt64(1)...50 {
            var generator = CIBGenerator(seed: seed)
            let cib = generator.document()
            let graph = schedule(SchedulerInput(cib: cib, now: WallTime(seconds: CIBGenerator.now))).graph
            #expect(graph.document() == Array(graph.xml.formatted().utf8), "seed \(seed)")
        }
    }

    @Test("damaged documents are scheduled: sound graphs that come to rest")
    func survivesDamage() {
        for seed in UInt64(1)...60 {
            let document = FuzzedDocument(seed: seed)
            let violations = FuzzedSchedule.violations(of: document.cib, seed: seed)
            #expect(violations == [], "seed \(seed)")
        }
    }

    @Test("a reduced document keeps what made it interesting")
    func reduces() {
        var generator = CIBGenerator(seed: 3)
        let name = "node1"
        var reducer = Reducer { $0.firstDescendant(id: "1")?["uname"] == name }
        let smallest = reducer.reduce(generator.document())
        #expect(smallest.child("configuration")?.child("nodes")?.children.count == 1)
        #expect(smallest.child("configuration")?.child("resources")?.children == [])
    }
}
