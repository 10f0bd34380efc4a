package import ClusterTypes
package import XMLTree

/// The present state of a cluster, as read before anything is decided: each part for people and for programs.
package struct ClusterStatus: Sendable {
    /// The lines under "Node List:".
    package var nodeLines: [StatusLine] = []
    /// A `node` element a node.
    package var nodeElements: [XMLElement] = []
    /// The lines under "Full List of Resources:".
    package var resourceLines: [StatusLine] = []
    /// A `resource`, `group`, `clone` or `bundle` element a top-level resource.
    package var resourceElements: [XMLElement] = []
    package var isInMaintenance = false
    /// Whether one failed start keeps a resource from a node.
    package var startFailureIsFatal = true
    package var instanceCount = 0
    package var disabledCount = 0
    package var blockedCount = 0
    /// The attributes of the nodes that are online and have any.
    package var attributes: [NodeAttributes] = []
    /// The failures counted on each node; `nil` when no node with a status section is online.
    package var failCounts: [NodeFailCounts]?
    package var failures: [FailedAction] = []
    /// The agents of all resources, by their names and by those their histories are recorded under; filled with details.
    package var agents: [String: AgentName] = [:]

    /// The attributes of a node that were set by people or agents.
    package struct NodeAttributes: Sendable {
        package var node: String
        package var values: [Value]

        package struct Value: Sendable {
            package var name: String
            package var value: String
            /// What a connectivity attribute has when every ping target answers; `nil` for other attributes.
            package var expected: Int?
        }
    }

    package struct AgentName: Sendable, Equatable {
        package var standard: String?
        package var provider: String?
        package var type: String?
    }

    package struct NodeFailCounts: Sendable {
        package var node: String
        package var resources: [Count]

        package struct Count: Sendable {
            /// The name under which the history is recorded.
            package var resource: String
            package var threshold: Score
            package var count: Score
            /// Seconds since the epoch; 0 when unknown.
            package var lastFailure: Int64
        }
    }

    /// A failed operation, as recorded in the status section.
    package struct FailedAction: Sendable {
        package var node: String
        /// The operation's key, or the entry's id when it has none.
        package var key: String
        package var hasKey: Bool
        /// The `lrm_rsc_op` element.
        package var record: XMLElement
    }

    init(_ work: Scheduling) {
        isInMaintenance = work.state.options.maintenanceMode
        startFailureIsFatal = work.state.options.startFailureIsFatal
        nodeLines = work.nodeStatusLines()
        nodeElements = work.state.nodeOrder.map { work.nodeElement($0) }
        for resource in work.state.topLevel {
            count(resource, work)
            if work.state.resources[resource].flags.contains(.removed), !work.state.isActive(resource, all: true) {
                continue
            }
            resourceLines += work.resourceStatusLines(resource)
            if let element = work.resourceElement(resource) { resourceElements.append(element) }
        }
        if work.options.reportsDetails {
            var copy = work
            attributes = copy.shownAttributes()
            failCounts = copy.shownFailCounts()
            for resource in work.state.resources.elements {
                let name = AgentName(
                    standard: resource.element["class"], provider: resource.element["provider"],
                    type: resource.element["type"])
                agents[resource.id] = agents[resource.id] ?? name
                if let recorded = resource.historyID { agents[recorded] = agents[recorded] ?? name }
            }
        }
        failures = work.shownFailures()
    }

    private mutating func count(_ index: ResourceIndex, _ work: Scheduling) {
        let resource = work.state.resources[index]
        guard resource.children.isEmpty else {
            for child in resource.children { count(child, work) }
            return
        }
        if resource.flags.contains(.removed), resource.currentRole <= .stopped { return }
        instanceCount += 1
        if work.isDisabled(index) { disabledCount += 1 }
        if resource.flags.contains(.blocked) { blockedCount += 1 }
    }
}
