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
    package mutating func edit<Result, Failure: Error>(
        at path: ArraySlice<Int>, _ body: (inout XMLElement) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let first = path.first else { return try body(&self) }
        return try children[first].edit(at: path.dropFirst(), body)
    }

    /// Removes the element at the end of the path and returns it.
    ///
    /// - Precondition: as for `element(at:)`, and the path is not empty.
    @discardableResult
    package mutating func remove(at path: XMLIndexPath) -> XMLElement {
        guard let last = path.last else { preconditionFailure("an element cannot remove itself") }
        return edit(at: path.dropLast()) { $0.children.remove(at: last) }
    }
}
