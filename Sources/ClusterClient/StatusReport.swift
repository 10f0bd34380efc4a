internal import JSONText

/// The answer of `GET /v1/status`.
package struct StatusReport: Sendable, Equatable {
    package struct Node: Sendable, Equatable {
        package var id: UInt32
        package var name: String
    }

    package enum Activity: Sendable, Equatable {
        /// Nothing to do.
        case idle
        /// The scheduler runs, or waits.
        case computing
        case transition(id: Int, completed: Int, actions: Int)
    }

    package struct PendingAction: Sendable, Equatable {
        package var operation: String
        package var node: String
    }

    package var node: Node
    /// `joining`, `member` or `leaving`.
    package var phase: String
    package var members: [Node]
    package var isQuorate: Bool
    /// The name of the designated controller.
    package var controller: String?
    package var activity: Activity
    package var pendingActions: [PendingAction]
    /// The version of the node's CIB: `admin_epoch.epoch.num_updates`.
    package var version: String

    /// Whether the cluster has nothing left to do.
    package var isIdle: Bool { activity == .idle && pendingActions.isEmpty && phase == "member" }

    init(_ json: JSON) throws(RequestFailure) {
        func missing(_ name: String) -> RequestFailure {
            RequestFailure(.badAnswer, "the status has no readable \"\(name)\"")
        }
        func readNode(_ json: JSON?) throws(RequestFailure) -> Node {
            guard let number = json?["id"]?.integer, let id = UInt32(exactly: number), let name = json?["name"]?.string
            else { throw missing("node") }
            return Node(id: id, name: name)
        }
        node = try readNode(json["node"])
        guard let phase = json["phase"]?.string else { throw missing("phase") }
        guard let quorate = json["quorate"]?.bool else { throw missing("quorate") }
        guard let version = json["cib"]?.string else { throw missing("cib") }
        self.phase = phase
        self.version = version
        isQuorate = quorate
        controller = json["controller"]?.string
        members = []
        for member in json["members"]?.array ?? [] { members.append(try readNode(member)) }
        pendingActions = []
        for action in json["pending"]?.array ?? [] {
            guard let operation = action["operation"]?.string, let node = action["node"]?.string else {
                throw missing("pending")
            }
            pendingActions.append(PendingAction(operation: operation, node: node))
        }
        activity = try Self.activity(json["activity"])
    }

    private static func activity(_ json: JSON?) throws(RequestFailure) -> Activity {
        switch json?["state"]?.string {
        case "idle": return .idle
        case "computing": return .computing
        case "transition":
            func number(_ name: String) -> Int { json?[name]?.integer.flatMap { Int(exactly: $0) } ?? 0 }
            return .transition(id: number("transition"), completed: number("completed"), actions: number("actions"))
        default: throw RequestFailure(.badAnswer, "the status has no readable \"activity\"")
        }
    }
}
