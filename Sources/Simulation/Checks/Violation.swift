package import ClusterTypes

/// A promise that was broken, with the moment in simulated time.
package struct Violation: Sendable, Equatable, CustomStringConvertible {
    /// The promises that are checked.
    package enum Promise: String, Sendable, CaseIterable {
        /// Messages are delivered once, unchanged, from members, in each sender's order.
        case integrity
        /// Any two nodes deliver their common messages in the same order.
        case agreedOrder = "agreed order"
        /// Those who go from one configuration to the next together delivered the same messages in between.
        case virtualSynchrony = "virtual synchrony"
        /// Nobody's own message gets lost while it stays.
        case selfDelivery = "self delivery"
        /// What a ring delivers was sent, by a member, and comes once, in the order of its sending.
        case basicDelivery = "basic delivery"
        /// A node's configurations alternate: transitional, regular; and every message has its place among them.
        case configurationChanges = "configuration changes"
        /// Nothing comes before what its sender had delivered when it sent it.
        case causalOrder = "causal order"
        /// What somebody delivered as safe, every member of that ring delivers unless it fails.
        case safeDelivery = "safe delivery"
        /// All members of a ring name the same members, come from where the others say, and never meet an older ring.
        case membership
        /// A ring's number is used once.
        case uniqueRings = "unique rings"
        /// Two partitions are never quorate at once.
        case oneQuorum = "one quorum"
        /// When faults stop, all nodes form one quorate ring and agree on the groups, in bounded time.
        case convergence
        /// A ring of nodes that all live lasts, on a network that loses, delays and reorders packets within bounds.
        case noFalseAlarm = "no false alarm"
        /// A resource runs on one node at a time.
        case oneActive = "one active"
        /// Nothing is recovered from a lost node before it is confirmed fenced.
        case fencingFirst = "fencing first"
        /// When faults stop, all nodes have the same document.
        case equalReplicas = "equal replicas"
        /// An acknowledged configuration change is in the document from then on.
        case durability
    }

    package let promise: Promise
    package let time: Instant
    package let text: String

    package init(_ promise: Promise, at time: Instant, _ text: String) {
        self.promise = promise
        self.time = time
        self.text = text
    }

    package var description: String { "\(time) ms: \(promise.rawValue): \(text)" }
}
