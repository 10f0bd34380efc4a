internal import ClusterTypes

/// Brings the services of all members of a new ring to the same state, service by service, before they go on.
///
/// Every member announces its services; the union is worked through in ascending order. For each service every member
/// sends its state and then a barrier; when the barriers of all members have been delivered, the service activates the
/// new state. Since barriers are ordered among all messages, every member activates at the same place in the order.
///
/// - Source: corosync's sync.c; its messages.
/// - Deviation: the nodes that moved together are intersected over all rings since the last *completed*
///   synchronisation. Corosync keeps only the last transitional configuration, so a node that completed a
///   synchronisation elsewhere in between could count as never gone.
struct Synchronisation: Sendable {
    enum Event: Equatable {
        /// These nodes move together from the old ring into the next one.
        case transitional([NodeID])
        case regular(RingID, members: [NodeID])
        case messageDelivered(SynchronisationMessage, sender: NodeID)
    }

    enum Effect: Equatable {
        /// A service of this node begins: `together` came along since the last completed synchronisation.
        case begin(ring: RingID, members: [NodeID], together: [NodeID])
        /// The service must send its state now; the barrier follows by itself.
        case sendState(service: UInt32)
        case multicast(SynchronisationMessage)
        case activate(service: UInt32)
        /// A new ring came before this service's barrier.
        case abort(service: UInt32)
        case complete
    }

    private enum State: Equatable {
        case idle
        case buildingServices
        /// Waiting for the barriers of the service at this index.
        case waiting(Int)
    }

    private var state = State.idle
    private(set) var ring: RingID?
    private var members: [NodeID] = []
    private var arrived: [Bool] = []
    private var together: [NodeID]?
    private var services: [UInt32] = []
    private let ownServices: [UInt32]

    /// - Parameter services: the numbers of this node's services that synchronise, in ascending order.
    init(services: [UInt32]) { ownServices = services }

    var isRunning: Bool { state != .idle }

    mutating func receive(_ event: Event) -> [Effect] {
        switch event {
        case .transitional(let nodes):
            let effects = abort()
            together = together.map { earlier in earlier.filter { nodes.contains($0) } } ?? nodes
            return effects
        case .regular(let ring, let members): return abort() + start(ring, members)
        case .messageDelivered(.serviceBuild(let ring, let services), let sender):
            return serviceBuildDelivered(ring, services, from: sender)
        case .messageDelivered(.barrier(let ring), let sender): return barrierDelivered(ring, from: sender)
        }
    }

    private mutating func abort() -> [Effect] {
        defer { state = .idle }
        ring = nil
        switch state {
        case .idle, .buildingServices: return []
        case .waiting(let index): return services.indices.contains(index) ? [.abort(service: services[index])] : []
        }
    }

    private mutating func start(_ ring: RingID, _ members: [NodeID]) -> [Effect] {
        self.ring = ring
        self.members = members
        services = ownServices
        state = .buildingServices
        forgetArrivals()
        let together = (self.together ?? []).filter { members.contains($0) }
        self.together = together
        return [
            .multicast(.serviceBuild(ring, services: ownServices)),
            .begin(ring: ring, members: members, together: together),
        ]
    }

    private mutating func serviceBuildDelivered(_ ring: RingID, _ more: [UInt32], from sender: NodeID) -> [Effect] {
        guard ring == self.ring, state == .buildingServices else { return [] }  // Of a ring that is gone.
        for service in more where !services.contains(service) { services.append(service) }
        services.sort()
        return hasEverybodyArrived(adding: sender) ? enter(0) : []
    }

    private mutating func barrierDelivered(_ ring: RingID, from sender: NodeID) -> [Effect] {
        guard ring == self.ring, case .waiting(let index) = state, services.indices.contains(index) else { return [] }
        guard hasEverybodyArrived(adding: sender) else { return [] }
        return [.activate(service: services[index])] + enter(index + 1)
    }

    private mutating func enter(_ index: Int) -> [Effect] {
        guard services.indices.contains(index), let ring else {
            state = .idle
            together = nil
            return [.complete]
        }
        state = .waiting(index)
        forgetArrivals()
        // A service that only others have takes part with its barrier alone.
        let own: [Effect] = ownServices.contains(services[index]) ? [.sendState(service: services[index])] : []
        return own + [.multicast(.barrier(ring))]
    }

    private mutating func forgetArrivals() { arrived = Array(repeating: false, count: members.count) }

    private mutating func hasEverybodyArrived(adding sender: NodeID) -> Bool {
        if let index = members.firstIndex(of: sender) { arrived[index] = true }
        return !arrived.contains(false)
    }
}
