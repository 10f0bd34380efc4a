internal import ClusterTypes
internal import Totem

// The configurations of each node, and what those owe each other who go from one to the next together.
extension RingChecker {
    mutating func enterTransitional(_ change: RingConfiguration, _ life: Int, at time: Instant) {
        let node = lives[life].node
        if lives[life].transitional != nil {
            report(.configurationChanges, at: time, "\(node) got a second transitional configuration in a row")
        }
        lives[life].transitional = change
        let members = Set(change.members)
        guard let old = lives[life].configuration else {
            if !members.subtracting([node]).isEmpty {
                report(.membership, at: time, "\(node) comes from nowhere, yet with \(change.members)")
            }
            return
        }
        if !members.contains(node) || !members.isSubset(of: old.members) {
            report(
                .membership, at: time,
                "\(node) goes from ring \(old.ring) of \(old.members) to \(change.ring) with \(change.members)")
        }
        if Set(change.left) != Set(old.members).subtracting(members) {
            report(
                .membership, at: time, "\(node) says that \(change.left) left, of \(old.members) to \(change.members)")
        }
    }

    mutating func enterRegular(_ change: RingConfiguration, _ life: Int, at time: Instant) {
        let node = lives[life].node
        guard let transitional = lives[life].transitional, transitional.ring == change.ring else {
            report(
                .configurationChanges, at: time,
                "\(node) came to ring \(change.ring) without a transitional configuration")
            return install(change, life)
        }
        judgeMembers(of: change, transitional, node, at: time)
        if let old = lives[life].configuration { leave(old.ring, for: change.ring, transitional, life, at: time) }
        install(change, life)
    }

    private mutating func install(_ change: RingConfiguration, _ life: Int) {
        let node = lives[life].node
        lives[life].configuration = change
        lives[life].transitional = nil
        lives[life].position = 0
        lives[life].tail = []
        lives[life].hasDiverged = false
        rings[change.ring, default: Ring(members: change.members)].lives[node] = life
        highestSequence[node] = max(highestSequence[node] ?? 0, change.ring.sequence)
    }

    private mutating func judgeMembers(
        of change: RingConfiguration, _ transitional: RingConfiguration, _ node: NodeID, at time: Instant
    ) {
        let ring = change.ring
        let members = Set(change.members)
        if !members.contains(node) || !members.isSuperset(of: transitional.members)
            || change.members.first != ring.representative
        {
            report(
                .membership, at: time,
                "\(node) came with \(transitional.members) to ring \(ring) of \(change.members)")
        }
        if Set(change.joined) != members.subtracting(transitional.members) {
            report(.membership, at: time, "\(node) says that \(change.joined) joined ring \(ring) of \(change.members)")
        }
        if let known = rings[ring]?.members, known != change.members {
            report(
                .membership, at: time,
                "ring \(ring) has the members \(change.members) on \(node) and \(known) elsewhere")
        }
        if let highest = highestSequence[node], ring.sequence <= highest {
            report(
                .membership, at: time,
                "\(node) came to ring \(ring) after a ring of the number \(String(highest, radix: 16))")
        }
    }

    /// A node has got everything of its old ring.
    private mutating func leave(
        _ old: RingID, for next: RingID, _ transitional: RingConfiguration, _ life: Int, at time: Instant
    ) {
        let (node, position, tail) = (lives[life].node, lives[life].position, lives[life].tail)
        let departed = Departed(node: node, position: position, tail: tail)
        for place in rings[old]?.safe ?? [] {
            guard let message = rings[old]?.order[place] else { continue }
            judgeSafety(of: place, message, departed, old, at: time)
        }
        rings[old]?.departed.append(departed)
        judgeTail(tail, after: position, of: old, node, at: time)
        judgeOrigins(transitional.members, old, next, node, at: time)
        let move = Move(from: old, to: next)
        guard let other = moves[move] else {
            moves[move] = Moved(by: node, transitional: transitional.members, position: position, tail: tail)
            return
        }
        if other.transitional != transitional.members {
            report(
                .membership, at: time,
                "from ring \(old) to \(next) went \(transitional.members), says \(node), and \(other.transitional), says \(other.by)"
            )
        } else if other.position != position || other.tail != tail {
            report(
                .virtualSynchrony, at: time,
                "\(node) and \(other.by) went from ring \(old) to \(next) together, one with \(position) and \(tail.count) "
                    + "messages, the other with \(other.position) and \(other.tail.count)\(other.tail == tail ? "" : ", not the same")"
            )
        }
    }

    /// What comes in the transitional configuration has gaps, but the order of the ring.
    private mutating func judgeTail(
        _ tail: [Message], after position: Int, of ring: RingID, _ node: NodeID, at time: Instant
    ) {
        guard !tail.isEmpty, let order = rings[ring]?.order, position < order.count else { return }
        var next = position
        for message in tail {
            if let place = order[next...].firstIndex(of: message) {
                next = place + 1
            } else if order[position..<next].contains(message) {
                report(
                    .agreedOrder, at: time,
                    "the last messages of ring \(ring) came to \(node) in another order than elsewhere")
                return
            }
        }
    }

    /// Whoever is said to have come along came from the same ring.
    private mutating func judgeOrigins(
        _ members: [NodeID], _ old: RingID, _ next: RingID, _ node: NodeID, at time: Instant
    ) {
        for member in members {
            guard let known = origins[next]?[member] else {
                origins[next, default: [:]][member] = (old, node)
                continue
            }
            if known.ring != old {
                report(
                    .membership, at: time,
                    "\(member) came to ring \(next) from ring \(old), says \(node), and from \(known.ring), says \(known.said)"
                )
            }
        }
    }
}
