import ClusterTypes

/// The notifications around one collective action: points before and after, and what they tell.
struct NotificationData: Sendable {
    var task: Task
    var pre: ActionIndex?
    var preDone: ActionIndex?
    var post: ActionIndex?
    var postDone: ActionIndex?
    /// Resources and nodes by what they are or are about to do.
    var lists: [NotificationList: [NotificationEntry]] = [:]
    var values: [(name: String, value: String)] = []
    var allowedNodes: [NodeIndex]?
}

enum NotificationList: String, Sendable, CaseIterable {
    case stop, start, demote, promote, active, unpromoted, promoted, inactive
}

struct NotificationEntry: Sendable {
    var resource: ResourceIndex
    var node: NodeIndex?
}

struct CloneNotifications: Sendable {
    var start: NotificationData?
    var stop: NotificationData?
    var promote: NotificationData?
    var demote: NotificationData?
}

// MARK: - Points

extension Scheduling {
    mutating func planStartStopNotifications(
        _ clone: ResourceIndex, _ start: ActionIndex, _ running: ActionIndex, _ stop: ActionIndex,
        _ stopped: ActionIndex
    ) {
        guard state.resources[clone].flags.contains(.notify) else { return }
        var notifications = cloneTraits(clone).notifications
        if notifications.start == nil { notifications.start = notificationPoints(clone, .start, start, running) }
        if notifications.stop == nil {
            notifications.stop = notificationPoints(clone, .stop, stop, stopped)
            orderNotifications(notifications.stop, notifications.start)
        }
        updateClone(clone) { $0.notifications = notifications }
    }

    private mutating func orderNotifications(_ first: NotificationData?, _ then: NotificationData?) {
        if let done = first?.postDone, let pre = then?.pre { plan.order(done, pre, .ordered) }
    }

    mutating func planPromotionPoints(_ clone: ResourceIndex, promoting: Bool, demoting: Bool) {
        let promote = pseudoAction(clone, .promote, optional: !promoting, runnable: true)
        let promoted = pseudoAction(clone, .promoted, optional: !promoting, runnable: true)
        plan.actions[promoted].priority = .infinity
        var notifications = cloneTraits(clone).notifications
        let notifies = state.resources[clone].flags.contains(.notify)
        if notifies, notifications.promote == nil {
            notifications.promote = notificationPoints(clone, .promote, promote, promoted)
        }
        let demote = pseudoAction(clone, .demote, optional: !demoting, runnable: true)
        let demoted = pseudoAction(clone, .demoted, optional: !demoting, runnable: true)
        plan.actions[demoted].priority = .infinity
        if notifies, notifications.demote == nil {
            notifications.demote = notificationPoints(clone, .demote, demote, demoted)
            orderNotifications(notifications.stop, notifications.promote)
            orderNotifications(notifications.start, notifications.promote)
            orderNotifications(notifications.demote, notifications.promote)
            orderNotifications(notifications.demote, notifications.start)
            orderNotifications(notifications.demote, notifications.stop)
        }
        updateClone(clone) { $0.notifications = notifications }
    }

    private mutating func notificationPoint(
        _ index: ResourceIndex, _ action: ActionIndex, _ task: Task, _ kind: ActionKey.Notification, _ kindName: String
    ) -> ActionIndex {
        let original = plan.actions[action]
        let point = self.action(
            index, ActionKey(original.task, notification: kind), task, on: nil,
            optional: original.flags.contains(.optional))
        plan.actions[point].flags.insert(.pseudo)
        plan.actions[point].setMeta("notify_key_type", kindName)
        plan.actions[point].setMeta("notify_key_operation", plan.name(of: original.task))
        return point
    }

    private mutating func notificationPoints(
        _ index: ResourceIndex, _ task: Task, _ action: ActionIndex?, _ complete: ActionIndex?
    ) -> NotificationData {
        var data = NotificationData(task: task)
        func describe(_ point: ActionIndex, _ type: String) {
            plan.actions[point].setMeta("notify_type", type)
            plan.actions[point].setMeta("notify_operation", plan.name(of: task))
        }
        if let action {
            let pre = notificationPoint(index, action, .notify, .pre, "pre")
            plan.actions[pre].flags.insert(.runnable)
            describe(pre, "pre")
            let done = notificationPoint(index, action, .notified, .confirmedPre, "confirmed-pre")
            plan.actions[done].flags.insert(.runnable)
            describe(done, "pre")
            plan.order(pre, done, .ordered)
            plan.order(done, action, .ordered)
            (data.pre, data.preDone) = (pre, done)
        }
        if let complete {
            let isRunnable = plan.actions[complete].flags.contains(.runnable)
            let post = notificationPoint(index, complete, .notify, .post, "post")
            let done = notificationPoint(index, complete, .notified, .confirmedPost, "confirmed-post")
            for point in [post, done] {
                plan.actions[point].priority = .infinity
                if isRunnable {
                    plan.actions[point].flags.insert(.runnable)
                } else {
                    plan.actions[point].flags.remove(.runnable)
                }
                describe(point, "post")
            }
            plan.order(complete, post, .firstImpliesThen)
            plan.order(post, done, .firstImpliesThen)
            (data.post, data.postDone) = (post, done)
        }
        if action != nil, let preDone = data.preDone, let post = data.post { plan.order(preDone, post, .ordered) }
        return data
    }

    /// What is implied by fencing is told to the survivors afterwards.
    mutating func notifyAfterFencing(_ stop: ActionIndex, _ index: ResourceIndex, _ fencing: ActionIndex) {
        var data = notificationPoints(index, .stop, nil, fencing)
        collect(index, withActivity: false, &data)
        data.values.append(("notify_stop_resource", state.resources[index].id))
        if let node = plan.actions[stop].node { data.values.append(("notify_stop_uname", state.nodes[node].name)) }
        addNotifyActions(state.top(of: index), data)
    }
}

// MARK: - What is told, and to whom

extension Scheduling {
    mutating func planNotifications(_ clone: ResourceIndex) {
        let notifications = cloneTraits(clone).notifications
        for data in [notifications.start, notifications.stop, notifications.promote, notifications.demote] {
            guard var data else { continue }
            collect(clone, withActivity: true, &data)
            addValues(clone, &data)
            addNotifyActions(clone, data)
        }
    }

    private func collect(_ index: ResourceIndex, withActivity: Bool, _ data: inout NotificationData) {
        if data.allowedNodes == nil { data.allowedNodes = state.nodeOrder.filter { placement[index, $0].isPresent } }
        let resource = state.resources[index]
        guard resource.children.isEmpty else {
            for child in resource.children { collect(child, withActivity: withActivity, &data) }
            return
        }
        let entry = NotificationEntry(resource: index, node: resource.activeNodes.first)
        func add(_ list: NotificationList, _ entry: NotificationEntry) {
            data.lists[list, default: []].insert(entry, at: 0)
        }
        switch resource.currentRole {
        case .stopped: add(.inactive, entry)
        case .started: add(.active, entry)
        case .unpromoted:
            add(.unpromoted, entry)
            add(.active, entry)
        case .promoted:
            add(.promoted, entry)
            add(.active, entry)
        case .unknown: break
        }
        guard withActivity else { return }
        for index in plan.actions(of: index) {
            let action = plan.actions[index]
            guard !action.flags.contains(.optional), let node = action.node, let owner = action.resource else {
                continue
            }
            let isLost = action.task == .stop && state.nodes[node].flags.contains(.unclean)
            if !isLost, !action.flags.contains(.runnable) { continue }
            let entry = NotificationEntry(resource: owner, node: node)
            switch action.task {
            case .start: add(.start, entry)
            case .stop: add(.stop, entry)
            case .promote: add(.promote, entry)
            case .demote: add(.demote, entry)
            default: break
            }
        }
    }

    /// The ids and node names of a list, sorted, each resource once.
    private func texts(_ entries: [NotificationEntry], needsNode: Bool) -> (resources: String, nodes: String) {
        let sorted = entries.mergeSorted { left, right in
            let (a, b) = (state.resources[left.resource].id, state.resources[right.resource].id)
            if a != b { return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1 }
            guard let x = left.node else { return right.node == nil ? 0 : 1 }
            guard let y = right.node else { return -1 }
            let (first, second) = (state.nodes[x].id, state.nodes[y].id)
            return first == second ? 0 : first.utf8.lexicographicallyPrecedes(second.utf8) ? -1 : 1
        }
        var resources: [String] = []
        var nodes: [String] = []
        for entry in sorted {
            if needsNode, entry.node == nil { continue }
            let id = state.resources[entry.resource].id
            if resources.last == id { continue }
            resources.append(id)
            if let node = entry.node { nodes.append(state.nodes[node].name) }
        }
        return (
            resources.isEmpty ? " " : resources.joined(separator: " "),
            nodes.isEmpty ? " " : nodes.joined(separator: " ")
        )
    }

    private mutating func addValues(_ clone: ResourceIndex, _ data: inout NotificationData) {
        var isRequired = false
        for list in NotificationList.allCases {
            let entries = data.lists[list] ?? []
            let texts = texts(entries, needsNode: list != .inactive)
            data.values.append(("notify_\(list.rawValue)_resource", texts.resources))
            if list != .inactive { data.values.append(("notify_\(list.rawValue)_uname", texts.nodes)) }
            let former = list == .unpromoted ? "slave" : list == .promoted ? "master" : nil
            if let former {
                data.values.append(("notify_\(former)_resource", texts.resources))
                data.values.append(("notify_\(former)_uname", texts.nodes))
            }
            if !entries.isEmpty, list.rawValue == plan.name(of: data.task) { isRequired = true }
        }
        data.values.append(("notify_available_uname", names(data.allowedNodes ?? [])))
        let isOnHost = state.resources[clone].meta["container-attribute-target"] == "host"
        if isOnHost { data.values.append(("notify_all_hosts", hostNames())) }
        data.values.append(("notify_all_uname", names(state.nodeOrder)))
        guard isRequired else { return }
        for point in [data.pre, data.preDone, data.post, data.postDone] {
            if let point { plan.actions[point].flags.remove(.optional) }
        }
    }

    private func names(_ nodes: [NodeIndex]) -> String {
        nodes.isEmpty ? " " : nodes.map { state.nodes[$0].name }.joined(separator: " ")
    }

    private func hostNames() -> String {
        names(
            state.nodeOrder.map { node in
                guard let launcher = state.guestLauncher(of: node), !state.resources[launcher].activeNodes.isEmpty
                else {
                    return node
                }
                return state.currentNode(of: launcher) ?? node
            })
    }

    private mutating func tell(_ action: ActionIndex, _ data: NotificationData) {
        for (name, value) in data.values { plan.actions[action].setMeta(name, value) }
    }

    private mutating func addNotifyActions(_ index: ResourceIndex, _ data: NotificationData) {
        guard state.resources[index].children.isEmpty else {
            for child in state.resources[index].children { addNotifyActions(child, data) }
            return
        }
        for action in plan.actions(of: index)
        where !plan.actions[action].flags.contains(.optional) && plan.actions[action].node != nil {
            if [.start, .stop, .promote, .demote].contains(plan.actions[action].task) { tell(action, data) }
        }
        switch data.task {
        case .start where data.lists[.start]?.isEmpty != false: return
        case .promote where data.lists[.promote]?.isEmpty != false: return
        case .demote where data.lists[.demote]?.isEmpty != false: return
        default: break
        }
        if data.task == .stop || data.task == .demote {
            notifyBeforeLeaving(index, data)
        } else if data.task == .start || data.task == .promote {
            notifyAroundComing(index, data)
        }
    }

    private mutating func notifyBeforeLeaving(_ index: ResourceIndex, _ data: NotificationData) {
        guard state.resources[index].currentRole != .stopped else { return }
        let stop = plan.newest(index, .stop)
        for node in state.resources[index].activeNodes {
            if let stop, plan.actions[stop].flags.contains(.pseudo),
                !state.nodes[node].flags.isDisjoint(with: [.unclean, .remoteReset])
            {
                continue
            }
            _ = notifyAction(index, node, data.pre, data.preDone, data)
            let isStopOptional = stop.map { plan.actions[$0].flags.contains(.optional) } ?? true
            if data.task == .demote || isStopOptional { addPostNotification(index, node, data) }
        }
    }

    private mutating func notifyAroundComing(_ index: ResourceIndex, _ data: NotificationData) {
        guard state.resources[index].nextRole != .stopped else { return }
        let start = plan.newest(index, .start)
        if let start, let node = plan.actions[start].node, let connection = state.nodes[node].connection,
            let remoteStart = plan.newest(connection, .start), !plan.actions[remoteStart].flags.contains(.runnable)
        {
            return
        }
        guard let node = state.resources[index].assignedNode else { return }
        let isStartOptional = start.map { plan.actions[$0].flags.contains(.optional) } ?? true
        if data.task != .start || isStartOptional { _ = notifyAction(index, node, data.pre, data.preDone, data) }
        addPostNotification(index, node, data)
    }

    private mutating func notifyAction(
        _ index: ResourceIndex, _ node: NodeIndex, _ point: ActionIndex?, _ done: ActionIndex?, _ data: NotificationData
    ) -> ActionIndex? {
        guard let point, let done, state.nodes[node].flags.contains(.online),
            plan.actions[point].flags.contains(.runnable)
        else { return nil }
        let type = plan.actions[point].metaValue("notify_type") ?? ""
        let operation = plan.task(named: plan.actions[point].metaValue("notify_operation") ?? "")
        let notify = action(
            index, ActionKey(operation, notification: type == "pre" ? .pre : .post), plan.actions[point].task, on: node,
            optional: plan.actions[point].flags.contains(.optional))
        for entry in plan.actions[point].meta { plan.actions[notify].addMeta(entry.name, entry.value) }
        tell(notify, data)
        plan.order(point, notify, .ordered)
        plan.order(notify, done, .ordered)
        return notify
    }

    private mutating func addPostNotification(_ index: ResourceIndex, _ node: NodeIndex, _ data: NotificationData) {
        if let notify = notifyAction(index, node, data.post, data.postDone, data) {
            plan.actions[notify].priority = .infinity
        }
        guard let done = data.postDone else { return }
        for action in plan.actions(of: index)
        where plan.actions[action].isRecurring && plan.actions[action].task != .cancel {
            plan.order(done, action, .ordered)
        }
    }
}
