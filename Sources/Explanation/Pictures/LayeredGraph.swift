/// The order of a graph's vertices in layers: each vertex is after all that it depends on.
struct LayeredGraph {
    /// The direct predecessors of each vertex that are not implied by others.
    private(set) var inputs: [[Int]]
    /// The layer of each vertex, from 0.
    private(set) var layer: [Int]

    /// - Parameter inputs: the vertices that each depends on; edges that close a circle do not count.
    init(inputs: [[Int]]) {
        let count = inputs.count
        let order = Self.topologicalOrder(inputs)
        var rank = [Int](repeating: 0, count: count)
        for (position, vertex) in order.enumerated() { rank[vertex] = position }
        let forward = inputs.enumerated().map { vertex, list in
            Set(list.filter { $0 >= 0 && $0 < count && rank[$0] < rank[vertex] }).sorted()
        }
        self.inputs = Self.reduced(forward, order)
        layer = [Int](repeating: 0, count: count)
        for vertex in order {
            layer[vertex] = (self.inputs[vertex].map { layer[$0] + 1 }.max()) ?? 0
        }
        settleLate(order)
    }

    var layerCount: Int { (layer.max() ?? -1) + 1 }

    /// Each vertex after its predecessors; what is left of a circle comes in order of number.
    private static func topologicalOrder(_ inputs: [[Int]]) -> [Int] {
        let count = inputs.count
        var outputs = [[Int]](repeating: [], count: count)
        var missing = [Int](repeating: 0, count: count)
        for (vertex, list) in inputs.enumerated() {
            for input in list where input >= 0 && input < count && input != vertex {
                outputs[input].append(vertex)
                missing[vertex] += 1
            }
        }
        var ready = (0..<count).filter { missing[$0] == 0 }
        var order: [Int] = []
        var isDone = [Bool](repeating: false, count: count)
        var next = 0
        var rest = 0
        while order.count < count {
            if next == ready.count {
                while isDone[rest] { rest += 1 }
                ready.append(rest)
            }
            let vertex = ready[next]
            next += 1
            if isDone[vertex] { continue }
            isDone[vertex] = true
            order.append(vertex)
            for output in outputs[vertex] where !isDone[output] {
                missing[output] -= 1
                if missing[output] == 0 { ready.append(output) }
            }
        }
        return order
    }

    /// Leaves out edges that a longer way implies. Up to 2,000 vertices; beyond, the picture is too large to read anyway.
    private static func reduced(_ inputs: [[Int]], _ order: [Int]) -> [[Int]] {
        let count = inputs.count
        guard count <= 2000 else { return inputs }
        let words = (count + 63) / 64
        var before = [UInt64](repeating: 0, count: count * words)
        var result = inputs
        for vertex in order {
            var kept: [Int] = []
            for input in inputs[vertex] {
                let isImplied = inputs[vertex].contains { other in
                    other != input && before[other * words + input / 64] & (1 << UInt64(input % 64)) != 0
                }
                if !isImplied { kept.append(input) }
            }
            for input in inputs[vertex] {
                for word in 0..<words { before[vertex * words + word] |= before[input * words + word] }
                before[vertex * words + input / 64] |= 1 << UInt64(input % 64)
            }
            result[vertex] = kept
        }
        return result
    }

    /// Moves what nothing waits for early to just before what needs it, so that edges stay short.
    private mutating func settleLate(_ order: [Int]) {
        var limit = [Int](repeating: Int.max, count: inputs.count)
        for vertex in order.reversed() {
            if limit[vertex] != Int.max, inputs[vertex].isEmpty {
                layer[vertex] = max(layer[vertex], limit[vertex] - 1)
            }
            for input in inputs[vertex] { limit[input] = min(limit[input], layer[vertex]) }
        }
    }
}
