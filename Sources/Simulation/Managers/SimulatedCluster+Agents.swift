internal import Agents
internal import ClusterTypes
internal import ResourceManager

extension SimulatedCluster {
    /// Begins a run of an agent: how long it takes and how it will end is drawn now, what it does is done then.
    func runAgent(_ run: AgentRun, _ invocation: AgentInvocation, on node: Int) {
        let task: AgentTask
        switch run {
        case .executor: task = AgentTask(operation: invocation)
        case .fencer: task = AgentTask(fencing: invocation)
        }
        nodes[node].manager?.openRuns.insert(run)
        var duration = generator.duration(in: .milliseconds(2)...(.milliseconds(40)))
        var ending = AgentOutcome.Ending.exited(0)
        if isBreaking {
            if generator.chance(0.03) { duration = generator.duration(in: .milliseconds(500)...(.seconds(3))) }
            if case .power = task, generator.chance(0.25) { ending = .exited(1) }
        }
        if case .operation(let resource, "start") = task { beginStart(resource, on: node) }
        if duration > invocation.timeout {
            duration = invocation.timeout
            ending = .timedOut
        }
        scheduleForManager(
            node, .agentDone(run, task, ending: ending, powerCycle: nodes[node].machine.powerCycle), after: duration)
    }

    /// A resource may be active from the moment its start begins.
    private func beginStart(_ resource: String, on node: Int) {
        trace(node, "begins to start \(resource)")
        activityChecker.startBegan(resource, on: nodes[node].id, machines: machines, at: now)
        nodes[node].machine.activate(resource)
    }

    private var machines: [(id: NodeID, active: [String])] { nodes.map { ($0.id, $0.machine.active) } }

    /// Does what the agent does at its end, unless its machine lost power meanwhile.
    func finish(_ task: AgentTask, on node: Int, powerCycle: UInt32, ending: AgentOutcome.Ending) -> AgentOutcome {
        guard nodes[node].machine.powerCycle == powerCycle, ending == .exited(0) else { return AgentOutcome(ending) }
        switch task {
        case .metadata(let text): return AgentOutcome(.exited(0), output: text)
        case .query: return AgentOutcome(.exited(0))
        case .power(let action, let target):
            switchPower(action, target, by: node)
            return AgentOutcome(.exited(0))
        case .operation(let resource, "monitor"):
            let isActive = nodes[node].machine.active.contains(resource)
            if !isActive { activityChecker.foundInactive(resource, on: nodes[node].id) }
            return AgentOutcome(.exited(isActive ? 0 : 7))
        case .operation(let resource, "stop"):
            trace(node, "has stopped \(resource)")
            nodes[node].machine.deactivate(resource)
            activityChecker.stopped(resource, on: nodes[node].id)
            return AgentOutcome(.exited(0))
        case .operation: return AgentOutcome(.exited(0))
        }
    }

    private func switchPower(_ action: String, _ target: String, by node: Int) {
        guard let victim = nodes.indices.first(where: { name($0) == target }) else { return }
        outcome.fencingCount += 1
        trace(node, "fences \(target): \(action)")
        if options.sabotage == .fenceNothing { return }
        if action != "on" {
            powerOff(victim)
            activityChecker.fenced(nodes[victim].id)
        }
        if action != "off" { schedule(.machineStarts(node: victim), after: .milliseconds(200 + generator.below(1500))) }
    }

    /// A resource dies by itself; its monitor will find out.
    func breakResource(_ node: Int) {
        let active = nodes[node].machine.active
        guard !active.isEmpty else { return }
        let resource = active[generator.below(active.count)]
        trace(node, "\(resource) dies")
        nodes[node].machine.deactivate(resource)
    }
}
