internal import CIB
internal import ClusterTypes
internal import Messaging

/// One machine: what it runs while it is up, and what its disk keeps when it is not.
struct SimulatedNode {
    let id: NodeID
    /// `nil` while the machine is down.
    var messaging: MessagingNode?
    /// Counts the lives of the machine; what was meant for an earlier one is ignored.
    var life: UInt32 = 0
    /// Grows with every arming of a timer, so that an old expiry is recognised.
    var timers: [MessagingNode.Timer: UInt32] = [:]
    /// The machine does nothing before this moment.
    var pausedUntil = Instant.origin
    /// Whether the machine was told that its links to each other machine are up.
    var reachable: [Bool]
    /// Grows with every change of a link, so that an old one is recognised.
    var linkGeneration: [UInt32]
    /// The number of the last ring that is on the disk.
    var storedRingSequence: UInt64 = 0
    /// When everything is written that the machine asked for.
    var diskIsFreeAt = Instant.origin
    /// The most votes ever expected, on the disk.
    var storedExpectedVotes: UInt32 = 0
    /// The resource manager of the daemon, when whole nodes are simulated.
    var manager: SimulatedManager?
    var machine = MachineState()
    /// The configuration that is on the disk.
    var storedDocument: CIBDocument?
    var storedLineage = CIBLineage.none
    /// The clock's own reading at the world's origin, and how fast it runs.
    var clockOffset: Duration
    var clockRate: Double
    var clients: [LoadClient] = []
    var ringWatch = RingWatch()

    /// What the machine's clock shows.
    func localTime(_ now: Instant) -> Instant {
        Instant(nanoseconds: Int64(Double(now.nanoseconds) * clockRate)) + clockOffset
    }

    /// How long the world waits for a duration of the machine's clock; rounded up, for no timer expires early.
    func worldDuration(_ duration: Duration) -> Duration {
        .nanoseconds(Int64((Double(duration.nanoseconds) / clockRate).rounded(.up)) + 2)
    }

    var isUp: Bool { messaging != nil }
}

/// A client that joins a group, sends numbered messages, and leaves.
struct LoadClient {
    var member: GroupMember
    var group: GroupName
    var isJoined = false
    var isLeaving = false
    /// A delivery that the world keeps back, when it lies.
    var keptBack: GroupMessage?
}
