/// The position of an element in its `Table`: an index that cannot be mistaken for one of another table.
struct Index<Element>: Hashable, Comparable, Sendable {
    let position: Int32

    init(_ position: Int) { self.position = Int32(truncatingIfNeeded: position) }

    var int: Int { Int(position) }

    static func < (left: Index, right: Index) -> Bool { left.position < right.position }
}

/// A flat array that is subscripted by its own kind of index.
struct Table<Element> {
    private(set) var elements: [Element] = []

    var count: Int { elements.count }
    var indices: [Index<Element>] { elements.indices.map { Index($0) } }

    subscript(index: Index<Element>) -> Element {
        _read { yield elements[index.int] }
        _modify { yield &elements[index.int] }
    }

    mutating func append(_ element: Element) -> Index<Element> {
        elements.append(element)
        return Index(elements.count - 1)
    }

    mutating func reserveCapacity(_ count: Int) { elements.reserveCapacity(count) }
}

extension Table: Sendable where Element: Sendable {}

extension Array {
    /// A stable merge sort with a three-way comparison: negative when the first belongs before the second.
    ///
    /// Comparisons of instances are not always a strict order; splitting at half and preferring the left side on equality
    /// makes the outcome defined even then.
    func mergeSorted(by compare: (Element, Element) -> Int) -> [Element] {
        guard count > 1 else { return self }
        let left = Array(self[..<(count / 2)]).mergeSorted(by: compare)
        let right = Array(self[(count / 2)...]).mergeSorted(by: compare)
        var result: [Element] = []
        result.reserveCapacity(count)
        var (l, r) = (0, 0)
        while l < left.count && r < right.count {
            if compare(left[l], right[r]) <= 0 {
                result.append(left[l])
                l += 1
            } else {
                result.append(right[r])
                r += 1
            }
        }
        result.append(contentsOf: left[l...])
        result.append(contentsOf: right[r...])
        return result
    }
}
