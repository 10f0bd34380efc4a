import ClusterTypes

/// The present state of a cluster, as read before anything is decided.
package struct ClusterStatus: Sendable {
    /// The lines under "Node List:", each without its bullet.
    package var nodes: [StatusLine] = []
    /// The lines under "Full List of Resources:".
    package var resources: [StatusLine] = []
    package var isInMaintenance = false
    package var instanceCount = 0
    package var disabledCount = 0
    package var blockedCount = 0

    init(_ work: Scheduling) {
        isInMaintenance = work.state.options.maintenanceMode
        nodes = work.nodeStatusLines()
        for resource in work.state.topLevel { resources += work.resourceStatusLines(resource) }
        for resource in work.state.topLevel { count(resource, work) }
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

/// A line of a status listing with how deep it is nested.
package struct StatusLine: Sendable, Equatable {
    package var depth: Int
    package var text: String

    package init(depth: Int, text: String) {
        self.depth = depth
        self.text = text
    }
}
