package import CIB
package import XMLTree

/// What commands need from a cluster: a running one behind its local API, or a CIB in a file.
package protocol ClusterConnection: AnyObject {
    /// Whether a cluster runs behind it, so that waiting and actions make sense.
    var isLive: Bool { get }

    /// The whole CIB.
    func document() throws(CommandFailure) -> CIBDocument

    /// The elements that an XPath expression selects.
    func query(xpath: String) throws(CommandFailure) -> [XMLElement]

    /// Makes all edits or none; returns when they are stable.
    ///
    /// - Parameter version: when given, only if the document is at this version; else fails with `.outdated`.
    func change(_ operations: [CIBOperation], expecting version: CIBVersion?) throws(CommandFailure) -> CIBVersion

    /// What the cluster does right now; `nil` for a file.
    func activity() throws(CommandFailure) -> ClusterActivity?

    /// Forgets failures (or, for a refresh, the whole history) of a resource, or of all, on a node, or on all.
    func forget(_ history: HistoryKind, resource: String?, node: String?) throws(CommandFailure)

    /// Fences a node and returns when that succeeded.
    func fence(node: String, action: String) throws(CommandFailure)

    /// States that a node is down for certain.
    func confirmFenced(node: String) throws(CommandFailure)

    /// Sets a node attribute, or removes it when `value` is `nil`.
    func setAttribute(node: String, name: String, value: String?, lifetime: AttributeLifetime) throws(CommandFailure)

    /// Stops this node cleanly.
    func shutDown() throws(CommandFailure)

    /// Calls `receive` with each line of the timeline (JSON) until it returns false or the stream ends.
    func followEvents(_ receive: (String) -> Bool) throws(CommandFailure)
}

/// Which part of a resource's history is forgotten.
package enum HistoryKind: String, Sendable {
    /// Failures only.
    case cleanup
    /// Everything.
    case refresh
}

/// How long a node attribute lives.
package enum AttributeLifetime: String, Sendable {
    case forever, reboot
}

/// What a cluster does right now, as `GET /v1/status` tells it.
package struct ClusterActivity: Sendable, Equatable {
    package enum Work: Sendable, Equatable {
        /// Nothing to do, and the last schedule is for the present document.
        case idle
        case computing
        case transition(id: Int, completed: Int, actions: Int)
    }

    /// The name of the node that answered.
    package var node: String
    /// The names of the members.
    package var members: [String]
    package var isQuorate: Bool
    package var controller: String?
    package var work: Work
    /// Such as `web_start_0 on n1`.
    package var pendingActions: [String]
    /// The version of the document on the node that answered.
    package var version: String

    package init(
        node: String, members: [String] = [], isQuorate: Bool = true, controller: String? = nil, work: Work = .idle,
        pendingActions: [String] = [], version: String = ""
    ) {
        self.node = node
        self.members = members
        self.isQuorate = isQuorate
        self.controller = controller
        self.work = work
        self.pendingActions = pendingActions
        self.version = version
    }
}
