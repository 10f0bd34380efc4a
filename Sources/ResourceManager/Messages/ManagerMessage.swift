import Agents
import CIB
import ClusterTypes
import Executor
import Fencing
import XMLTree

/// The first byte of every multicast of the resource managers: which part of them it is for.
enum MessageRoute: UInt8 {
    case replica = 1
    case controller = 2
}

/// What resource managers tell each other beside CIB changes; all members receive all of them in the agreed order.
///
/// A message counts only in the group configuration that it was sent in; after a change of the group its sender sends it
/// again (see `Outbox`). So it keeps its place behind the CIB changes that were sent before it.
enum ManagerMessage: Equatable {
    case hello(Hello)
    /// The designated controller orders an operation.
    case execute(ExecutionOrder)
    /// A node tells what came of an operation; the designated controller may do so in place of a silent node.
    case reported(ActionReport)
    /// A node must drop what it remembers of a resource's recurring operations.
    case forget(resource: String, node: NodeID)
    /// The designated controller lets a node go.
    case shutDown(NodeID)
    case activity(ActivityAnnouncement)
    /// A member changed something that asks for a new schedule; its number grows with each one of the sender.
    case reconsider(number: UInt64, reason: String)
    /// An operator wants a node fenced; `isConfirmation`: vouches that it is down.
    case fencingWanted(FencingRequest, isConfirmation: Bool)
    case fencingStepRequested(FencingStep, executor: String)
    case fencingStepFinished(FencingStep.ID, FencingStep.Result)
    case fencingFinished(FencingOutcome)
}

/// What a member says about itself after every change of the group; the members know each other once all have.
struct Hello: Equatable {
    /// Differs at every start of the daemon.
    var incarnation: UInt64
    /// The ring in which this incarnation joined the group: the smallest is the longest standing member.
    var joined: RingID
    /// Whether the member was designated controller when the group changed.
    var isController: Bool
}

/// An operation to run on a node.
struct ExecutionOrder: Equatable {
    var node: NodeID
    var transition: Int64
    var action: Int64
    var request: OperationRequest
    /// The operation to end, when this is a cancellation of a recurring operation.
    var cancels: OperationKey?

    /// As the history calls it: `web_start_0`.
    var operationKey: String { (cancels ?? request.key).description }
}

/// What came of an operation.
struct ActionReport: Equatable {
    var node: NodeID
    var transitionKey: String
    var key: OperationKey
    var status: ExecutionStatus
    var code: ResultCode
    var expectedCode: ResultCode
    var exitReason: String
    /// `on-fail=ignore`: the failure is remembered but not counted.
    var ignoresFailure: Bool
    /// The report is a cancellation's, not the operation's own.
    var isCancellation: Bool

    /// Whether the history calls this a failure; see `OperationResult.isFailure`.
    var isFailure: Bool {
        switch status {
        case .pending, .cancelled: false
        case .done: code != expectedCode
        case .timedOut, .notSupported, .error, .hardError, .fatalError, .notInstalled, .notConnected, .invalid,
            .noFenceDevice, .noSecrets:
            true
        }
    }

    /// A probe that found something else than expected is a discovery, not a failure.
    var isProbe: Bool { key.operation == "monitor" && key.interval == .zero }

    /// `ok`, or what went wrong, for people.
    var outcome: String {
        let words: String =
            switch status {
            case .done, .error, .hardError, .fatalError: code.description
            case .pending: "pending"
            case .cancelled: "cancelled"
            case .timedOut: "timed out"
            case .notSupported: "not supported"
            case .notInstalled: "not installed"
            case .notConnected: "not connected"
            case .invalid: "invalid"
            case .noFenceDevice: "no fence device"
            case .noSecrets: "no secrets"
            }
        return exitReason.isEmpty ? words : "\(words) (\(exitReason))"
    }
}

/// What the designated controller is doing.
struct ActivityAnnouncement: Equatable {
    struct Seen: Equatable {
        var node: NodeID
        var number: UInt64
    }

    var activity: NodeStatus.Activity
    /// Of the document that an `.idle` was computed for.
    var version: CIBVersion
    /// The last `reconsider` of each member that the announcement takes account of, ascending by node.
    var seen: [Seen]
}
