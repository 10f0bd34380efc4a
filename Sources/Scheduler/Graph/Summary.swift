import ClusterTypes
import XMLTree

// What changes, in the words people know from the incumbents' Transition Summary.

extension Scheduling {
    mutating func buildSummary() -> TransitionSummary {
        var summary = SummaryBuilder()
        for index in plan.actions.indices.reversed() {
            let action = plan.actions[index]
            guard action.resource == nil, !action.flags.contains(.optional), let node = action.node else { continue }
            let what: String
            switch action.task {
            case .shutdown: what = "Shutdown"
            case .fence: what = "Fence (\(action.metaValue("stonith_action") ?? ""))"
            default: continue
            }
            var name = state.nodes[node].name
            if let launcher = state.guestLauncher(of: node) { name += " (resource: \(state.resources[launcher].id))" }
            summary.addNode(what, name, action.reason)
        }
        for resource in state.topLevel { summarise(resource, &summary) }
        return TransitionSummary(lines: summary.lines, elements: summary.elements)
    }

    private mutating func summarise(_ index: ResourceIndex, _ summary: inout SummaryBuilder) {
        if !state.resources[index].children.isEmpty {
            for child in summaryChildren(index) { summarise(child, &summary) }
            return
        }
        let current = state.resources[index].activeNodes.isEmpty ? nil : state.currentNode(of: index)
        if current == nil, state.resources[index].flags.contains(.removed) { return }
        summarise(index, current, state.resources[index].assignedNode, &summary)
    }

    private mutating func summarise(
        _ index: ResourceIndex, _ current: NodeIndex?, _ next: NodeIndex?, _ summary: inout SummaryBuilder
    ) {
        let resource = state.resources[index]
        guard resource.isManaged, current != nil || next != nil else { return }
        let isMoving = current != nil && next != nil && current != next
        let start = plan.findOne(index, ActionKey(.start), on: next)
        let startRuns = start.map { plan.actions[$0].flags.contains(.runnable) } ?? false
        var stop = plan.findOne(index, ActionKey(.stop), on: startRuns ? current : nil)
        if stop == nil, resource.flags.contains(.stopUnexpected) { stop = plan.findOne(index, ActionKey(.stop)) }
        let promote = plan.findOne(index, ActionKey(.promote), on: next)
        let demote = plan.findOne(index, ActionKey(.demote), on: next)
        func add(
            _ what: String, _ from: NodeIndex?, _ to: NodeIndex?, _ action: ActionIndex?, reason: ActionIndex? = nil
        ) {
            guard let action else { return }
            summary.add(
                what, resource.id, details(resource, from, to), detailAttributes(resource, from, to),
                plan.actions[reason ?? action].reason, isRunnable: plan.actions[action].flags.contains(.runnable))
        }
        func isRequired(_ action: ActionIndex?) -> Bool {
            action.map { !plan.actions[$0].flags.contains(.optional) } ?? false
        }
        let flags = resource.flags
        if resource.currentRole == resource.nextRole {
            guard next != nil else { return }
            let migrate = plan.findOne(index, ActionKey(.migrateFrom), on: next)
            if let migrate, current != nil, plan.actions[migrate].flags.contains(.runnable) {
                add("Migrate", current, next, start)
            } else if flags.contains(.reload) {
                add("Reload", current, next, start)
            } else if !isRequired(start) {
                if isRequired(demote), isRequired(promote) { add("Re-promote", current, next, promote, reason: demote) }
            } else if !startRuns {
                let hasReason = stop.map { plan.actions[$0].reason != nil } ?? false
                add("Stop", current, nil, stop, reason: hasReason ? stop : start)
            } else if isMoving {
                add(flags.contains(.failed) ? "Recover" : "Move", current, next, stop)
            } else if flags.contains(.failed) {
                add("Recover", current, nil, stop)
            } else {
                add("Restart", current, next, start)
            }
        } else if stop != nil, resource.nextRole == .stopped || (start != nil && !startRuns) {
            for node in resource.activeNodes {
                let own = plan.findOne(index, ActionKey(.stop), on: node)
                let hasReason = own.map { plan.actions[$0].reason != nil } ?? false
                add("Stop", node, nil, own, reason: hasReason ? own : start)
            }
        } else if stop != nil, flags.isSuperset(of: [.failed, .stopIfFailed]) {
            add("Recover", current, next, stop, reason: start)
        } else if isMoving {
            add("Move", current, next, stop)
        } else if flags.contains(.reload) {
            add("Reload", current, next, start)
        } else if isRequired(stop) {
            add("Restart", current, next, start)
        } else if resource.currentRole == .promoted {
            add("Demote", current, next, demote)
        } else if resource.nextRole == .promoted {
            add("Promote", current, next, promote)
        } else if resource.currentRole == .stopped, resource.nextRole > .stopped {
            add("Start", current, next, start)
        }
    }

    /// From where to where, with roles where they matter.
    private func details(_ resource: Resource, _ from: NodeIndex?, _ to: NodeIndex?) -> String {
        let needsRole = resource.currentRole > .started || resource.nextRole > .unpromoted
        let isSameRole = resource.currentRole == resource.nextRole
        let (role, nextRole) = (resource.currentRole.description, resource.nextRole.description)
        func name(_ node: NodeIndex?) -> String { node.map { displayName($0) } ?? "" }
        guard let from else { return needsRole ? "\(role) -> \(nextRole) \(name(to))" : name(to) }
        guard let to else { return needsRole ? "\(role) \(name(from))" : name(from) }
        switch (isSameRole, from == to) {
        case (true, true): return needsRole ? "\(role) \(name(from))" : name(from)
        case (true, false):
            return needsRole ? "\(name(from)) -> \(name(to)) \(role)" : "\(name(from)) -> \(name(to))"
        case (false, true): return "\(role) -> \(nextRole) \(name(from))"
        case (false, false): return "\(role) \(name(from)) -> \(nextRole) \(name(to))"
        }
    }

    /// The same for programs.
    private func detailAttributes(
        _ resource: Resource, _ from: NodeIndex?, _ to: NodeIndex?
    ) -> KeyValuePairs<String, String?> {
        let needsRole = resource.currentRole > .started || resource.nextRole > .unpromoted
        let isSameRole = resource.currentRole == resource.nextRole
        let role = needsRole ? resource.currentRole.description : nil
        let nextRole = resource.nextRole.description
        func name(_ node: NodeIndex?) -> String? { node.map { displayName($0) } }
        guard let from else {
            return needsRole ? ["role": role, "next-role": nextRole, "dest": name(to)] : ["node": name(to)]
        }
        guard let to else { return ["role": role, "node": name(from)] }
        switch (isSameRole, from == to) {
        case (true, true): return ["role": role, "source": name(from)]
        case (true, false): return ["source": name(from), "dest": name(to), "role": role]
        case (false, true):
            return ["role": resource.currentRole.description, "next-role": nextRole, "source": name(from)]
        case (false, false):
            return [
                "role": resource.currentRole.description, "source": name(from), "next-role": nextRole,
                "dest": name(to),
            ]
        }
    }

    func displayName(_ node: NodeIndex) -> String { state.nodes[node].name }
}

/// Collects the lines, then lays them out in columns wide enough for all.
private struct SummaryBuilder {
    private enum Row {
        case node(String)
        case resource(what: String, id: String, details: String, remark: String)
    }

    private var rows: [Row] = []
    private(set) var elements: [XMLElement] = []

    mutating func addNode(_ what: String, _ name: String, _ reason: String?) {
        guard let reason else { return }
        rows.append(.node("\(what) \(name) '\(reason)'"))
        elements.append(XMLElement("node_action", ["task": what, "node": name, "reason": reason]))
    }

    mutating func add(
        _ what: String, _ id: String, _ details: String, _ attributes: KeyValuePairs<String, String?>,
        _ reason: String?, isRunnable: Bool
    ) {
        var element = XMLElement("rsc_action", ["action": what.lowercased(), "resource": id])
        element.attributes += XMLElement("", attributes).attributes
        element["reason"] = reason
        if !isRunnable { element["blocked"] = "true" }
        elements.append(element)
        var remark = ""
        if let reason {
            remark = "  due to \(reason)" + (isRunnable ? "" : " (blocked)")
        } else if !isRunnable {
            remark = "  blocked"
        }
        rows.append(.resource(what: what, id: id, details: details, remark: remark))
    }

    var lines: [String] {
        var idWidth = 5
        var detailWidth = 5
        for case .resource(_, let id, let details, _) in rows {
            if id.utf8.count > idWidth { idWidth = id.utf8.count + 2 }
            detailWidth = max(detailWidth, details.utf8.count)
        }
        func padding(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.utf8.count))
        }
        return rows.map { row in
            switch row {
            case .node(let line): line
            case .resource(let what, let id, let details, let remark):
                what + padding(what, 8) + "   " + id + padding(id, idWidth) + "   ( "
                    + padding(details, detailWidth) + details + " )" + remark
            }
        }
    }
}
