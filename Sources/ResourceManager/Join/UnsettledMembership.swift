import ClusterTypes

/// What happened to the membership since it was last told, or since the designated controller last wrote it down.
struct UnsettledMembership: Sendable {
    var joined: [NodeID] = []
    var lost: [NodeID] = []
    /// Those of the lost where operations had not ended.
    var interrupted: [NodeID] = []
    /// The document came from elsewhere: what it says about the members' resources may be old.
    var documentWasReplaced = false
    /// Who was designated controller when it was last settled.
    var formerController: NodeID?
    /// The names of the members when it was last settled.
    var formerMembers: [String] = []

    mutating func add(_ establishment: Roster.Establishment) {
        for node in establishment.joined where !joined.contains(node) { joined.append(node) }
        for node in establishment.lost where !lost.contains(node) { lost.append(node) }
        for node in establishment.joined { interrupted.removeAll { $0 == node } }
        joined.sort()
        lost.sort()
    }
}
