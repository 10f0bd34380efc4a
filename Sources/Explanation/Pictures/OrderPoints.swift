/// Removes vertices that only order others, and joins what they were between.
///
/// A point between many and many stays, since the edges that would replace it are more than those it has.
struct OrderPoints {
    /// The vertices that remain.
    private(set) var kept: [Int]
    /// For each vertex the remaining vertices that it waits for.
    private(set) var inputs: [[Int]]

    /// - Parameters:
    ///   - inputs: the vertices that each waits for.
    ///   - isPoint: whether a vertex only orders others.
    init(inputs: [[Int]], isPoint: [Bool]) {
        let count = inputs.count
        var before = inputs.map { Set($0.filter { $0 >= 0 && $0 < count }) }
        var after = [Set<Int>](repeating: [], count: count)
        for vertex in 0..<count {
            before[vertex].remove(vertex)
            for input in before[vertex] { after[input].insert(vertex) }
        }
        var isGone = [Bool](repeating: false, count: count)
        for vertex in 0..<count where isPoint[vertex] {
            let (from, to) = (before[vertex], after[vertex])
            guard from.isEmpty || to.isEmpty || from.count * to.count <= max(6, from.count + to.count) else { continue }
            isGone[vertex] = true
            for input in from {
                after[input].remove(vertex)
                after[input].formUnion(to.subtracting([input]))
            }
            for output in to {
                before[output].remove(vertex)
                before[output].formUnion(from.subtracting([output]))
            }
        }
        kept = (0..<count).filter { !isGone[$0] }
        self.inputs = before.map { $0.sorted() }
    }
}
