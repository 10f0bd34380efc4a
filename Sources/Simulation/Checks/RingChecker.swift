internal import ClusterTypes
internal import Messaging
internal import Totem

/// Judges what the ring of each node gave its services against the properties of extended virtual synchrony.
///
/// Independent of the code it checks: it knows nothing of tokens, only what went in and came out at each node, in the order in
/// which the world saw it. Messages are told apart by sender and content; equal ones of one sender count as often as they were sent.
///
/// - Source: Moser, Amir, Melliar-Smith, Agarwal, "Extended Virtual Synchrony", 1994, section 3: specifications 1 to 7; Amir, Moser,
///   Melliar-Smith, Agarwal, Ciarfella, "The Totem Single-Ring Ordering and Membership Protocol", 1995, section 3.
/// - Deviation: of corosync's services nobody asks for safe delivery, and libcpg promises agreed delivery only; so that property is
///   checked for probes, which the simulated world sends.
struct RingChecker {
    struct Message: Hashable {
        var digest: UInt64
        var sender: NodeID
    }

    /// What a node's service gave its ring.
    struct Sent {
        var lane: PackedRing.Lane
        var guarantee: Guarantee
        var time: Instant
        /// How many messages of which ring its node had delivered by then: what may have caused it.
        var ring: RingID?
        var position: Int
    }

    /// A node from its start to its end.
    struct Life {
        var node: NodeID
        var sent: [Sent] = []
        var sentByDigest: [UInt64: [Int]] = [:]
        /// What was sent and did not come back yet.
        var awaited: Set<Int> = []
        /// The regular configuration that it is in.
        var configuration: RingConfiguration?
        /// From the transitional configuration to the next regular one.
        var transitional: RingConfiguration?
        /// Messages delivered in the regular configuration, and in the transitional one after it.
        var position = 0
        var tail: [Message] = []
        /// Its order differs from that of others: said once a ring.
        var hasDiverged = false
        /// The last message of each sender's life and lane, by its place among those sent.
        var lastOfSender: [SenderLane: Int] = [:]
    }

    struct SenderLane: Hashable {
        var life: Int
        var isSynchronisation: Bool
    }

    /// A ring as those saw it who installed it.
    struct Ring {
        var members: [NodeID]
        /// What was delivered in the regular configuration: everybody delivers a beginning of this.
        var order: [Message] = []
        var lives: [NodeID: Int] = [:]
        /// Places in `order` that somebody took for safe.
        var safe: [Int] = []
        /// Those who went on to another ring, and what they delivered in this one.
        var departed: [Departed] = []
    }

    struct Departed {
        var node: NodeID
        var position: Int
        var tail: [Message]
    }

    struct Move: Hashable {
        var from: RingID
        var to: RingID
    }

    /// What those must have in common who go from one ring to the next together.
    struct Moved {
        var by: NodeID
        var transitional: [NodeID]
        var position: Int
        var tail: [Message]
    }

    var lives: [Life] = []
    var lifeOfNode: [NodeID: Int] = [:]
    var rings: [RingID: Ring] = [:]
    var moves: [Move: Moved] = [:]
    /// Of each ring, from where its members came, as they say and as those say who came along.
    var origins: [RingID: [NodeID: (ring: RingID, said: NodeID)]] = [:]
    var highestSequence: [NodeID: UInt64] = [:]
    var violations: [Violation] = []

    mutating func nodeStarted(_ node: NodeID) {
        lives.append(Life(node: node))
        lifeOfNode[node] = lives.count - 1
    }

    /// The node is gone with all that it sent and nobody received.
    mutating func nodeStopped(_ node: NodeID) { lifeOfNode[node] = nil }

    mutating func observed(_ observation: RingObservation, on node: NodeID, at time: Instant) {
        guard let life = lifeOfNode[node] else { return }
        switch observation {
        case .sent(let digest, let guarantee, let lane):
            let count = lives[life].sent.count
            lives[life].sent.append(
                Sent(
                    lane: lane, guarantee: guarantee, time: time, ring: lives[life].configuration?.ring,
                    position: lives[life].position + lives[life].tail.count))
            lives[life].sentByDigest[digest, default: []].append(count)
            lives[life].awaited.insert(count)
        case .delivered(let digest, let sender):
            delivered(Message(digest: digest, sender: sender), to: life, at: time)
        case .configurationChanged(let change):
            switch change.kind {
            case .transitional: enterTransitional(change, life, at: time)
            case .regular: enterRegular(change, life, at: time)
            }
        }
    }

    mutating func report(_ promise: Violation.Promise, at time: Instant, _ text: String) {
        violations.append(.init(promise, at: time, text))
    }

    // MARK: Messages

    private mutating func delivered(_ message: Message, to life: Int, at time: Instant) {
        let node = lives[life].node
        guard let ring = lives[life].configuration?.ring else {
            return report(.configurationChanges, at: time, "\(node) got a message of \(message.sender) before any ring")
        }
        guard let origin = origin(of: message, for: life, in: ring, at: time) else { return }
        if origin.life == life { lives[life].awaited.remove(origin.index) }
        let sent = lives[origin.life].sent[origin.index]
        let count = lives[life].position + lives[life].tail.count
        if sent.ring == ring, count < sent.position {
            report(
                .causalOrder, at: time,
                "\(node) got a message of \(message.sender) in ring \(ring) after \(count) messages, \(sent.position) of "
                    + "which may have caused it")
        }
        if lives[life].transitional == nil {
            place(message, life, ring, isSafe: sent.guarantee == .safe, at: time)
        } else {
            lives[life].tail.append(message)
        }
    }

    /// Where the message comes from; `nil`, and reported, when it cannot come from there.
    private mutating func origin(
        of message: Message, for life: Int, in ring: RingID, at time: Instant
    ) -> (life: Int, index: Int)? {
        let node = lives[life].node
        guard let sender = rings[ring]?.lives[message.sender] else {
            report(.basicDelivery, at: time, "\(node) got a message of \(message.sender), who is not in ring \(ring)")
            return nil
        }
        let candidates = lives[sender].sentByDigest[message.digest] ?? []
        for index in candidates {
            let key = SenderLane(life: sender, isSynchronisation: lives[sender].sent[index].lane == .synchronisation)
            if lives[life].lastOfSender[key] ?? -1 < index {
                lives[life].lastOfSender[key] = index
                return (sender, index)
            }
        }
        let fault =
            candidates.isEmpty ? "that it never sent" : "a second time, or after one that it sent later"
        report(.basicDelivery, at: time, "\(node) got a message of \(message.sender) in ring \(ring) \(fault)")
        return nil
    }

    /// The next message of a regular configuration: for everybody the same.
    private mutating func place(_ message: Message, _ life: Int, _ ring: RingID, isSafe: Bool, at time: Instant) {
        let place = lives[life].position
        lives[life].position += 1
        guard let known = rings[ring]?.order.count else { return }
        if place == known {
            rings[ring]?.order.append(message)
        } else if place > known || rings[ring]?.order[place] != message {
            if lives[life].hasDiverged { return }
            lives[life].hasDiverged = true
            report(
                .agreedOrder, at: time,
                "message \(place + 1) of ring \(ring) is one of \(message.sender) on \(lives[life].node) and another elsewhere"
            )
            return
        }
        guard isSafe, rings[ring]?.safe.contains(place) == false else { return }
        rings[ring]?.safe.append(place)
        for departed in rings[ring]?.departed ?? [] {
            judgeSafety(of: place, message, departed, ring, at: time)
        }
    }

    mutating func judgeSafety(
        of place: Int, _ message: Message, _ departed: Departed, _ ring: RingID, at time: Instant
    ) {
        if place < departed.position || departed.tail.contains(message) { return }
        report(
            .safeDelivery, at: time,
            "a safe message of \(message.sender) was delivered in ring \(ring), which \(departed.node) left without it")
    }

    // MARK: The end

    /// What can only be judged when everything has been calm since `calm`; `isStill` when nobody sends any more.
    mutating func finish(at time: Instant, calmSince calm: Instant, isStill: Bool) {
        for (node, life) in lifeOfNode.sorted(by: { $0.key < $1.key }) {
            let lost = lives[life].awaited.filter { lives[life].sent[$0].time < calm }
            if !lost.isEmpty {
                report(.selfDelivery, at: time, "\(node) never got \(lost.count) messages that it sent itself")
            }
            if let transitional = lives[life].transitional {
                report(.configurationChanges, at: time, "\(node) is still on its way to ring \(transitional.ring)")
            }
            guard isStill, let ring = lives[life].configuration?.ring, let known = rings[ring]?.order.count else {
                continue
            }
            if lives[life].position != known {
                report(
                    .virtualSynchrony, at: time,
                    "\(node) got \(lives[life].position) messages of ring \(ring), others \(known)")
            }
        }
    }
}
