/// A set of nodes: a bit a node.
struct NodeSet: Sendable {
    private var words: [UInt64] = []

    init() {}

    var isEmpty: Bool { words.isEmpty }

    func contains(_ node: NodeIndex) -> Bool {
        let word = node.int >> 6
        return word < words.count && words[word] & (1 << UInt64(node.int & 63)) != 0
    }

    mutating func insert(_ node: NodeIndex) {
        let word = node.int >> 6
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(node.int & 63)
    }
}
