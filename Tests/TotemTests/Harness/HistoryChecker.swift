import ClusterTypes
import Totem

/// What extended virtual synchrony promises, checked on what the nodes saw, without looking into the protocol.
///
/// - Source: Moser et al., "Extended Virtual Synchrony", 1994, section 2.
struct HistoryChecker {
    var problems: [String] = []

    mutating func check(_ histories: [History]) {
        for history in histories { checkAlone(history) }
        let all = histories.map { ($0, $0.stretches) }
        for (index, one) in all.enumerated() {
            for other in all[(index + 1)...] { compare(one, other) }
        }
    }

    /// Every living node got everything it sent itself since it started.
    mutating func checkSelfDelivery(_ history: History) {
        let delivered = Set(history.messages)
        for message in history.sent where !delivered.contains(message) {
            problems.append("node \(history.node) never delivered its own \(message)")
        }
    }

    private mutating func checkAlone(_ history: History) {
        var seen: Set<TestMessage> = []
        var lastNumber: [NodeID: (incarnation: Int, number: Int)] = [:]
        for stretch in history.stretches {
            for message in stretch.messages {
                if !seen.insert(message).inserted { problems.append("node \(history.node) delivered \(message) twice") }
                if !stretch.configuration.members.contains(message.sender) {
                    problems.append("node \(history.node) delivered \(message) in a ring without its sender")
                }
                if let last = lastNumber[message.sender], (message.incarnation, message.number) <= last {
                    problems.append("node \(history.node) delivered \(message) after number \(last)")
                }
                lastNumber[message.sender] = (message.incarnation, message.number)
            }
        }
    }

    private mutating func compare(_ one: (History, [History.Stretch]), _ other: (History, [History.Stretch])) {
        let names = "nodes \(one.0.node) and \(other.0.node)"
        for stretch in one.1 {
            guard let same = other.1.first(where: { $0.configuration.ring == stretch.configuration.ring }) else {
                continue
            }
            let ring = stretch.configuration.ring
            if stretch.configuration.members != same.configuration.members {
                problems.append("\(names) have different members in ring \(ring)")
            }
            let position = Dictionary(
                same.messages.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            let common = stretch.messages.compactMap { position[$0] }
            if common != common.sorted() { problems.append("\(names) delivered in different orders in ring \(ring)") }
            // Virtual synchrony: who goes on together has delivered the same.
            if let next = stretch.transitional, let otherNext = same.transitional, next.ring == otherNext.ring,
                next.members.contains(other.0.node), otherNext.members.contains(one.0.node)
            {
                if stretch.messages != same.messages {
                    let here = Set(stretch.messages).subtracting(same.messages).sorted { $0.number < $1.number }
                    let there = Set(same.messages).subtracting(stretch.messages).sorted { $0.number < $1.number }
                    problems.append(
                        "\(names) left ring \(ring) for \(next.ring) together, only the first has \(here), only the second \(there)"
                    )
                }
                if next.members != otherNext.members {
                    problems.append("\(names) have different transitional members towards \(next.ring)")
                }
            }
        }
    }
}
