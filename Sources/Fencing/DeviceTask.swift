internal import Agents
internal import ClusterTypes

/// Something that a device of this node is to do.
struct DeviceTask: Sendable {
    /// Numbers the tasks of this node's fencer.
    struct ID: Hashable, Sendable, Comparable {
        let rawValue: UInt64
        static func < (left: ID, right: ID) -> Bool { left.rawValue < right.rawValue }
    }

    enum Kind: Sendable {
        /// Fence a node, for one or more coordinators that asked for the same.
        case fence(target: String, action: FencingAction, steps: [FencingStep.ID], delay: Duration?)
        /// See whether the device works, for the executor.
        case monitor(asker: AgentRunID, isStart: Bool)
    }

    enum Phase: Sendable {
        /// The agent's meta-data is being read.
        case unprepared
        /// The device is asked whether it can fence the node.
        case checking(AgentRunID)
        case delayed
        case queued
        case running(AgentRunID, since: Instant)
    }

    let id: ID
    let device: String
    var kind: Kind
    /// For all attempts together.
    let timeout: Duration
    var phase = Phase.unprepared
    var attempts = 0
    /// When the first attempt began.
    var began: Instant?
    /// A monitor that gives way to fencing: it is killed and begins anew.
    var isPreempted = false
    /// A monitor of a device that was stopped: it is killed and does not begin anew.
    var isAbandoned = false

    init(id: ID, device: String, kind: Kind, timeout: Duration) {
        self.id = id
        self.device = device
        self.kind = kind
        self.timeout = timeout
    }

    var isFencing: Bool {
        if case .fence = kind { return true }
        return false
    }

    var isQueued: Bool {
        if case .queued = phase { return true }
        return false
    }

    var isRunning: Bool {
        if case .running = phase { return true }
        return false
    }

    var run: AgentRunID? {
        switch phase {
        case .checking(let run), .running(let run, since: _): run
        case .unprepared, .delayed, .queued: nil
        }
    }

    /// The action in the words of `pcmk_ACTION_…`.
    var action: String {
        switch kind {
        case .fence(_, let action, _, _): action.rawValue
        case .monitor: "monitor"
        }
    }

    var target: String? {
        if case .fence(let target, _, _, _) = kind { return target }
        return nil
    }
}
