package import XMLTree

/// Makes a document smaller while something about it stays true: removes one element after the other, the largest first.
package struct Reducer {
    private static let frame: Set<String> = [
        "configuration", "status", "crm_config", "nodes", "resources", "constraints",
    ]

    private let isInteresting: (XMLElement) -> Bool
    /// How many candidates may still be tried.
    private var budget: Int

    package init(budget: Int = 600, while isInteresting: @escaping (XMLElement) -> Bool) {
        self.isInteresting = isInteresting
        self.budget = budget
    }

    package mutating func reduce(_ document: XMLElement) -> XMLElement {
        var best = document
        var hasShrunk = true
        while hasShrunk {
            hasShrunk = false
            // From the end, so that a removal leaves the places still to be tried where they are.
            for path in Self.places(in: best).reversed() {
                guard budget > 0 else { return best }
                budget -= 1
                var candidate = best
                Self.remove(path[...], from: &candidate)
                guard isInteresting(candidate) else { continue }
                best = candidate
                hasShrunk = true
            }
        }
        return best
    }

    private static func remove(_ path: ArraySlice<Int>, from element: inout XMLElement) {
        guard let first = path.first, element.children.indices.contains(first) else { return }
        if path.count == 1 {
            element.children.remove(at: first)
        } else {
            remove(path.dropFirst(), from: &element.children[first])
        }
    }

    /// The places of all elements that may go, those that contain others after these.
    private static func places(in element: XMLElement, at path: [Int] = []) -> [[Int]] {
        element.children.enumerated().flatMap { position, child in
            let place = path + [position]
            let below = places(in: child, at: place)
            return frame.contains(child.name) ? below : below.isEmpty ? [place] : below + [place]
        }
    }
}
