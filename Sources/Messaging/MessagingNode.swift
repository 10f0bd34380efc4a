package import ClusterConfiguration
package import ClusterTypes

/// The whole messaging of one node: the ring, the synchronisation of its members, process groups and quorum.
///
/// One value: events in, effects out. The driver owns the sockets, the clock, the disk and the local clients.
package struct MessagingNode: Sendable {
    package enum Event: Sendable, Equatable {
        /// The first event. The stored number is that of the last `storeRingSequence` that was confirmed, or 0.
        case started(storedRingSequence: UInt64)
        /// A packet came in; what sent it is in the packet, and not believed.
        case packetReceived([UInt8])
        case timerFired(Timer)
        /// All links to a node are down, or one is up again.
        case reachabilityChanged(NodeID, isReachable: Bool)
        /// A local client asks for something.
        case requested(MessagingRequest, processID: UInt32)
        /// A local client is gone without leaving its groups.
        case clientDisconnected(processID: UInt32)
        /// What `storeRingSequence` asked for is on stable storage.
        case ringSequenceStored(UInt64)
    }

    package enum Effect: Sendable, Equatable {
        /// Sends a packet to one node, or to all configured nodes, this one included, when there is no target.
        case send([UInt8], to: NodeID?)
        /// Starts a timer, or starts it afresh when it is running.
        case arm(Timer, after: Duration)
        case cancel(Timer)
        /// Hands an event to one local client, or to all clients when there is no target.
        case deliver(MessagingEvent, processID: UInt32?)
        /// Stores the number durably, then returns it as `ringSequenceStored`.
        case storeRingSequence(UInt64)
        case report(MessagingReport)
    }

    /// One of the few timers of a node; the driver keeps at most one running for each value.
    package struct Timer: Hashable, Sendable {
        package let identifier: Int

        package init(identifier: Int) { self.identifier = identifier }
    }

    /// What does not change while the node runs.
    package struct Configuration: Sendable, Equatable {
        package var localNode: NodeID
        package var quorum: QuorumRules
        package var settings: ClusterSettings
    }

    package init(_ configuration: Configuration) {}

    /// Applies one event at a moment of the monotonic clock and appends what the driver must do, in order.
    package mutating func receive(_ event: Event, at now: Instant, into effects: inout [Effect]) {}
}
