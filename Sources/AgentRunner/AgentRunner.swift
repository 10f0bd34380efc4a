package import Agents
internal import CLinux
package import EventLoop
internal import Glibc

/// Runs agents as child processes, watched on an event loop.
///
/// Each run answers exactly once, never from within `run`. Confined to the loop's thread.
package final class AgentRunner<Key: Hashable> {
    private let loop: EventLoop
    private let completion: (Key, AgentOutcome) -> Void
    private var processes: [Key: AgentProcess] = [:]

    /// - Parameter completion: called on the loop's thread with the outcome of each run.
    package init(loop: EventLoop, completion: @escaping (Key, AgentOutcome) -> Void) {
        self.loop = loop
        self.completion = completion
    }

    /// How many runs have not answered yet.
    package var runningCount: Int { processes.count }

    /// The processes of the runs that have not answered yet: children that nobody else may reap.
    package var processIDs: [Int32] { processes.values.compactMap(\.processID) }

    /// Starts a run. `key` must not name one that has not answered yet.
    package func run(_ key: Key, _ invocation: AgentInvocation) {
        precondition(processes[key] == nil, "a run of this key is still under way")
        let process = AgentProcess(invocation, loop: loop) { [weak self] outcome in self?.finish(key, outcome) }
        processes[key] = process
        process.start()
    }

    /// Ends a run before its time: SIGTERM to its process group, SIGKILL after its grace. The outcome still comes.
    package func terminate(_ key: Key) { processes[key]?.terminate(as: .terminated) }

    /// Kills every process group at once, without answers: the daemon is ending.
    package func killAll() {
        for process in processes.values { process.abandon() }
        processes.removeAll()
    }

    private func finish(_ key: Key, _ outcome: AgentOutcome) {
        guard processes.removeValue(forKey: key) != nil else { return }
        completion(key, outcome)
    }
}
