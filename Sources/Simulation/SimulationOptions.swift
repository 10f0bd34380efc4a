/// What to simulate. All else follows from the seed.
package struct SimulationOptions: Sendable {
    package enum Scope: String, Sendable, CaseIterable {
        /// The messaging of every node, under clients that send, join and leave.
        case messaging
        /// The messaging of every node for an hour on a network with 5 % loss (unless said otherwise), 40 ms delay and 20 ms jitter, with default
        /// timeouts: nothing breaks, so no ring may end.
        case wideArea = "wide-area"
        /// Two messaging daemons that get damaged packets, and damaged requests of programs: no reader may trap.
        case decoders
        /// Two nodes of kronosnet's protocol that get damaged packets, plain or sealed.
        case transport
        /// The clients of our tools with a daemon whose answers are damaged.
        case tools
        /// Whole nodes: messaging, resource manager and scheduler, with simulated agents and fencing.
        case cluster
    }

    package var seed: UInt64
    package var scope = Scope.messaging
    /// 2 to 8; drawn when absent.
    package var nodeCount: Int?
    /// How long things are broken; drawn when absent.
    package var faultTime: Duration?
    /// How many of a hundred packets the wide-area network loses.
    package var lossPercent = 5
    package var sabotage: Sabotage?
    /// Gets a line for every event, as it happens; slow.
    package var trace: (@Sendable (String) -> Void)?

    package init(seed: UInt64) { self.seed = seed }
}

/// How a simulation went.
package struct SimulationOutcome: Sendable {
    package var seed: UInt64
    package var violations: [Violation] = []
    package var nodeCount = 0
    package var simulatedTime: Duration = .zero
    /// From the end of the faults to one agreed configuration.
    package var convergenceTime: Duration?
    package var packetCount = 0
    package var deliveredCount = 0
    package var faultCount = 0
    package var fencingCount = 0
    package var startCount = 0
    package var scheduleCount = 0
    package var acknowledgedCount = 0
    /// From the forming of the ring to every resource in its place.
    package var settlingTime: Duration?

    package init(seed: UInt64) { self.seed = seed }
}
