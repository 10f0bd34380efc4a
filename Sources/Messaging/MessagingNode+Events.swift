package import ClusterTypes
package import Totem

// What a node is told and what it wants done.
extension MessagingNode {
    package enum Event: Sendable, Equatable {
        /// The first event: the node begins to look for others.
        case started
        /// `from` is the node that the transport authenticated, if it knows.
        case packetReceived([UInt8], from: NodeID?)
        case timerFired(Timer)
        /// The links to a node: true when at least one is up.
        case reachabilityChanged(NodeID, isReachable: Bool)
        /// The machine of a node answered that no daemon listens there.
        case daemonMissing(NodeID)
        /// A local client is there; it gets the quorum now (when there is a ring) and whenever it changes.
        case clientConnected(processID: UInt32)
        case clientDisconnected(processID: UInt32)
        /// A connected client asks for something.
        case requested(MessagingRequest, processID: UInt32)
        /// A local program that is no connected client, such as one that speaks corosync's cpg protocol, asks for something.
        /// Deliveries to its process follow as for any other.
        case groupRequested(GroupRequest)
        /// An administrator wants all nodes to hear of this; it comes back as `administration`, here and elsewhere.
        case administered(AdministrationMessage)
        /// The configuration was read again: peers, timeouts and limits of the ring, and its version.
        case reconfigured(RingSettings, version: UInt64)
        /// A message that no service of any node reads, for those who watch the ring: corosync's promise safe delivery to nobody,
        /// so this is also the only way to ask for it.
        case probeRequested([UInt8], Guarantee)
        /// The members agree on a new ring although nothing has happened.
        case newRingRequested
        /// What `storeRingSequence` asked for is on stable storage.
        case ringSequenceStored(UInt64)
        /// An operator changes votes in all of this partition; first see `refusal(of:)`.
        case quorumChangeRequested(QuorumChange)
        /// The configuration was read again.
        case quorumRulesChanged(QuorumRules)
        /// Tell the others and stop; nothing is sent or delivered once `hasLeft`. The second time it stops at once.
        case leaveRequested
    }

    package enum Effect: Sendable, Equatable {
        case send([UInt8], to: NodeID)
        /// To every other node of the cluster.
        case broadcast([UInt8])
        /// Starts a timer, afresh when it is running.
        case arm(Timer, after: Duration)
        case cancel(Timer)
        case deliver(MessagingEvent, processID: UInt32)
        /// Messages for local processes that are no connected clients.
        case deliverMessages(GroupDelivery, processIDs: [UInt32])
        /// A piece of a message above the atomic limit, for a local process that puts the pieces together.
        case deliverPiece(GroupMessagePiece, processID: UInt32)
        /// All services know the new ring; the changes of groups that follow from it have been delivered.
        case synchronised(NodeMembership)
        /// What every connected client is told, once for those that are none.
        case quorumChanged(QuorumView)
        /// The sending queue is full, or no longer: told to every connected client too.
        case flowControlChanged(isBlocked: Bool)
        /// Make this durable, then return it as `ringSequenceStored`; the node waits for that.
        case storeRingSequence(UInt64)
        /// Remember these expected votes for the next start (`QuorumRules.trackedExpectedVotes`).
        case storeExpectedVotes(UInt32)
        /// What an administrator of node `from` wants, in the agreed order.
        case administration(AdministrationMessage, from: NodeID)
        /// A node told the version of its configuration.
        case configurationVersion(UInt64, of: NodeID)
        /// Others have a newer configuration: this node must not take part with its own.
        case configurationOutdated(own: UInt64, newest: UInt64)
        case report(MessagingReport)
    }

    /// The timers of a node; the driver keeps at most one running for each value.
    package enum Timer: Hashable, Sendable {
        case ring(RingTimer)
        /// `last_man_standing_window`.
        case lastManStanding
    }
}
