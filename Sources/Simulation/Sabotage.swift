/// A lie that the simulated world can tell, to show that its checkers notice.
package enum Sabotage: String, Sendable, CaseIterable {
    /// Two messages are handed to one client in the wrong order.
    case swapDeliveries = "swap-deliveries"
    /// One message is not handed to one client.
    case loseDelivery = "lose-delivery"
    /// One message is handed to one client twice.
    case repeatDelivery = "repeat-delivery"
    /// A ring is said to have delivered a message that nobody sent.
    case forgeDelivery = "forge-delivery"
    /// A ring is said not to have given a node one of its own messages.
    case hideOwnMessage = "hide-own-message"
    /// A ring is said to have delivered two messages in the wrong order at one node.
    case swapRingDeliveries = "swap-ring-deliveries"
    /// A ring is said to have delivered a message after those that it caused.
    case delayCause = "delay-cause"
    /// A ring is said not to have given a node the last message before a configuration change.
    case shortenRing = "shorten-ring"
    /// A transitional configuration is not shown.
    case skipTransitional = "skip-transitional"
    /// A regular configuration is shown with one member less.
    case hideMember = "hide-member"
    /// Messages are sent as agreed ones and said to be safe.
    case promiseSafety = "promise-safety"
    /// A disk confirms the ring's number and forgets it at the next crash.
    case forgetRingSequence = "forget-ring-sequence"
    /// One node believes that one vote is enough.
    case miscountVotes = "miscount-votes"
    /// A cut between nodes is not healed when all others are.
    case leaveCut = "leave-cut"
    /// One node does nothing for three token timeouts.
    case suspendNode = "suspend-node"
    /// The fence device reports success and does nothing.
    case fenceNothing = "fence-nothing"
    /// A disk confirms the documents and forgets them at the next crash.
    case forgetDocuments = "forget-documents"
    /// One message is not handed to one resource manager.
    case deafenManager = "deafen-manager"
}
