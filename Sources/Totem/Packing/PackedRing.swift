package import ClusterTypes

/// A node of a Totem ring that carries messages of up to 1 MiB: the ring protocol below, packing and fragmentation above.
///
/// Drivers feed every event in order and perform every effect in order. Timers and packets may arrive late: stale ones are
/// recognised. **Loopback is internal**: `broadcast` means every *other* node, nothing is ever sent to oneself, and own
/// messages are delivered like any other. A packet that comes back from the network is harmless.
///
/// - Source: Amir et al. 1995; Corosync 3's totemsrp and totempg for the packet formats.
package struct PackedRing: Sendable {
    package enum Event: Sendable, Equatable {
        /// The first event: the node begins to look for others.
        case started
        /// `from` is the node the transport authenticated, if it knows.
        case packetReceived([UInt8], from: NodeID?)
        case timerFired(RingTimer)
        /// At most `PackedRing.messageSizeLimit` bytes; longer ones are refused by `canAccept`, and dropped here.
        case multicastRequested([UInt8], Guarantee, Lane)
        /// The links to a peer: true when at least one is up.
        case reachabilityChanged(NodeID, isReachable: Bool)
        /// The sequence of a `storeRingSequence` effect is on stable storage.
        case ringSequenceStored(UInt64)
        /// The layers above finished synchronising after this ring was installed: application messages may flow again.
        case synchronisationCompleted(RingID)
        /// Tell the others and stop. Nothing is sent or delivered afterwards.
        case leaveRequested
    }

    package enum Effect: Sendable, Equatable {
        case send([UInt8], to: NodeID)
        /// To every other node.
        case broadcast([UInt8])
        case arm(RingTimer, after: Duration)
        case cancel(RingTimer)
        /// The next message in the agreed order. The slice's indices do not start at 0.
        case deliver(from: NodeID, ArraySlice<UInt8>)
        case configurationChanged(RingConfiguration)
        /// Make this durable, then report `ringSequenceStored`. The node sends nothing of the new ring before that.
        case storeRingSequence(UInt64)
        /// True while the queue of application messages is full, false when a quarter of it is free again.
        case flowControlChanged(isBlocked: Bool)
        case report(RingReport)
    }

    /// Which queue a message waits in.
    package enum Lane: Sendable, Equatable {
        /// Held back from a configuration change until `synchronisationCompleted`.
        case application
        /// Sent between a configuration change and `synchronisationCompleted`; what is still queued at a new configuration
        /// change is dropped, because it belongs to a synchronisation that starts again.
        case synchronisation
    }

    /// The largest message, in bytes: 1 MiB, as `MESSAGE_SIZE_MAX` of Corosync.
    package static let messageSizeLimit = 1024 * 1024

    package init(settings: RingSettings) { self.settings = settings }

    /// Applies one event at the driver's time and appends what must be done, in order.
    package mutating func receive(_ event: Event, at now: Instant, into effects: inout [Effect]) {}

    /// The configuration that messages are delivered in; `nil` until the first one is installed.
    package private(set) var configuration: RingConfiguration?

    private let settings: RingSettings
}
