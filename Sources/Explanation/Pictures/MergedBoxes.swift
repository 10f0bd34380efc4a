/// Which vertices of a large graph become one box: what is alike, on one node and in one layer.
///
/// A picture of a thousand probes says no more than "probe × 1000".
struct MergedBoxes {
    /// The vertices of each box, in order.
    private(set) var members: [[Int]] = []
    /// The boxes that each box waits for.
    private(set) var inputs: [[Int]] = []
    private(set) var layer: [Int] = []

    /// - Parameters:
    ///   - kind: what alike vertices have in common; `nil` for one that stays by itself.
    ///   - threshold: how many alike ones make a box; fewer stay by themselves.
    init(_ graph: LayeredGraph, threshold: Int, kind: (Int) -> String?) {
        var groups: [String: [Int]] = [:]
        for vertex in graph.inputs.indices {
            if let kind = kind(vertex) { groups["\(graph.layer[vertex]) \(kind)", default: []].append(vertex) }
        }
        var box = [Int](repeating: -1, count: graph.inputs.count)
        for vertex in graph.inputs.indices where box[vertex] < 0 {
            let alike = kind(vertex).flatMap { groups["\(graph.layer[vertex]) \($0)"] } ?? []
            let chosen = alike.count >= threshold ? alike : [vertex]
            for member in chosen { box[member] = members.count }
            members.append(chosen)
            layer.append(graph.layer[vertex])
        }
        inputs = members.map { group in Set(group.flatMap { graph.inputs[$0].map { box[$0] } }).sorted() }
    }
}
