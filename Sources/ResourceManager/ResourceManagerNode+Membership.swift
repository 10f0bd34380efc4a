import CIB
import ClusterTypes
import Executor
import Fencing
import XMLTree

// Who is in the cluster, and what the designated controller writes about it.
extension ResourceManagerNode {
    mutating func perform(_ effect: Roster.Effect) {
        switch effect {
        case .say(let hello): send(.hello(hello))
        case .established(let establishment):
            unsettled.add(establishment)
            unwritten.add(establishment)
            for node in establishment.lost {
                if inFlight.entries.contains(where: { $0.node == node }) { unwritten.interrupted.append(node) }
                inFlight.removeAll(on: node)
            }
            forgetReturned(establishment)
            announcement = nil
            // What a device does now to a node that joined was meant for its earlier life.
            let joined = establishment.joined.map { name(of: $0) }
            fencingTargets.removeAll { joined.contains($0) }
            settleMembership()
        }
    }

    /// A member that left the group and came back before the others knew each other was never lost, but orders may have gone
    /// past it: nothing is in flight there any more, and it is probed anew.
    private mutating func forgetReturned(_ establishment: Roster.Establishment) {
        let changed = establishment.lost + establishment.joined + [settings.node]
        for member in roster.members where parted.contains(member.node) && !changed.contains(member.node) {
            inFlight.removeAll(on: member.node)
            if !unwritten.joined.contains(member.node) { unwritten.joined.append(member.node) }
        }
        parted = []
    }

    /// Whether this node is designated controller of members that know each other and hold the same document.
    var isSettledController: Bool {
        roster.isEstablished && replica.isSynchronised && roster.controller == settings.node
    }

    /// Acts on a new membership once the members know each other and their documents are equal.
    mutating func settleMembership() {
        guard roster.isEstablished, replica.isSynchronised, let controller = roster.controller else { return }
        let changes = unsettled
        unsettled = UnsettledMembership()
        let names = roster.members.map { name(of: $0.node) }
        unsettled.formerController = controller
        unsettled.formerMembers = names
        publishMembership(changes, names: names, controller: controller)
        perform(fencer.receive(.membersChanged(names), at: now, wallTime: wallTime))
        if changes.formerController != controller { refuseFencings() }
        if phase == .leaving { markShutdown() }
        guard controller == settings.node else {
            unwritten = UnsettledMembership()
            unwritten.formerController = controller
            control(.deactivated)
            emit(.cancel(.startWait))
            return
        }
        act()
    }

    /// Begins to act as designated controller, unless nodes that may be starting are still waited for.
    ///
    /// While it waits it writes nothing either: a node that restarted alone would make its copy of the document newer
    /// than that of the cluster it is about to join.
    mutating func act() {
        guard isSettledController, phase != .departing else { return }
        let isComplete = settings.nodes.allSatisfy { node in roster.members.contains { $0.node == node.id } }
        switch startWait {
        case .over: break
        case .pending where isComplete, .armed where isComplete:
            startWait = .over
            emit(.cancel(.startWait))
        case .pending:
            startWait = .armed
            emit(.arm(.startWait, after: settings.startWait))
            return
        case .armed: return
        }
        let changes = unwritten
        unwritten = UnsettledMembership()
        unwritten.formerController = settings.node
        writeMembership(changes)
        correctStandingFacts()
        if controller.isActive {
            control(.reconsider(reason: "the membership changed", isUrgent: true))
        } else {
            control(.activated(transitionUUID: transitionUUID))
        }
    }

    private mutating func publishMembership(_ changes: UnsettledMembership, names: [String], controller: NodeID) {
        for node in changes.lost {
            let isClean = document.nodeState(of: node)?["expected"] == "down"
            publish(isClean ? .nodeLeft(node: name(of: node)) : .nodeLost(node: name(of: node)))
            report(isClean ? .info : .warning, "node \(name(of: node)) \(isClean ? "left the cluster" : "was lost")")
        }
        for node in changes.joined { publish(.nodeJoined(node: name(of: node))) }
        if names != changes.formerMembers { publish(.membershipChanged(members: names)) }
        if changes.formerController != controller {
            publish(.controllerChanged(node: name(of: controller)))
            report(.info, "\(name(of: controller)) is the designated controller")
        }
    }

    private mutating func writeMembership(_ changes: UnsettledMembership) {
        let isNew = changes.formerController != settings.node
        var operations: [CIBOperation] = []
        for member in roster.members {
            // A controller that died may not have written who joined before.
            let isUnknown = isNew && document.nodeState(of: member.node)?["crmd"] != "online"
            guard changes.joined.contains(member.node) || changes.documentWasReplaced || isUnknown else { continue }
            operations += NodeStates.member(configured(member.node), origin: "member_joined")
        }
        for state in document.status.children("node_state") where state["in_ccm"] == "true" {
            guard let id = state.id.flatMap({ UInt32($0) }), !roster.members.contains(where: { $0.node.rawValue == id })
            else { continue }
            let node = configured(NodeID(id))
            // What was let go, and yet had something to do, may have left it half done.
            let isInterrupted = changes.interrupted.contains(node.id)
            let isClean = state["expected"] == "down" && !isInterrupted
            operations += isClean ? NodeStates.departed(node) : NodeStates.lost(node, isInterrupted: isInterrupted)
        }
        change(operations, for: .controller)
    }

    /// Takes over a node list that was read again: new nodes are in the document at once, before they come.
    mutating func take(_ nodes: [NamedNode]) {
        guard nodes != settings.nodes else { return }
        let removed = settings.nodes.filter { node in !nodes.contains { $0.id == node.id } }
        settings.nodes = nodes
        report(.info, "the node list has changed: \(nodes.map(\.name).joined(separator: ", "))")
        for node in removed
        where document.section(.nodes)?.children.contains(where: { $0.id == node.id.description }) == true {
            report(
                .info,
                "node \(node.name) is no longer configured; crm node delete \(node.name) makes the cluster forget it")
        }
        // Who begins to act as designated controller later does this then.
        if controller.isActive, isSettledController { correctStandingFacts() }
    }

    mutating func correctStandingFacts() {
        let facts = StandingFacts(settings: settings, isQuorate: quorum?.isQuorate ?? false)
        change(facts.rootCorrections(of: document), for: .controller)
        // A schedule does not wait until these are on every disk; their arrival asks for one.
        change(facts.nodeCorrections(of: document) + facts.propertyCorrections(of: document))
    }

    /// Names this controller's transitions: different at every start of a daemon, in the form of a UUID.
    private var transitionUUID: String {
        var generator = SeededGenerator(seed: incarnation ^ UInt64(settings.node.rawValue) << 32)
        let digits = [generator.next(), generator.next()].map { number in
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        var parts: [Substring] = []
        var rest = Substring(digits)
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    func name(of node: NodeID) -> String {
        if node == settings.node { return settings.nodeName }
        return settings.name(of: node) ?? document.section(.nodes)?.children.first { $0.id == node.description }?[
            "uname"]
            ?? node.description
    }

    private func configured(_ node: NodeID) -> NamedNode {
        NamedNode(id: node, name: name(of: node))
    }

    /// The node of a name, as corosync.conf or the document knows it.
    func node(named name: String) -> NodeID? {
        if name == settings.nodeName { return settings.node }
        if let node = settings.node(named: name) { return node }
        let entry = document.section(.nodes)?.children.first { $0["uname"] == name }
        return entry?.id.flatMap { UInt32($0) }.map { NodeID($0) }
    }
}
