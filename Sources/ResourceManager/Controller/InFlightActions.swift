import ClusterTypes
import Executor

/// Operations that were ordered and have not been reported yet.
///
/// Orders and reports are delivered to all members in the same order, so every member holds the same table, and a new
/// designated controller knows what still runs. Only the controller knows its orders before they are delivered.
struct InFlightActions: Sendable {
    struct Entry: Equatable, Sendable {
        var node: NodeID
        /// Which controller ordered it.
        var controller: NodeID
        var transition: Int64
        var action: Int64
        var request: OperationRequest
        /// What is operated on: for a cancellation the operation that ends.
        var key: OperationKey
        /// False at the controller that ordered it until the order came back in the agreed order.
        var isDelivered: Bool

        var transitionKey: String { request.transitionKey }
        var resource: String { request.resource }
        var timeout: Duration { request.timeout }
    }

    /// In the order in which they were ordered.
    private(set) var entries: [Entry] = []

    mutating func add(_ order: ExecutionOrder, from controller: NodeID, isDelivered: Bool = true) {
        let entry = Entry(
            node: order.node, controller: controller, transition: order.transition, action: order.action,
            request: order.request, key: order.cancels ?? order.request.key,
            isDelivered: isDelivered)
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

    /// The group changed: orders that were not delivered before it never will be.
    mutating func removeUndelivered() { entries.removeAll { !$0.isDelivered } }

    /// A node is gone, and with it what ran there.
    mutating func removeAll(on node: NodeID) { entries.removeAll { $0.node == node } }
}
