/// The way from an element down to one below it: the index among the child elements at each step. Empty: the element itself.
package typealias XMLIndexPath = [Int]

extension XMLElement {
    /// The element at the end of the path.
    ///
    /// - Precondition: the path was obtained from this element, unchanged since.
    package func element(at path: some Sequence<Int>) -> XMLElement {
        var element = self
        for index in path { element = element.children[index] }
        return element
    }

    /// Edits the element at the end of the path, in place.
    ///
    /// - Precondition: as for `element(at:)`.
    package mutating func edit<Result>(
        at path: ArraySlice<Int>, _ body: (inout XMLElement) throws -> Result
    ) rethrows -> Result {
        guard let first = path.first else { return try body(&self) }
        return try children[first].edit(at: path.dropFirst(), body)
    }
}
