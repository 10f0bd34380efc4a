package import XMLTree

/// The plan from where the cluster is to where it should be: actions in synapses, each synapse fired when all of its
/// inputs are done.
///
/// - Source: the `transition_graph` document of Pacemaker's scheduler.
package struct TransitionGraph: Sendable, Equatable {
    /// The attributes of the document's root, in order, as the incumbent writes them (`cluster-delay`, `batch-limit` …).
    package var settings: [XMLElement.Attribute]
    /// Ids are indices into this array's order only where the writer says so; look actions up by `id`.
    package var actions: [Action]
    package var synapses: [Synapse]
    /// What synapses wait for although no synapse holds it: such a synapse never fires. Empty in a graph to be executed.
    package var absentActions: [Action] = []

    package init(settings: [XMLElement.Attribute] = [], actions: [Action] = [], synapses: [Synapse] = []) {
        self.settings = settings
        self.actions = actions
        self.synapses = synapses
    }

    /// The number of an action, unique in its graph.
    package struct ActionID: Hashable, Sendable, Comparable, CustomStringConvertible {
        package let rawValue: Int
        package init(_ rawValue: Int) { self.rawValue = rawValue }
        package static func < (left: ActionID, right: ActionID) -> Bool { left.rawValue < right.rawValue }
        package var description: String { String(rawValue) }
    }

    /// Actions that begin together once every input is done.
    package struct Synapse: Sendable, Equatable {
        package var id: Int
        package var priority: Int
        package var actions: [ActionID]
        package var inputs: [ActionID]

        package init(id: Int, priority: Int = 0, actions: [ActionID], inputs: [ActionID]) {
            self.id = id
            self.priority = priority
            self.actions = actions
            self.inputs = inputs
        }
    }

    package struct Action: Sendable, Equatable {
        package enum Kind: String, Sendable {
            /// An agent's operation on a node: `rsc_op`.
            case resource = "rsc_op"
            /// A point for ordering, executes nothing: `pseudo_event`.
            case pseudo = "pseudo_event"
            /// Something the controller does itself (fencing, shutdown, clearing a fail count …): `crm_event`.
            case cluster = "crm_event"
        }

        package var id: ActionID
        package var kind: Kind
        /// `start`, `stop`, `monitor`, `stonith`, `do_shutdown`, …
        package var operation: String
        /// `web_start_0`; for `stonith` and others what the incumbent writes.
        package var operationKey: String
        package var internalOperationKey: String?
        /// The name of the node it acts on, `nil` for most pseudo-actions.
        package var node: String?
        package var nodeUUID: String?
        package var routerNode: String?
        package var resource: ResourceReference?
        /// The `attributes` child in order: agent parameters and `CRM_meta_…`.
        package var attributes: [XMLElement.Attribute]
        /// Further children as they are written (`downed`).
        package var extra: [XMLElement]

        package init(
            id: ActionID, kind: Kind, operation: String, operationKey: String, internalOperationKey: String? = nil,
            node: String? = nil, nodeUUID: String? = nil, routerNode: String? = nil, resource: ResourceReference? = nil,
            attributes: [XMLElement.Attribute] = [], extra: [XMLElement] = []
        ) {
            self.id = id
            self.kind = kind
            self.operation = operation
            self.operationKey = operationKey
            self.internalOperationKey = internalOperationKey
            self.node = node
            self.nodeUUID = nodeUUID
            self.routerNode = routerNode
            self.resource = resource
            self.attributes = attributes
            self.extra = extra
        }

        /// What the operation is run with: the attributes, and the parameters whose names cannot be those of attributes.
        package var parameters: [XMLElement.Attribute] {
            if extra.isEmpty { return attributes }
            return attributes
                + extra.compactMap { element in
                    guard element.name == "param", let name = element["name"] else { return nil }
                    return XMLElement.Attribute(name, element["value"] ?? "")
                }
        }

        /// The value of an entry of the `attributes` child.
        package subscript(_ name: String) -> String? {
            for attribute in attributes where attribute.name == name { return attribute.value }
            return nil
        }
    }

    /// The resource and agent that an action concerns: the `primitive` child.
    package struct ResourceReference: Sendable, Equatable {
        package var id: String
        package var longID: String?
        /// `ocf`, `systemd`, `lsb`, `service`, `stonith`.
        package var standard: String
        package var provider: String?
        package var type: String

        package init(id: String, longID: String? = nil, standard: String, provider: String?, type: String) {
            self.id = id
            self.longID = longID
            self.standard = standard
            self.provider = provider
            self.type = type
        }

        /// The name by which a node knows the resource: an instance whose clone told its instances apart before is still
        /// known by its number.
        ///
        /// - Parameter histories: the node's `lrm_resources`.
        package func recordedName(in histories: XMLElement?) -> String {
            guard let longID, longID != id, let histories else { return id }
            func isRecorded(_ name: String) -> Bool { histories.childIndex("lrm_resource", id: name) != nil }
            return !isRecorded(id) && isRecorded(longID) ? longID : id
        }

        /// Whether failures under that name are those of this resource: interchangeable instances share theirs, whatever
        /// number they had.
        package func isRecorded(as name: Substring) -> Bool {
            if name == id { return true }
            guard longID != nil, name.hasPrefix(id) else { return false }
            let number = name.dropFirst(id.count)
            return number.first == ":" && number.count > 1 && number.dropFirst().allSatisfy { "0"..."9" ~= $0 }
        }
    }
}
