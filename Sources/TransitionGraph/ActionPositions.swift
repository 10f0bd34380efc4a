/// A position for each action of a graph, found by the action's number.
///
/// The scheduler numbers its actions one after the other, so most are in an array; others may number as they like.
struct ActionPositions {
    /// -1 where there is none.
    private var dense: [Int32]
    private var sparse: [TransitionGraph.ActionID: Int] = [:]

    /// - Parameter count: about how many actions there will be.
    init(count: Int) { dense = [Int32](repeating: -1, count: 4 * count + 1024) }

    subscript(id: TransitionGraph.ActionID) -> Int? {
        get {
            guard dense.indices.contains(id.rawValue) else { return sparse[id] }
            return dense[id.rawValue] >= 0 ? Int(dense[id.rawValue]) : nil
        }
        set {
            guard dense.indices.contains(id.rawValue) else {
                sparse[id] = newValue
                return
            }
            dense[id.rawValue] = newValue.map { Int32(truncatingIfNeeded: $0) } ?? -1
        }
    }
}
