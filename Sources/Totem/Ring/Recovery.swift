internal import ClusterTypes

/// The exchange of old messages in a ring that is not installed yet.
///
/// - Source: Amir et al. 1995, section 6; counters as in Corosync 3, whose nodes must agree with ours on the moment of
///   installation.
struct Recovery: Sendable, Equatable {
    /// The messages of the new ring; they carry those of the old one.
    var log: MessageLog
    /// The members that come from this node's old ring.
    let transitional: NodeSet
    /// Up to here some member delivered its messages in the old ring, so safe messages are safe.
    let deliveredSomewhere: SequenceNumber
    /// Old messages that this node sends again.
    var queue = FrameQueue()
    /// The representative has sent the first token.
    var hasOriginated = false

    private var raisedFlag = false
    private var quietVisitCount = 0
    private var installSequence: SequenceNumber
    private var completeVisitCount = 0

    init(log: MessageLog, transitional: NodeSet, deliveredSomewhere: SequenceNumber) {
        self.log = log
        self.transitional = transitional
        self.deliveredSomewhere = deliveredSomewhere
        installSequence = log.highestReceived
    }

    /// The first token says whether the representative has old messages.
    mutating func originate() -> Bool {
        hasOriginated = true
        raisedFlag = !queue.isEmpty
        return raisedFlag
    }

    /// Takes part in the agreement that nobody has old messages left; true when the ring is to be installed.
    mutating func visit(_ token: inout Token) -> Bool {
        if !queue.isEmpty {
            if !token.isRetransmitting {
                token.isRetransmitting = true
                raisedFlag = true
            }
        } else if token.isRetransmitting && raisedFlag {
            token.isRetransmitting = false
            raisedFlag = false
        }
        quietVisitCount = token.isRetransmitting ? 0 : quietVisitCount + 1
        if quietVisitCount == 2 { installSequence = token.sequence }
        let isComplete = quietVisitCount >= 3 && installSequence <= token.allReceivedUpTo
        completeVisitCount = isComplete ? completeVisitCount + 1 : 0
        return completeVisitCount == 2
    }
}
