import Agents
import ClusterTypes

extension Scheduling {
    private func cloneTitle(_ index: ResourceIndex, _ traits: CloneTraits) -> String {
        let resource = state.resources[index]
        var remarks: [String] = []
        if resource.flags.contains(.promotable) { remarks.append("promotable") }
        if resource.flags.contains(.unique) { remarks.append("unique") }
        if isDisabled(index) { remarks.append("disabled") }
        if resource.flags.contains(.maintenance) {
            remarks.append("maintenance")
        } else if !resource.isManaged {
            remarks.append("unmanaged")
        }
        let suffix = remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))"
        return "Clone Set: \(resource.id) [\(traits.childID)]\(suffix)"
    }

    /// Instances that need attention line by line, the others as lists of nodes.
    func cloneStatusLines(_ index: ResourceIndex, _ traits: CloneTraits, _ depth: Int) -> [StatusLine] {
        let resource = state.resources[index]
        var lines = [StatusLine(depth: depth, text: cloneTitle(index, traits), isTitle: true)]
        var promoted: [NodeIndex] = []
        var started: [NodeIndex] = []
        var stoppedInstances: [String] = []
        for child in resource.children {
            switch presentation(of: child, isUnique: resource.flags.contains(.unique)) {
            case .full: lines += resourceStatusLines(child, depth: depth + 1)
            case .stopped: stoppedInstances.append(state.resources[child].id)
            case .promoted(let node): promoted.append(node)
            case .started(let node): started.append(node)
            case .hidden: break
            }
        }
        func add(_ title: String, _ nodes: [NodeIndex]) {
            guard !nodes.isEmpty else { return }
            let sorted = nodes.mergeSorted {
                TextValue.compareNumerically(state.nodes[$0].name, state.nodes[$1].name)
            }
            let names = sorted.map { state.nodes[$0].name }.joined(separator: " ")
            lines.append(StatusLine(depth: depth + 1, text: "\(title): [ \(names) ]"))
        }
        add("Promoted", promoted)
        if resource.flags.contains(.promotable) {
            add(configuredRole(index) == .unpromoted ? "Unpromoted (target-role)" : "Unpromoted", started)
        } else {
            add("Started", started)
        }
        let active = promoted.count + started.count
        if !resource.flags.contains(.unique), traits.maximum > active {
            addStoppedNodes(index, &lines, depth)
        } else if !stoppedInstances.isEmpty {
            let names = stoppedInstances.sorted { TextValue.compareNumerically($0, $1) < 0 }
            lines.append(StatusLine(depth: depth + 1, text: "Stopped: [ \(names.joined(separator: " ")) ]"))
        }
        return lines
    }

    private enum Presentation { case full, stopped, promoted(NodeIndex), started(NodeIndex), hidden }

    private func presentation(of child: ResourceIndex, isUnique: Bool) -> Presentation {
        let isPartiallyActive = state.isActive(child, all: false)
        if isUnique {
            if isPartiallyActive || !state.resources[child].flags.contains(.removed) { return .full }
            return .hidden
        }
        if options.showsPending, let pending = state.resources[child].pendingAction, pending != "probe" { return .full }
        if !isPartiallyActive { return state.resources[child].flags.contains(.removed) ? .hidden : .stopped }
        if state.anyHas(.removed, in: child) || !state.allHave(.managed, in: child) || state.anyHas(.failed, in: child)
        {
            return .full
        }
        guard state.isActive(child, all: true), let node = state.location(of: child, .current) else { return .full }
        let flags = state.nodes[node].flags
        if !flags.contains(.online), flags.contains(.unclean) { return .full }
        return state.role(of: child, current: true) > .unpromoted ? .promoted(node) : .started(node)
    }

    private func configuredRole(_ index: ResourceIndex) -> Role? {
        let own = state.resources[index].meta["target-role"]
        let text = own ?? state.resources[index].children.first.flatMap { state.resources[$0].meta["target-role"] }
        return TextValue.role(text)
    }

    /// Nodes where an anonymous clone may run but does not, by why.
    private func addStoppedNodes(_ index: ResourceIndex, _ lines: inout [StatusLine], _ depth: Int) {
        let resource = state.resources[index]
        var nodes = state.nodeOrder.filter { placement[index, $0].isPresent }
        if nodes.isEmpty { nodes = state.nodeOrder.filter { resource.probedNodes.contains($0) } }
        let isDisabled = configuredRole(index) == .stopped
        var byState: [String: [String]] = [:]
        for node in nodes where !resource.activeNodes.contains(node) {
            var text = isDisabled ? "Stopped (disabled)" : "Stopped"
            if let result = failedProbeResult(index, node) { text = "Stopped (\(result.sentence))" }
            byState[text, default: []].append(state.nodes[node].name)
        }
        for (text, names) in byState.sorted(by: { $0.key < $1.key }) {
            let sorted = names.mergeSorted(by: TextValue.compareNumerically)
            lines.append(StatusLine(depth: depth + 1, text: "\(text): [ \(sorted.joined(separator: " ")) ]"))
        }
    }
}
