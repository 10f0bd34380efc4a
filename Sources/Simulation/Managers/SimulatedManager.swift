internal import ClusterTypes
internal import ResourceManager

/// The resource manager in a running daemon: gone with it.
struct SimulatedManager {
    var core: ResourceManagerNode
    let member: GroupMember
    /// Grows with every arming of a timer, so that an old expiry is recognised.
    var timers: [ResourceManagerNode.Timer: UInt32] = [:]
    /// Runs whose outcome is still to come.
    var openRuns: Set<AgentRun> = []
    /// The newest request for a schedule; older ones need no answer.
    var wantedSchedule: ScheduleID?
}

/// What the agents of a machine are doing and have done, whether or not the daemon lives.
struct MachineState {
    /// Counts the machine's power cycles; what ran in an earlier one has no effect.
    var powerCycle: UInt32 = 0
    /// The resources that run here, ascending.
    var active: [String] = []

    mutating func activate(_ resource: String) {
        if !active.contains(resource) { active = (active + [resource]).sorted() }
    }

    mutating func deactivate(_ resource: String) { active.removeAll { $0 == resource } }
}
