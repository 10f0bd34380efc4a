internal import Agents
internal import CIB
internal import ClusterTypes
internal import Messaging
internal import ResourceManager
internal import Scheduler

/// What happens between a daemon's resource manager and its surroundings. Nodes are indices.
enum ManagerEvent {
    case input(ResourceManagerNode.Event)
    case request(MessagingRequest)
    case timerExpires(ResourceManagerNode.Timer, generation: UInt32)
    case documentStored(CIBStoreID, CIBDocument?, CIBLineage)
    case scheduleDone(ScheduleID, SchedulerInput)
    case agentDone(AgentRun, AgentTask, ending: AgentOutcome.Ending, powerCycle: UInt32)
}

extension SimulatedCluster {
    var hasManagers: Bool { options.scope == .cluster }

    func name(_ node: Int) -> String { "n\(nodes[node].id)" }

    func startManager(_ node: Int) {
        let member = GroupMember(node: nodes[node].id, processID: nextProcessID)
        nextProcessID += 1
        let settings = ManagerSettings(
            member: member, nodeName: name(node),
            nodes: nodes.indices.map { .init(id: nodes[$0].id, name: name($0)) }, clusterName: "simulated",
            seed: options.seed &+ UInt64(member.processID))
        nodes[node].manager = SimulatedManager(core: ResourceManagerNode(settings: settings), member: member)
        feed(node, .clientConnected(processID: member.processID))
        feedManager(
            node,
            .started(
                document: nodes[node].storedDocument, lineage: nodes[node].storedLineage,
                incarnation: UInt64(member.processID)))
    }

    /// Plans something for the daemon that runs now, in the order of the calls.
    func scheduleForManager(_ node: Int, _ event: ManagerEvent, after delay: Duration = .zero) {
        schedule(.manager(node: node, life: nodes[node].life, event), after: delay)
    }

    func managerHappens(_ node: Int, _ life: UInt32, _ event: ManagerEvent) {
        let isAlive = nodes[node].life == life && nodes[node].manager != nil
        switch event {
        case .agentDone(let run, let task, let ending, let powerCycle):
            let outcome = finish(task, on: node, powerCycle: powerCycle, ending: ending)
            if isAlive, nodes[node].manager?.openRuns.remove(run) != nil {
                feedManager(node, .agentFinished(run, outcome))
            }
        case .documentStored(let id, let document, let lineage):
            guard isAlive else { return }
            if options.sabotage != .forgetDocuments {
                if let document { nodes[node].storedDocument = document }
                nodes[node].storedLineage = lineage
            }
            feedManager(node, .documentStored(id))
        case .input(let input): if isAlive { feedManager(node, input) }
        case .request(let request):
            if isAlive, let member = nodes[node].manager?.member {
                feed(node, .requested(request, processID: member.processID))
            }
        case .timerExpires(let timer, let generation):
            guard isAlive, nodes[node].manager?.timers[timer] == generation else { return }
            nodes[node].manager?.timers[timer] = nil
            feedManager(node, .timerFired(timer))
        case .scheduleDone(let id, let input):
            guard isAlive, nodes[node].manager?.wantedSchedule == id else { return }
            feedManager(node, .scheduleComputed(id, compute(input)))
        }
    }

    private func compute(_ input: SchedulerInput) -> ScheduleOutcome {
        outcome.scheduleCount += 1
        let output = Scheduler.schedule(input)
        return .computed(
            ComputedSchedule(graph: output.graph, recheckAt: output.recheckAt, summary: output.summary.lines))
    }

    private var wallTime: WallTime {
        WallTime(
            seconds: 1_800_000_000 + now.nanoseconds / 1_000_000_000,
            nanoseconds: Int32(now.nanoseconds % 1_000_000_000))
    }

    func feedManager(_ node: Int, _ event: ResourceManagerNode.Event) {
        guard nodes[node].manager != nil else { return }
        if options.trace != nil { traceManager(node, event) }
        var effects: [ResourceManagerNode.Effect] = []
        let time = nodes[node].localTime(now)
        nodes[node].manager?.core.receive(event, at: time, wallTime: wallTime, into: &effects)
        for effect in effects { perform(effect, forManagerOf: node) }
    }

    private func perform(_ effect: ResourceManagerNode.Effect, forManagerOf node: Int) {
        switch effect {
        case .messaging(let request): scheduleForManager(node, .request(request))
        case .arm(let timer, let duration):
            let generation = nextGeneration()
            nodes[node].manager?.timers[timer] = generation
            scheduleForManager(
                node, .timerExpires(timer, generation: generation), after: nodes[node].worldDuration(duration))
        case .cancel(let timer): nodes[node].manager?.timers[timer] = nil
        case .store(let id, let document, let lineage):
            let delay = generator.duration(in: .microseconds(200)...(.milliseconds(10)))
            scheduleForManager(node, .documentStored(id, document, lineage), after: delay)
        case .runAgent(let run, let invocation): runAgent(run, invocation, on: node)
        case .terminateAgent(let run):
            if nodes[node].manager?.openRuns.remove(run) != nil {
                scheduleForManager(node, .input(.agentFinished(run, AgentOutcome(.terminated))))
            }
        case .computeSchedule(let id, let snapshot, let time):
            nodes[node].manager?.wantedSchedule = id
            scheduleForManager(
                node, .scheduleDone(id, SchedulerInput(cib: snapshot, now: time)),
                after: generator.duration(in: .milliseconds(1)...(.milliseconds(10))))
        case .respond(let id, let response): answered(id, response, by: node)
        case .publish(let event): trace(node, "timeline \(event.name) \(event.fields.map { "\($0.name)=\($0.value)" })")
        case .report(let level, let text): trace(node, "manager says \(level.rawValue): \(text)")
        case .exit(let reason):
            trace(node, "daemon exits: \(reason)")
            stopDaemon(node)
            schedule(.machineStarts(node: node), after: .milliseconds(500 + generator.below(1500)))
        }
    }

    private func traceManager(_ node: Int, _ event: ResourceManagerNode.Event) {
        switch event {
        case .messaging(.messageDelivered(let message)):
            trace(node, "manager gets \(message.payload.count) bytes of \(message.sender)")
        case .messaging(.groupChanged(let configuration)): trace(node, "manager's group is \(configuration.members)")
        case .messaging(.quorumChanged(let view)):
            trace(node, "manager's quorum is \(view.isQuorate) in \(view.members)")
        case .agentFinished(let run, let outcome): trace(node, "\(run) ended: \(outcome.ending)")
        case .started, .messaging, .documentStored, .storeFailed, .scheduleComputed, .clientRequested: break
        case .timerFired(let timer): trace(node, "manager's timer \(timer)")
        case .nodesConfigured(let nodes): trace(node, "the node list is \(nodes.map(\.name))")
        case .shutdownRequested: trace(node, "shutdown requested")
        }
    }
}
