package import ClusterTypes

/// An entry of the cluster's timeline, published on every member as it learns of it.
package struct ClusterEvent: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case nodeJoined(node: String)
        /// The node left the group without having shut down cleanly.
        case nodeLost(node: String)
        /// The node left after a clean shutdown.
        case nodeLeft(node: String)
        case membershipChanged(members: [String])
        /// What the messaging below says of its new ring: who is in it, who is not any more, and why.
        case ringFormed(description: String)
        case quorumChanged(isQuorate: Bool)
        case controllerChanged(node: String)
        case configurationChanged(version: String, user: String, client: String)
        case transitionComputed(id: Int, actions: Int, summary: [String])
        case transitionFinished(id: Int)
        case transitionAborted(id: Int, reason: String)
        case schedulingFailed(reason: String)
        /// An agent's operation was ordered: `operation` is `web_start_0`.
        case actionStarted(operation: String, resource: String, node: String)
        /// `resultCode` is OCF's (0 success, 7 not running, …); `outcome` says it in words.
        case actionFinished(operation: String, resource: String, node: String, resultCode: Int, outcome: String)
        /// A recurring monitor found something else than expected.
        case resourceFailed(resource: String, node: String, resultCode: Int)
        case fencingRequested(target: String, action: String, reason: String)
        case fencingStarted(target: String, action: String, device: String, by: String)
        case fencingSucceeded(target: String, action: String, by: String)
        case fencingFailed(target: String, action: String, reason: String)
        case shutdownRequested(node: String)
    }

    package var time: WallTime
    package var kind: Kind

    package init(time: WallTime, kind: Kind) {
        self.time = time
        self.kind = kind
    }
}

// MARK: - Rendering

extension ClusterEvent {
    package enum FieldValue: Sendable, Equatable {
        case text(String)
        case number(Int)
        case flag(Bool)
        case list([String])
    }

    /// A named value of an event, as the event stream shows it.
    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: FieldValue

        package init(_ name: String, _ value: FieldValue) {
            self.name = name
            self.value = value
        }
    }

    /// The event's name in the event stream.
    package var name: String {
        switch kind {
        case .nodeJoined: "node-joined"
        case .nodeLost: "node-lost"
        case .nodeLeft: "node-left"
        case .membershipChanged: "membership-changed"
        case .ringFormed: "ring-formed"
        case .quorumChanged: "quorum-changed"
        case .controllerChanged: "controller-changed"
        case .configurationChanged: "configuration-changed"
        case .transitionComputed: "transition-computed"
        case .transitionFinished: "transition-finished"
        case .transitionAborted: "transition-aborted"
        case .schedulingFailed: "scheduling-failed"
        case .actionStarted: "action-started"
        case .actionFinished: "action-finished"
        case .resourceFailed: "resource-failed"
        case .fencingRequested: "fencing-requested"
        case .fencingStarted: "fencing-started"
        case .fencingSucceeded: "fencing-succeeded"
        case .fencingFailed: "fencing-failed"
        case .shutdownRequested: "shutdown-requested"
        }
    }

    /// The event's values in a fixed order.
    package var fields: [Field] {
        switch kind {
        case .nodeJoined(let node), .nodeLost(let node), .nodeLeft(let node), .controllerChanged(let node),
            .shutdownRequested(let node):
            [Field("node", .text(node))]
        case .membershipChanged(let members): [Field("members", .list(members))]
        case .ringFormed(let description): [Field("description", .text(description))]
        case .quorumChanged(let isQuorate): [Field("quorate", .flag(isQuorate))]
        case .configurationChanged(let version, let user, let client):
            [Field("version", .text(version)), Field("user", .text(user)), Field("client", .text(client))]
        case .transitionComputed(let id, let actions, let summary):
            [Field("transition", .number(id)), Field("actions", .number(actions)), Field("summary", .list(summary))]
        case .transitionFinished(let id): [Field("transition", .number(id))]
        case .transitionAborted(let id, let reason):
            [Field("transition", .number(id)), Field("reason", .text(reason))]
        case .schedulingFailed(let reason): [Field("reason", .text(reason))]
        case .actionStarted(let operation, let resource, let node):
            [Field("operation", .text(operation)), Field("resource", .text(resource)), Field("node", .text(node))]
        case .actionFinished(let operation, let resource, let node, let code, let outcome):
            [
                Field("operation", .text(operation)), Field("resource", .text(resource)), Field("node", .text(node)),
                Field("code", .number(code)), Field("outcome", .text(outcome)),
            ]
        case .resourceFailed(let resource, let node, let code):
            [Field("resource", .text(resource)), Field("node", .text(node)), Field("code", .number(code))]
        case .fencingRequested(let target, let action, let reason), .fencingFailed(let target, let action, let reason):
            [Field("target", .text(target)), Field("action", .text(action)), Field("reason", .text(reason))]
        case .fencingStarted(let target, let action, let device, let peer):
            [
                Field("target", .text(target)), Field("action", .text(action)), Field("device", .text(device)),
                Field("by", .text(peer)),
            ]
        case .fencingSucceeded(let target, let action, let peer):
            [Field("target", .text(target)), Field("action", .text(action)), Field("by", .text(peer))]
        }
    }
}
