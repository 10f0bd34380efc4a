package import XMLTree

/// Where in the CIB an operation works.
package enum CIBScope: Sendable, Equatable {
    /// The whole document.
    case document
    case section(CIBSection)
    /// The elements that an XPath expression selects; operations that need one element take the first.
    case xpath(String)
}

/// One edit of the CIB, with the meaning that cibadmin(8) gives it.
package enum CIBOperation: Sendable, Equatable {
    /// Adds an element as last child of the scope. Fails with `.alreadyExists` when a child with the same name and id is there.
    case create(XMLElement, in: CIBScope = .document)
    /// Merges an element into the one of the same name and id, at any depth: attributes are set, children merged by name
    /// and id or added. Without a match: added as child of the scope when `allowsCreation`, else `.notFound`.
    ///
    /// An attribute value `"name++"` or `"name+=N"`, where `name` is the attribute's own, adds 1 or N to the present value.
    case modify(XMLElement, in: CIBScope = .document, allowsCreation: Bool = false)
    /// Puts an element in place of the one of the same name and id. A root `cib` replaces the document and fails with
    /// `.olderVersion` when its version is lower than the present one.
    case replace(XMLElement, in: CIBScope = .document, allowsCreation: Bool = false)
    /// Deletes the first element with the name and id (and all other attributes) of the given one. Nothing to delete is no
    /// failure.
    case delete(XMLElement, in: CIBScope = .document)
    /// Deletes the first element that the expression selects, or all. Nothing to delete is no failure.
    case deleteMatching(xpath: String, all: Bool = false)
    /// Empties configuration and status; raises `admin_epoch`.
    case erase
    /// Raises `epoch`, changes nothing else.
    case bump
    /// States a newer schema (the newest known when `nil`), after checking that the document conforms to it.
    case upgrade(to: String? = nil)
    /// Applies the changes of a patch.
    case patch(CIBPatch)
}

/// Who makes a change and when: written into the root at a change of the configuration (`update-origin`,
/// `update-client`, `update-user`, `cib-last-written`).
package struct CIBOrigin: Sendable, Equatable {
    /// The name of the node where the request was made.
    package var node: String
    /// The program, such as `crm` or `lockstepd`.
    package var client: String
    /// The name of the user.
    package var user: String
    /// Seconds since 1970, by the clock of the node of the request; all replicas write this one time.
    package var seconds: Int64

    package init(node: String, client: String, user: String, seconds: Int64) {
        self.node = node
        self.client = client
        self.user = user
        self.seconds = seconds
    }
}

/// Edits that are made together or not at all.
package struct CIBChange: Sendable, Equatable {
    package var operations: [CIBOperation]
    /// When given, the change is made only if the document is at this version.
    package var expectedVersion: CIBVersion?
    package var origin: CIBOrigin

    package init(_ operations: [CIBOperation], expectedVersion: CIBVersion? = nil, origin: CIBOrigin) {
        self.operations = operations
        self.expectedVersion = expectedVersion
        self.origin = origin
    }
}

/// What a change did.
package struct CIBChangeSummary: Sendable, Equatable {
    /// The version after the change.
    package var version: CIBVersion
    package var changedConfiguration = false
    package var changedStatus = false
    /// The ids of resources whose definition or recorded history the change touched, ascending, each once.
    package var resources: [String] = []
    /// The ids (not names) of nodes whose `node_state` the change touched, ascending, each once.
    package var nodeStates: [String] = []

    package init(version: CIBVersion) { self.version = version }

    /// Whether the document is the same as before.
    package var isEmpty: Bool { !changedConfiguration && !changedStatus }
}
