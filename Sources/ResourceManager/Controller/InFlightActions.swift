import ClusterTypes
import Executor

/// Operations that were ordered and have not been reported yet.
///
/// Orders and reports are delivered to all members in the same order, so every member holds the same table, and a new
/// designated controller knows what still runs.
struct InFlightActions: Sendable {
    struct Entry: Equatable, Sendable {
        var node: NodeID
        var transition: Int64
        var action: Int64
        var request: OperationRequest
        /// What is operated on: for a cancellation the operation that ends.
        var key: OperationKey

        var transitionKey: String { request.transitionKey }
        var resource: String { request.resource }
        var timeout: Duration { request.timeout }
    }

    /// In the order in which they were ordered.
    private(set) var entries: [Entry] = []

    mutating func add(_ order: ExecutionOrder) {
        let entry = Entry(
            node: order.node, transition: order.transition, action: order.action,
            request: order.request, key: order.cancels ?? order.request.key)
        entries.removeAll { $0.node == entry.node && $0.transitionKey == entry.transitionKey }
        entries.append(entry)
    }

    func first(transitionKey: String) -> Entry? { entries.first { $0.transitionKey == transitionKey } }

    /// Takes out what a report answers; `nil` when nothing of that name was in flight.
    mutating func remove(node: NodeID, transitionKey: String) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.node == node && $0.transitionKey == transitionKey }) else {
            return nil
        }
        return entries.remove(at: index)
    }

    /// A node is gone, and with it what ran there.
    mutating func removeAll(on node: NodeID) { entries.removeAll { $0.node == node } }
}
