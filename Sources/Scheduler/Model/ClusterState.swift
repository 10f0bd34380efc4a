import ClusterTypes
import XMLTree

/// The first phase's result: the configuration and what is known of the present, as flat tables.
struct ClusterState: Sendable {
    var options = ClusterOptions()
    var nodes = Table<Node>()
    /// The nodes by name, digits compared as numbers.
    var nodeOrder: [NodeIndex] = []
    var nodeByName: [String: NodeIndex] = [:]
    var resources = Table<Resource>()
    /// The resources that are in no other, highest priority first.
    var topLevel: [ResourceIndex] = []
    var resourceByID: [String: ResourceIndex] = [:]
    var designatedController: NodeIndex?
    var hasRemoteNodes = false
    var tickets: [String: Ticket] = [:]
    var templates: [String: [String]] = [:]
    var tags: [String: [String]] = [:]
    var resourceDefaults: XMLElement?
    var operationDefaults: XMLElement?
    var failedOperations: [FailedOperation] = []
    /// Containers of bundles to stop once all history is read.
    var stopNeeded: [ResourceIndex] = []
    var now = WallTime(seconds: 0)
    /// Seconds east of UTC: the zone in which rules name hours and days.
    var utcOffset: Int64 = 0
    /// Seconds since the epoch.
    var recheckAt: Int64?
    var notices: [SchedulerNotice] = []
    /// Unclean nodes that cannot be fenced.
    var unfenceable: [NodeIndex] = []
}

/// A ticket of a multi-site cluster.
struct Ticket: Sendable {
    var id: String
    var isGranted = false
    var isStandby = false
    var lastGranted: Int64?
}

/// A failure worth showing to people.
struct FailedOperation: Sendable {
    var key: String
    var nodeName: String
    var resource: ResourceIndex
    var element: XMLElement
}

extension ClusterState {
    /// What rules and dates are judged by.
    var clock: CivilClock { CivilClock(now: now, offset: utcOffset) }

    /// The instant as whole seconds, as failure times are kept.
    var epoch: Int64 { now.seconds }

    /// Asks for a new schedule at `time` (seconds since the epoch) when that is the earliest future one.
    mutating func recheck(at time: Int64) {
        guard time > epoch else { return }
        if let recheckAt, recheckAt <= time { return }
        recheckAt = time
    }

    mutating func warn(_ message: String) { notices.append(SchedulerNotice(.warning, message)) }

    mutating func complain(_ message: String) { notices.append(SchedulerNotice(.error, message)) }

    func node(named name: String?) -> NodeIndex? { name.flatMap { nodeByName[$0.lowercased()] } }

    // MARK: - Ancestors

    /// The outermost resource around `resource`, itself when in no other; stops inside a bundle unless asked otherwise.
    func top(of resource: ResourceIndex, includingBundle: Bool = false) -> ResourceIndex {
        var current = resource
        while let parent = resources[current].parent {
            if !includingBundle && resources[parent].isBundle { break }
            current = parent
        }
        return current
    }

    func isAncestor(_ ancestor: ResourceIndex, of resource: ResourceIndex) -> Bool {
        var current = resources[resource].parent
        while let parent = current {
            if parent == ancestor { return true }
            current = resources[parent].parent
        }
        return false
    }

    /// Whether it is a bundle or part of one.
    func isBundled(_ resource: ResourceIndex) -> Bool {
        resources[top(of: resource, includingBundle: true)].isBundle
    }

    /// Whether `flag` is set on the resource or anything in it.
    func anyHas(_ flag: Resource.Flags, in resource: ResourceIndex) -> Bool {
        resources[resource].flags.contains(flag) || resources[resource].children.contains { anyHas(flag, in: $0) }
    }

    func allHave(_ flag: Resource.Flags, in resource: ResourceIndex) -> Bool {
        resources[resource].flags.contains(flag) && resources[resource].children.allSatisfy { allHave(flag, in: $0) }
    }

    // MARK: - Nodes

    /// A guest node or the node of a bundle's replica: its connection runs in a container.
    func isGuest(_ node: NodeIndex) -> Bool {
        guard nodes[node].isRemoteKind, let connection = nodes[node].connection else { return false }
        return resources[connection].launcher != nil
    }

    /// The node inside a bundle's replica.
    func isBundleNode(_ node: NodeIndex) -> Bool { nodes[node].connection.map(isBundled) ?? false }

    func isPlainRemote(_ node: NodeIndex) -> Bool {
        guard nodes[node].isRemoteKind else { return false }
        guard let connection = nodes[node].connection else { return true }
        return resources[connection].launcher == nil
    }

    func guestLauncher(of node: NodeIndex) -> ResourceIndex? {
        guard isGuest(node), let connection = nodes[node].connection else { return nil }
        return resources[connection].launcher
    }

    /// Whether resources may be placed there, whatever their scores.
    func isAvailable(_ node: NodeIndex) -> Bool {
        nodes[node].flags.contains(.online)
            && nodes[node].flags.isDisjoint(with: [.shutdown, .unclean, .standby, .maintenance])
    }

    // MARK: - Roles and places of resources

    /// The node a resource is considered to run on: the first clean one, or the source of a partial migration.
    func currentNode(of resource: ResourceIndex) -> NodeIndex? { activity(of: resource).node }

    struct Activity {
        var node: NodeIndex?
        var all = 0
        var clean = 0
    }

    func activity(of index: ResourceIndex) -> Activity {
        if resources[index].activeNodes.isEmpty { return Activity() }
        let resource = resources[index]
        var result = Activity()
        for node in resource.activeNodes {
            let isClean = nodes[node].flags.contains(.online) && !nodes[node].flags.contains(.unclean)
            result.all += 1
            if isClean { result.clean += 1 }
            if let source = resource.migrationSource {
                if node == source { result.node = node }
            } else if !resource.flags.contains(.needsFencing) {
                let known = result.node.map {
                    nodes[$0].flags.contains(.online) && !nodes[$0].flags.contains(.unclean)
                }
                if isClean && known != true { result.node = node }
            }
            if result.node == nil { result.node = node }
        }
        return result
    }

    /// The role of a resource; for those with members or instances the highest of theirs.
    func role(of index: ResourceIndex, current: Bool) -> Role {
        switch resources[index].variant {
        case .primitive: return current ? resources[index].currentRole : resources[index].nextRole
        case .bundle: return .unknown
        case .group, .clone:
            return resources[index].children.map { role(of: $0, current: current) }.max() ?? .unknown
        }
    }

    enum Place { case current, assigned, currentOrPending }

    /// The nodes a resource or any of its members is (or will be) on, without repetition.
    func locations(of index: ResourceIndex, _ place: Place) -> [NodeIndex] {
        var result: [NodeIndex] = []
        collectLocations(of: index, place, into: &result)
        return result
    }

    private func collectLocations(of index: ResourceIndex, _ place: Place, into result: inout [NodeIndex]) {
        guard resources[index].children.isEmpty else {
            for child in resources[index].children { collectLocations(of: child, place, into: &result) }
            return
        }
        func add(_ node: NodeIndex) { if !result.contains(node) { result.append(node) } }
        switch place {
        case .current: resources[index].activeNodes.forEach(add)
        case .assigned: resources[index].assignedNode.map(add)
        case .currentOrPending:
            resources[index].activeNodes.forEach(add)
            resources[index].pendingNode.map(add)
        }
    }

    /// The node when there is exactly one.
    func location(of index: ResourceIndex, _ place: Place) -> NodeIndex? {
        if place == .assigned, resources[index].isPrimitive { return resources[index].assignedNode }
        let all = locations(of: index, place)
        return all.count == 1 ? all[0] : nil
    }

    /// Whether it is active somewhere; `all` asks whether every member or instance is.
    func isActive(_ index: ResourceIndex, all: Bool) -> Bool {
        let resource = resources[index]
        switch resource.variant {
        case .primitive:
            return resource.activeNodes.contains {
                nodes[$0].flags.contains(.unclean) || nodes[$0].flags.contains(.online) || !resource.isManaged
            }
        case .bundle(let traits):
            for replica in traits.replicas {
                for part in [replica.ip, replica.child, replica.container, replica.remote] {
                    if let part, isActive(part, all: all) != all { return !all }
                }
            }
            return all
        case .group, .clone:
            return all
                ? resource.children.allSatisfy { isActive($0, all: all) }
                : resource.children.contains { isActive($0, all: all) }
        }
    }
}
