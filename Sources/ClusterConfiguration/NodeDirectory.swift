/// Where the files of a node live: below one directory, or in the places of the Filesystem Hierarchy Standard.
///
/// A pure value; nothing here touches the disk.
package struct NodeDirectory: Sendable, Equatable {
    /// `nil` for the system's places.
    package let root: String?

    /// - Parameter root: the argument of `--root`; trailing slashes are dropped.
    package init(root: String?) {
        var trimmed = root
        while let path = trimmed, path.count > 1, path.hasSuffix("/") { trimmed = String(path.dropLast()) }
        self.root = trimmed
    }

    package static let system = NodeDirectory(root: nil)

    private func place(_ below: String, system: String) -> String { root.map { "\($0)/\(below)" } ?? system }

    /// corosync.conf(5).
    package var configuration: String { place("etc/corosync.conf", system: "/etc/corosync/corosync.conf") }
    /// The key of corosync-keygen(8).
    package var authKey: String { place("etc/authkey", system: "/etc/corosync/authkey") }
    /// Durable state: owner only.
    package var state: String { place("var/lib/lockstep", system: "/var/lib/lockstep") }
    /// The CIB and its history.
    package var cib: String { state + "/cib" }
    /// The number of the last ring and the state of wait_for_all.
    package var ring: String { state + "/ring" }
    /// Recorded scheduler inputs.
    package var schedulerInputs: String { state + "/pengine" }
    /// Results of agents' operations that a restarted daemon adopts.
    package var operations: String { state + "/operations" }
    /// State files of resource agents: `HA_RSCTMP`.
    package var agentState: String { place("run/resource-agents", system: "/run/resource-agents") }
    /// Sockets and other files that a reboot removes.
    package var run: String { place("run", system: "/run/lockstep") }
    /// Links to the programs that agents call.
    package var agentTools: String { run + "/tools" }
    /// The local API.
    package var socket: String { run + "/lockstep.sock" }
    /// Held open, and locked, by the running daemon.
    package var lock: String { run + "/lockstepd.lock" }
    package var logs: String { place("var/log", system: "/var/log/lockstep") }
    package var logFile: String { logs + "/lockstep.log" }

    /// Directories that must exist before a daemon can run, parents first, with their modes.
    package var directories: [(path: String, mode: UInt32)] {
        [(state, 0o700), (cib, 0o700), (ring, 0o700), (schedulerInputs, 0o700), (operations, 0o700)]
            + [(run, 0o755), (agentState, 0o755), (logs, 0o750)]
    }
}
