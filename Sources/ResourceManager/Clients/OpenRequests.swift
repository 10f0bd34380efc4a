import CIB
import ClusterTypes
import Fencing

/// What this node still owes an answer for, and which changes of the document it made itself.
struct OpenRequests: Sendable {
    enum Asker: Equatable, Sendable {
        case client(RequestID, ClientRequest)
        /// The designated controller of this node: its next schedule must see the change.
        case controller
        /// A record of history, a fact about this node: nobody waits for it.
        case nobody
    }

    private var lastChange: UInt64 = 0
    /// In the order in which they were asked for.
    private var changes: [(id: CIBRequestID, asker: Asker)] = []
    private var fencings: [(id: FencingRequest.ID, client: RequestID)] = []

    mutating func openChange(for asker: Asker) -> CIBRequestID {
        lastChange += 1
        let id = CIBRequestID(lastChange)
        changes.append((id, asker))
        return id
    }

    mutating func closeChange(_ id: CIBRequestID) -> Asker? {
        guard let index = changes.firstIndex(where: { $0.id == id }) else { return nil }
        return changes.remove(at: index).asker
    }

    /// Whether the controller waits for changes of its own.
    var awaitsControllerChanges: Bool { changes.contains { $0.asker == .controller } }

    mutating func openFencing(_ id: FencingRequest.ID, for client: RequestID) { fencings.append((id, client)) }

    /// The clients whose request an outcome answers.
    mutating func closeFencings(_ ids: [FencingRequest.ID]) -> [RequestID] {
        let answered = fencings.filter { ids.contains($0.id) }.map(\.client)
        fencings.removeAll { ids.contains($0.id) }
        return answered
    }

    /// All clients that wait for a fencing: nobody coordinates theirs any more.
    mutating func abandonFencings() -> [RequestID] {
        defer { fencings = [] }
        return fencings.map(\.client)
    }
}
