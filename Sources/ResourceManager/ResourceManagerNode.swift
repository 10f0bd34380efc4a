package import ClusterTypes

/// The resource manager of one node: replicated document, controller, executor and fencing as one value.
///
/// Pure logic: no clock, no I/O, no randomness but the seed in its settings. The daemon and the simulator drive the same
/// value: they hand in events and perform the effects in the order given.
package struct ResourceManagerNode: Sendable {
    private let settings: ManagerSettings

    package init(settings: ManagerSettings) {
        self.settings = settings
    }

    /// Applies one event and appends what the driver must do, in order.
    ///
    /// - Parameter now: the monotonic clock. Must not decrease from call to call.
    /// - Parameter wallTime: the civil clock, for records that people read.
    package mutating func receive(
        _ event: Event, at now: Instant, wallTime: WallTime, into effects: inout [Effect]
    ) {
        switch event {
        case .started:
            effects.append(.messaging(.join(.resourceManager)))
        case .clientRequested(let id, .status, _):
            let member = NodeStatus.Member(id: settings.node, name: settings.nodeName)
            effects.append(.respond(id, .status(NodeStatus(node: member, phase: .joining))))
        case .clientRequested(let id, _, _):
            effects.append(.respond(id, .refused(ClientFailure(.unavailable, "the node is not in the cluster yet"))))
        case .shutdownRequested:
            effects.append(.exit(.shutDown))
        case .messaging, .timerFired, .scheduleComputed, .documentStored, .storeFailed, .agentFinished:
            break  // Nothing is running yet.
        }
    }
}
