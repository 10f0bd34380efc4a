import Agents
import CIB
import ClusterTypes
import Executor
import Fencing
import ResourceManager
import TransitionGraph
import XMLTree

/// Whole resource managers on an ordered bus, with agents, disks, a clock and the product's scheduler, unless the test has another.
///
/// Everything happens at once unless it has a duration; then the clock jumps to the next thing that is due.
final class TestCluster {
    struct Due {
        var at: Instant
        var serial: Int
        var node: NodeID
        var life: Int
        var event: ResourceManagerNode.Event
    }

    struct Node {
        var id: NodeID
        var life = 0
        var manager: ResourceManagerNode?
        var disk: CIBDocument?
        var lineage = CIBLineage.none
        var timers: [(timer: ResourceManagerNode.Timer, due: Instant)] = []
        /// What runs on the machine, whether or not the daemon does.
        var active: Set<String> = []
        var exit: ExitReason?
        var events: [ClusterEvent] = []
        var responses: [RequestID: ClientResponse] = [:]
        var reports: [String] = []
    }

    /// What an agent does: exit code and duration, by node name, resource and operation; `nil`: the ordinary thing.
    var behaviour: (String, String, String) -> (code: Int32, duration: Duration)? = { _, _, _ in nil }
    /// The same for a fence agent, by target.
    var fenceBehaviour: (String) -> (code: Int32, duration: Duration) = { _ in (0, .milliseconds(20)) }
    var scheduler: (XMLElement, WallTime) -> ScheduleOutcome
    var scheduleDuration = Duration.zero

    private(set) var now = Instant.origin
    private(set) var nodes: [Node]
    private var members: [GroupMember] = []
    private var bus: [GroupMessage] = []
    private var queue: [Due] = []
    private var serial = 0
    private var ring: UInt64 = 4
    private var lastRequest: UInt64 = 0
    /// Every operation that an agent ran: `n1 web start`.
    private(set) var operations: [String] = []
    private(set) var scheduleCount = 0
    /// What must never be: a resource on two machines.
    /// Keeps what happens as lines, to read when a test fails.
    var isTracing = false
    private(set) var trace: [String] = []
    private(set) var violations: [String] = []

    init(_ count: Int, scheduler: @escaping (XMLElement, WallTime) -> ScheduleOutcome = scheduleForReal) {
        nodes = (1...count).map { Node(id: NodeID(UInt32($0))) }
        self.scheduler = scheduler
    }

    var wallTime: WallTime { WallTime(seconds: 1_700_000_000 + now.nanoseconds / 1_000_000_000) }

    func name(_ node: Int) -> String { "n\(node)" }

    subscript(_ node: Int) -> ResourceManagerNode {
        guard let manager = nodes[node - 1].manager else { preconditionFailure("node \(node) is down") }
        return manager
    }

    // MARK: - Lives

    func start(_ number: Int, document: CIBDocument? = nil) {
        let index = number - 1
        nodes[index].life += 1
        nodes[index].exit = nil
        let member = GroupMember(node: nodes[index].id, processID: UInt32(100 + nodes[index].life))
        var settings = ManagerSettings(
            member: member, nodeName: name(number),
            nodes: nodes.map { .init(id: $0.id, name: "n\($0.id)") }, clusterName: "test", seed: 1)
        settings.startWait = .seconds(1)
        nodes[index].manager = ResourceManagerNode(settings: settings)
        let incarnation = UInt64(1000 * number + nodes[index].life)
        give(
            number,
            .started(
                document: document ?? nodes[index].disk, lineage: nodes[index].lineage, incarnation: incarnation))
    }

    /// The daemon dies; what it started keeps running. The group notices at once.
    func killDaemon(_ number: Int) { remove(number, reason: .processDown, machine: false) }

    /// The machine dies.
    func crash(_ number: Int) { remove(number, reason: .nodeDown, machine: true) }

    private func remove(_ number: Int, reason: GroupChangeReason, machine: Bool) {
        let index = number - 1
        nodes[index].manager = nil
        nodes[index].timers = []
        if machine { nodes[index].active = [] }
        bus.removeAll { $0.sender.node == nodes[index].id }
        guard let position = members.firstIndex(where: { $0.node == nodes[index].id }) else { return }
        let member = members.remove(at: position)
        ring += 4
        changeGroup(joined: [], left: [GroupMembershipChange(member, reason)])
    }

    private func changeGroup(joined: [GroupMembershipChange], left: [GroupMembershipChange]) {
        members.sort()
        let ringID = RingID(representative: members.first?.node ?? NodeID(1), sequence: ring)
        let configuration = GroupConfiguration(
            group: .resourceManager, ring: ringID, members: members, joined: joined, left: left)
        let votes = members.count
        // As two_node does it: half of two is enough.
        let quorum = nodes.count <= 2 ? 1 : nodes.count / 2 + 1
        let view = QuorumView(
            isQuorate: votes >= quorum, ring: ringID, members: members.map(\.node), votes: votes,
            expectedVotes: nodes.count, quorum: quorum)
        for member in members {
            schedule(.zero, Int(member.node.rawValue), .messaging(.quorumChanged(view)))
            schedule(.zero, Int(member.node.rawValue), .messaging(.groupChanged(configuration)))
        }
    }

    /// The service dies on its own.
    func lose(_ resource: String, on number: Int) { nodes[number - 1].active.remove(resource) }

    // MARK: - Clients

    @discardableResult
    func request(_ number: Int, _ request: ClientRequest) -> RequestID {
        lastRequest += 1
        let id = RequestID(lastRequest)
        give(number, .clientRequested(id, request, by: ClientIdentity(user: "root", client: "test")))
        return id
    }

    func response(_ number: Int, _ id: RequestID) -> ClientResponse? { nodes[number - 1].responses[id] }

    func configure(_ number: Int, _ xml: String, in section: CIBSection) throws {
        request(
            number, .changeCIB([.create(try XMLElement(parsing: xml), in: .section(section))], expectedVersion: nil))
    }

    func shutDown(_ number: Int) { give(number, .shutdownRequested) }

    // MARK: - Time

    /// Runs for that long.
    func run(_ duration: Duration = .seconds(2)) {
        let end = now + duration
        var steps = 0
        while step(until: end) {
            steps += 1
            precondition(steps < 200_000, "the cluster does not come to rest")
        }
        now = end
    }

    private func step(until end: Instant) -> Bool {
        // Events at the same instant first, so that group changes are seen before later messages.
        if let next = queue.first, next.at <= now {
            queue.removeFirst()
            fire(next)
            return true
        }
        if !bus.isEmpty {
            let message = bus.removeFirst()
            for member in members { give(Int(member.node.rawValue), .messaging(.messageDelivered(message))) }
            return true
        }
        let timer = nextTimer()
        let due = [queue.first?.at, timer?.due].compactMap { $0 }.min()
        guard let due, due <= end else { return false }
        now = max(now, due)
        if let timer, timer.due == due {
            let index = Int(timer.node.rawValue) - 1
            nodes[index].timers.removeAll { $0.timer == timer.timer }
            give(index + 1, .timerFired(timer.timer))
        }
        return true
    }

    private func nextTimer() -> (node: NodeID, timer: ResourceManagerNode.Timer, due: Instant)? {
        var best: (node: NodeID, timer: ResourceManagerNode.Timer, due: Instant)?
        for node in nodes {
            for (timer, due) in node.timers where best.map({ due < $0.due }) ?? true { best = (node.id, timer, due) }
        }
        return best
    }

    private func schedule(_ delay: Duration, _ number: Int, _ event: ResourceManagerNode.Event) {
        serial += 1
        let due = Due(
            at: now + delay, serial: serial, node: nodes[number - 1].id, life: nodes[number - 1].life, event: event)
        let position = queue.firstIndex { ($0.at, $0.serial) > (due.at, due.serial) } ?? queue.count
        queue.insert(due, at: position)
    }

    private func fire(_ due: Due) {
        let number = Int(due.node.rawValue)
        guard nodes[number - 1].life == due.life else { return }
        give(number, due.event)
    }

    func give(_ number: Int, _ event: ResourceManagerNode.Event) {
        guard nodes[number - 1].manager != nil else { return }
        var effects: [ResourceManagerNode.Effect] = []
        if isTracing {
            switch event {
            case .messaging(.messageDelivered), .scheduleComputed, .documentStored, .started: break
            default: trace.append("\(now) n\(number) \(event)")
            }
        }
        nodes[number - 1].manager?.receive(event, at: now, wallTime: wallTime, into: &effects)
        for effect in effects { perform(effect, number) }
    }

    // MARK: - Effects

    private func perform(_ effect: ResourceManagerNode.Effect, _ number: Int) {
        let index = number - 1
        switch effect {
        case .messaging(.join):
            let member = GroupMember(node: nodes[index].id, processID: UInt32(100 + nodes[index].life))
            members.append(member)
            ring += 4
            changeGroup(joined: [GroupMembershipChange(member, .joined)], left: [])
        case .messaging(.leave):
            guard let position = members.firstIndex(where: { $0.node == nodes[index].id }) else { return }
            let member = members.remove(at: position)
            changeGroup(joined: [], left: [GroupMembershipChange(member, .left)])
            schedule(
                .zero, number,
                .messaging(
                    .groupChanged(
                        GroupConfiguration(
                            group: .resourceManager, ring: RingID(representative: NodeID(1), sequence: ring),
                            members: members, joined: [], left: [GroupMembershipChange(member, .left)]))))
        case .messaging(.multicast(let group, let payload)):
            guard let member = members.first(where: { $0.node == nodes[index].id }) else { return }
            precondition(payload.count <= MessageLimits.payload, "a multicast is too long")
            bus.append(GroupMessage(group: group, sender: member, payload: payload))
        case .arm(let timer, let delay):
            nodes[index].timers.removeAll { $0.timer == timer }
            nodes[index].timers.append((timer, now + delay))
        case .cancel(let timer): nodes[index].timers.removeAll { $0.timer == timer }
        case .store(let id, let document, let lineage):
            if let document { nodes[index].disk = document }
            nodes[index].lineage = lineage
            schedule(.milliseconds(1), number, .documentStored(id))
        case .runAgent(let run, let invocation): runAgent(run, invocation, number)
        case .terminateAgent(let run):
            queue.removeAll { $0.node == nodes[index].id && $0.event.ends(run) }
            schedule(.zero, number, .agentFinished(run, AgentOutcome(.terminated)))
        case .computeSchedule(let id, let snapshot, let time):
            scheduleCount += 1
            schedule(scheduleDuration, number, .scheduleComputed(id, scheduler(snapshot, time)))
        case .respond(let id, let response): nodes[index].responses[id] = response
        case .publish(let event):
            nodes[index].events.append(event)
            if isTracing { trace.append("\(now) n\(number)     \(event.kind)") }
        case .report(_, let text):
            nodes[index].reports.append(text)
            if isTracing { trace.append("\(now) n\(number)     : \(text)") }
        case .exit(let reason):
            nodes[index].exit = reason
            nodes[index].manager = nil
            nodes[index].timers = []
            if members.contains(where: { $0.node == nodes[index].id }) {
                remove(number, reason: .processDown, machine: false)
            }
        }
    }

    private func runAgent(_ run: AgentRun, _ invocation: AgentInvocation, _ number: Int) {
        if case .fencer = run {
            runFenceAgent(run, invocation, number)
            return
        }
        let operation = invocation.arguments.first ?? ""
        let resource = invocation.environment.first { $0.name == "OCF_RESOURCE_INSTANCE" }?.value ?? ""
        if operation == "meta-data" {
            schedule(.milliseconds(1), number, .agentFinished(run, AgentOutcome(.exited(1))))
            return
        }
        operations.append("\(name(number)) \(resource) \(operation)")
        let (code, duration) = behaviour(name(number), resource, operation) ?? ordinary(number, resource, operation)
        if code == 0 {
            if operation == "start" {
                nodes[number - 1].active.insert(resource)
                let holders = nodes.filter { $0.active.contains(resource) }.map(\.id.description)
                if holders.count > 1 { violations.append("\(now): \(resource) runs on nodes \(holders)") }
            }
            if operation == "stop" { nodes[number - 1].active.remove(resource) }
        }
        schedule(duration, number, .agentFinished(run, AgentOutcome(.exited(code))))
    }

    private func ordinary(_ number: Int, _ resource: String, _ operation: String) -> (Int32, Duration) {
        let isActive = nodes[number - 1].active.contains(resource)
        return (operation == "monitor" && !isActive ? 7 : 0, .milliseconds(10))
    }

    private func runFenceAgent(_ run: AgentRun, _ invocation: AgentInvocation, _ number: Int) {
        let options = String(decoding: invocation.standardInput, as: UTF8.self).split(separator: "\n").map(String.init)
        func value(_ name: String) -> String? {
            options.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }
        let action = value("action") ?? "reboot"
        guard ["reboot", "off", "on"].contains(action),
            let target = value("port") ?? value("plug") ?? value("nodename")
        else {
            let output = action == "metadata" || invocation.arguments.contains("metadata") ? fenceMetadata : ""
            schedule(.milliseconds(1), number, .agentFinished(run, AgentOutcome(.exited(0), output: output)))
            return
        }
        if action == "on" {
            operations.append("\(name(number)) unfences \(target)")
            schedule(.milliseconds(20), number, .agentFinished(run, AgentOutcome(.exited(0))))
            return
        }
        operations.append("\(name(number)) fences \(target)")
        let (code, duration) = fenceBehaviour(target)
        if code == 0, let index = nodes.firstIndex(where: { "n\($0.id)" == target }), nodes[index].manager != nil {
            crash(index + 1)
        }
        if code == 0, let index = nodes.firstIndex(where: { "n\($0.id)" == target }) { nodes[index].active = [] }
        schedule(duration, number, .agentFinished(run, AgentOutcome(.exited(code))))
    }

    private let fenceMetadata = """
        <resource-agent name="fence_test" shortdesc="test"><parameters><parameter name="port"><content type="string"/>\
        </parameter></parameters><actions><action name="on"/><action name="off"/><action name="reboot"/>\
        <action name="status"/><action name="monitor"/><action name="metadata"/></actions></resource-agent>
        """
}

extension ResourceManagerNode.Event {
    fileprivate func ends(_ run: AgentRun) -> Bool {
        if case .agentFinished(run, _) = self { true } else { false }
    }
}
