import ClusterTypes

/// What one resource thinks of one node.
struct NodeScore: Sendable, Equatable {
    var score = Score.zero
    /// Instances already put there, in the row of their clone.
    var count: Int32 = 0
    var probeMode = ProbeMode.always
    /// Whether the node is in the resource's table at all.
    var isPresent = false
    /// Kept out of further additions: its sum fell below zero while only non-negative results were wanted.
    var isHeld = false
}

/// A resource's scores for all nodes, in the order of the node table.
typealias ScoreRow = [NodeScore]

/// The third phase's working matrix: resources × nodes, one flat array.
struct Placement: Sendable {
    private var cells: [NodeScore] = []
    private var stride = 0
    /// The rows whose next change is to be noted.
    private var isWatched: [Bool] = []
    private var changedRows: [ResourceIndex] = []

    init() {}

    /// Makes room for a number of nodes and resources; existing cells keep their place.
    mutating func resize(resources: Int, nodes: Int) {
        if nodes > stride {
            let wider = max(nodes, stride * 2)
            var moved: [NodeScore] = []
            moved.reserveCapacity(wider * resources)
            if stride > 0 {
                for row in 0..<(cells.count / stride) {
                    moved.append(contentsOf: cells[(row * stride)..<(row * stride + stride)])
                    moved.append(contentsOf: repeatElement(NodeScore(), count: wider - stride))
                }
            }
            cells = moved
            stride = wider
        }
        if cells.count < resources * stride {
            cells.append(contentsOf: repeatElement(NodeScore(), count: resources * stride - cells.count))
        }
    }

    subscript(resource: ResourceIndex, node: NodeIndex) -> NodeScore {
        _read { yield cells[resource.int * stride + node.int] }
        _modify {
            noteChange(of: resource)
            yield &cells[resource.int * stride + node.int]
        }
    }

    /// A copy of a row, or its replacement.
    subscript(row resource: ResourceIndex) -> ScoreRow {
        get { Array(cells[(resource.int * stride)..<((resource.int + 1) * stride)]) }
        set {
            noteChange(of: resource)
            for (offset, cell) in newValue.enumerated() where offset < stride {
                cells[resource.int * stride + offset] = cell
            }
        }
    }

    // MARK: - Changes

    /// Notes the next change of a row.
    mutating func watch(_ resource: ResourceIndex) {
        while isWatched.count <= resource.int { isWatched.append(false) }
        isWatched[resource.int] = true
    }

    /// The rows that were watched and have changed since the last call; they are watched no longer.
    mutating func takeChanges() -> [ResourceIndex] {
        defer { changedRows.removeAll(keepingCapacity: true) }
        return changedRows
    }

    private mutating func noteChange(of resource: ResourceIndex) {
        guard resource.int < isWatched.count, isWatched[resource.int] else { return }
        isWatched[resource.int] = false
        changedRows.append(resource)
    }
}
