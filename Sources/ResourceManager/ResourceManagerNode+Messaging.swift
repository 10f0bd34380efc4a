import CIB
import ClusterTypes
import Executor
import Fencing

// What comes up through the seam, and the way of this node's own messages down.
extension ResourceManagerNode {
    mutating func handle(_ event: MessagingEvent) {
        switch event {
        case .groupChanged(let configuration):
            if configuration.group == .resourceManager { groupChanged(configuration) }
        case .quorumChanged(let view): quorumChanged(view)
        case .messageDelivered(let message):
            if message.group == .resourceManager { deliver(message) }
        case .flowControlChanged:
            break  // The sender keeps what is multicast; at this rate of messages nothing needs to wait.
        }
    }

    /// Sends to all members, this node included.
    mutating func send(_ message: ManagerMessage) {
        if let payload = outbox.send(message) { emit(.messaging(.multicast(.resourceManager, payload))) }
    }

    private mutating func groupChanged(_ configuration: GroupConfiguration) {
        let isMember = configuration.members.contains(settings.member)
        if phase == .departing && !isMember {
            exit(.shutDown)
            return
        }
        inFlight.removeUndelivered()
        parted += configuration.left.map(\.member.node)
        let open = outbox.groupChanged(configuration, isMember: isMember)
        for effect in roster.receive(.groupChanged(configuration)) { perform(effect) }
        // The replica's changes go first, as they did the first time.
        perform(replica.receive(.groupChanged(configuration)))
        for payload in open { emit(.messaging(.multicast(.resourceManager, payload))) }
    }

    private mutating func quorumChanged(_ view: QuorumView) {
        let wasQuorate = quorum?.isQuorate ?? false
        quorum = view
        perform(replica.receive(.quorumChanged(view)))
        guard wasQuorate != view.isQuorate else { return }
        publish(.quorumChanged(isQuorate: view.isQuorate))
        report(view.isQuorate ? .info : .warning, "quorum was \(view.isQuorate ? "acquired" : "lost")")
        guard isSettledController, controller.isActive else { return }
        correctStandingFacts()
        control(.reconsider(reason: "quorum changed", isUrgent: true))
    }

    private mutating func deliver(_ message: GroupMessage) {
        guard let first = message.payload.first else {
            report(.warning, "member \(message.sender) sent an empty message")
            return
        }
        switch MessageRoute(rawValue: first) {
        case .replica:
            perform(replica.receive(.messageDelivered(from: message.sender, Array(message.payload.dropFirst()))))
        case .controller: deliver(message.payload.dropFirst(), from: message.sender)
        case nil: report(.warning, "member \(message.sender) sent a message of the unknown route \(first)")
        }
    }

    private mutating func deliver(_ bytes: ArraySlice<UInt8>, from sender: GroupMember) {
        let message: ManagerMessage
        let tag: UInt64
        do {
            (message, tag) = try ManagerMessage.decode(bytes)
        } catch {
            report(.warning, "a message of member \(sender) cannot be read: \(error)")
            return
        }
        guard outbox.accept(message, tag: tag, isOwn: sender == settings.member) else { return }
        handle(message, from: sender)
    }

    private mutating func handle(_ message: ManagerMessage, from sender: GroupMember) {
        switch message {
        case .hello(let hello):
            for effect in roster.receive(.helloDelivered(sender, hello)) { perform(effect) }
        case .execute(let order):
            if isController(sender) { execute(order, from: sender.node) }
        case .reported(let report):
            if isController(sender) || sender.node == report.node { actionReported(report) }
        case .forget(let resource, let node):
            if node == settings.node {
                perform(executor.receive(.historyForgotten(resource: resource), at: now, wallTime: wallTime))
            }
        case .shutDown(let node):
            if isController(sender) && node == settings.node { depart() }
        case .activity(let announcement):
            guard isController(sender) else { return }
            publishActivity(announcement.activity, from: sender.node)
            self.announcement = announcement
            startWait = .over
        case .reconsider(let number, let reason): reconsiderDelivered(number, reason, from: sender.node)
        case .fencingWanted, .fencingStepRequested, .fencingStepFinished, .fencingFinished:
            handleFencing(message, from: sender)
        }
    }

    /// The controller publishes more of its transitions where it runs; the others hear of beginning and end.
    private mutating func publishActivity(_ activity: NodeStatus.Activity, from controller: NodeID) {
        guard controller != settings.node else { return }
        switch (activity, announcement?.activity) {
        case (.transition(let id, _, let actions), _):
            publish(.transitionComputed(id: id, actions: actions, summary: []))
        case (.idle, .transition(let id, _, _)): publish(.transitionFinished(id: id))
        case (.idle, _), (.computing, _): break
        }
    }

    private func isController(_ sender: GroupMember) -> Bool { sender.node == roster.controller }

    /// Notes that a member changed something, so that announcements can say what they take account of.
    private mutating func reconsiderDelivered(_ number: UInt64, _ reason: String, from node: NodeID) {
        if let index = seenReconsiders.firstIndex(where: { $0.node == node }) {
            seenReconsiders[index].number = number
        } else {
            seenReconsiders.append(ActivityAnnouncement.Seen(node: node, number: number))
            seenReconsiders.sort { $0.node < $1.node }
        }
        control(.reconsider(reason: reason, isUrgent: true))
    }

    /// Asks the designated controller for a new schedule.
    mutating func askToReconsider(_ reason: String) {
        lastReconsider += 1
        send(.reconsider(number: lastReconsider, reason: reason))
    }
}
