package import XMLTree

/// The difference between two CIBs as a list of changes, in the form of Pacemaker's version 2 patches (`crm_diff`).
package struct CIBPatch: Sendable, Equatable {
    package enum Change: Sendable, Equatable {
        /// Inserts an element as child number `position` of the element at `path`.
        case create(path: String, position: Int, XMLElement)
        /// Deletes the element at `path`. `position` is where among its siblings it was.
        case delete(path: String, position: Int?)
        /// Moves the element at `path` to `position` among its siblings.
        case move(path: String, position: Int)
        /// Sets and unsets (value `nil`) attributes of the element at `path`.
        case modify(path: String, [Attribute])
    }

    package struct Attribute: Sendable, Equatable {
        package var name: String
        /// `nil` unsets it.
        package var value: String?

        package init(_ name: String, _ value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// The version the patch was made for; `nil` when it fits any.
    package var source: CIBVersion?
    /// The version the document has afterwards.
    package var target: CIBVersion?
    /// In the order in which they are applied.
    package var changes: [Change]

    package init(source: CIBVersion? = nil, target: CIBVersion? = nil, changes: [Change]) {
        self.source = source
        self.target = target
        self.changes = changes
    }
}
