import ClusterTypes
import Scheduler
import Testing
import TransitionGraph
import XMLTree

@testable import Explanation

@Suite struct PictureTests {
    @Test("each vertex is in a later layer than what it waits for", arguments: 1...40 as ClosedRange<UInt64>)
    func layers(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = 1 + generator.below(60)
        let inputs = (0..<count).map { vertex in
            vertex == 0 ? [] : (0..<generator.below(4)).map { _ in generator.below(vertex) }
        }
        let graph = LayeredGraph(inputs: inputs)
        for vertex in inputs.indices {
            for input in inputs[vertex] { #expect(graph.layer[input] < graph.layer[vertex]) }
        }
    }

    @Test("an edge that a longer way implies is left out")
    func reduces() {
        #expect(LayeredGraph(inputs: [[], [0], [0, 1]]).inputs == [[], [0], [1]])
    }

    @Test("a circle is drawn, too, without the edge that closes it")
    func circles() {
        let graph = LayeredGraph(inputs: [[1], [0], [9, -1, 2]])
        #expect(graph.layer.count == 3)
        #expect(graph.inputs.joined().count == 1)
    }

    @Test("points in the order make way for what they were between")
    func contracts() {
        let points = OrderPoints(inputs: [[], [0], [1], [2]], isPoint: [false, true, true, false])
        #expect(points.kept == [0, 3])
        #expect(points.inputs[3] == [0])
        let many = OrderPoints(
            inputs: [[], [], [], [], [0, 1, 2, 3], [4], [4], [4], [4]],
            isPoint: [false, false, false, false, true, false, false, false, false])
        #expect(many.kept.contains(4), "a point between four and four stays")
    }

    @Test("what comes from outside is text, never markup")
    func escapes() throws {
        let name = "a<b>&\"c\u{1}"
        let action = TransitionGraph.Action(
            id: .init(1), kind: .resource, operation: "start", operationKey: "\(name)_start_0", node: name,
            resource: .init(id: name, standard: "ocf", provider: "x", type: "y"))
        let graph = TransitionGraph(actions: [action], synapses: [.init(id: 0, actions: [.init(1)], inputs: [])])
        let picture = TransitionPicture(graph, title: "<script>")
        let document = try XMLElement(parsing: Array(picture.svg.utf8))
        #expect(document.name == "svg")
        var names: Set<String> = []
        document.forEachDescendant { names.insert($0.name) }
        #expect(!names.contains("script") && !names.contains("b"))
    }

    @Test("every plan can be drawn, and every box is inside the picture", arguments: 1...30 as ClosedRange<UInt64>)
    func draws(seed: UInt64) throws {
        let input = GeneratedCluster(seed: seed).input
        let graph = schedule(input).graph
        let document = try XMLElement(parsing: Array(TransitionPicture(graph, title: "plan").svg.utf8))
        let width = try #require(document["width"].flatMap { Double($0) })
        let height = try #require(document["height"].flatMap { Double($0) })
        for box in document.children("rect") {
            guard let x = box["x"].flatMap({ Double($0) }), let y = box["y"].flatMap({ Double($0) }),
                let right = box["width"].flatMap({ Double($0) }), let bottom = box["height"].flatMap({ Double($0) })
            else { continue }
            #expect(x >= 0 && y >= 0 && x + right <= width && y + bottom <= height)
        }
        let table = try PlacementTable(input)
        #expect(try XMLElement(parsing: Array(PlacementPicture(table, title: "t").svg.utf8)).name == "svg")
        #expect(PlacementText(table).render().contains("RESOURCE"))
    }
}
