package import ClusterTypes

/// What is to be done to a node.
package enum FencingAction: String, Sendable, Hashable {
    case reboot, off, on
}

/// A wish to make a node safe.
package struct FencingRequest: Sendable, Equatable {
    /// Names a request in the whole cluster; the asker chooses it.
    package struct ID: Hashable, Sendable, Comparable, CustomStringConvertible {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }
        package static func < (left: ID, right: ID) -> Bool { left.rawValue < right.rawValue }
        package var description: String { rawValue }
    }

    package var id: ID
    /// The name of the node to fence.
    package var target: String
    package var action: FencingAction
    /// For all devices together, before the factor 1.2: `stonith-timeout`.
    package var timeout: Duration
    /// Added before the first device's own delay (`priority-fencing-delay`); `nil` switches every delay off.
    package var delay: Duration?
    /// The node that asks, and what in it (`controller`, `operator`).
    package var origin: String
    package var client: String

    package init(
        id: ID, target: String, action: FencingAction, timeout: Duration = .seconds(60), delay: Duration? = .zero,
        origin: String, client: String
    ) {
        self.id = id
        self.target = target
        self.action = action
        self.timeout = timeout
        self.delay = delay
        self.origin = origin
        self.client = client
    }
}

/// How a request ended.
package struct FencingOutcome: Sendable, Equatable {
    package enum Result: Sendable, Equatable {
        case succeeded
        /// Nobody has a device that can do it.
        case noDevice
        case timedOut
        /// Every device failed; the words of the last one.
        case failed(reason: String)
    }

    /// All requests that this run served.
    package var requests: [FencingRequest.ID]
    package var target: String
    package var action: FencingAction
    package var result: Result
    /// The node that ran the last agent, `nil` for a manual confirmation or when none ran.
    package var executor: String?
    package var devices: [String]
    package var origin: String
    package var client: String
    package var completed: WallTime

    package init(
        requests: [FencingRequest.ID], target: String, action: FencingAction, result: Result, executor: String?,
        devices: [String], origin: String, client: String, completed: WallTime
    ) {
        self.requests = requests
        self.target = target
        self.action = action
        self.result = result
        self.executor = executor
        self.devices = devices
        self.origin = origin
        self.client = client
        self.completed = completed
    }
}

/// One call of one device, which the coordinator asks a node to make.
package struct FencingStep: Sendable, Equatable {
    /// Unique for one coordinator: its node and a number.
    package struct ID: Hashable, Sendable {
        package var coordinator: String
        package var number: UInt64

        package init(coordinator: String, number: UInt64) {
            self.coordinator = coordinator
            self.number = number
        }
    }

    package enum Result: Sendable, Equatable {
        case succeeded
        case failed(reason: String)
        case timedOut
        /// The device cannot fence this target from there, or is not known there.
        case unable(reason: String)
    }

    package var id: ID
    package var device: String
    package var target: String
    package var action: FencingAction
    /// For the run of the agent, delays not counted, retries counted.
    package var timeout: Duration
    /// Before the device's own delay; `nil`: no delay at all.
    package var delay: Duration?

    package init(
        id: ID, device: String, target: String, action: FencingAction, timeout: Duration, delay: Duration?
    ) {
        self.id = id
        self.device = device
        self.target = target
        self.action = action
        self.timeout = timeout
        self.delay = delay
    }
}
