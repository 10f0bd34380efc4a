package import CIB
package import XMLTree

/// The answer to a `ClientRequest`.
package enum ClientResponse: Sendable, Equatable {
    case status(NodeStatus)
    /// The selected elements, in document order.
    case elements([XMLElement])
    /// The document after the change; a change of the configuration is on the disk of every member. Without quorum it is
    /// lost when the cluster merges with nodes that had quorum meanwhile.
    case changed(CIBVersion, isQuorate: Bool)
    /// Done: the attribute is set, the history forgotten, the node is fenced, the shutdown has begun.
    case done
    case refused(ClientFailure)
}

/// Why a request was not carried out.
package struct ClientFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The expected version is not the current one: 409.
        case versionConflict
        /// The result would break the schema, or the request makes no sense: 422.
        case invalid
        /// The resource, node or element does not exist: 404.
        case notFound
        /// The node is not in the cluster yet, or leaves it: 503.
        case unavailable
        /// The attempt failed: fencing did not succeed, a store failed: 500.
        case failed
    }

    package var code: Code
    /// What, where, and what was expected.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
