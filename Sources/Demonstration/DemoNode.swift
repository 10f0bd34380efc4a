internal import ClusterClient
internal import ClusterConfiguration
internal import Glibc

/// One node of the demonstration: a directory, a daemon, and what the daemon runs.
struct DemoNode: Sendable {
    let name: String
    let id: Int
    let directory: NodeDirectory
    /// On the loopback network.
    let address: String
    let programs: DemoPrograms
    let messaging: DemoMessaging

    var root: String { directory.root ?? "/" }

    /// The node's local API.
    var client: NodeClient { NodeClient(socketPath: directory.socket, clientName: "demo") }

    /// Starts the daemon; its messages go to `daemon.log` in the node's directory.
    func start() throws(DemoFailure) {
        let daemon = [programs.daemon, "--root", root, "--node", name, "--foreground"]
        let command = messaging.command(
            startingAlso: daemon, node: name, configuration: directory.configuration, root: root)
        let pid = NodeProcesses.start(
            command[0], arguments: Array(command.dropFirst()), environment: environment, log: root + "/daemon.log")
        guard pid != nil else { throw DemoFailure("\(command[0]) could not be started") }
    }

    /// Whether the node takes part in a quorate cluster.
    var isMember: Bool {
        guard let status = try? client.status() else { return false }
        return status.phase == "member" && status.isQuorate
    }

    func kill() { NodeProcesses.kill(root: root) }

    /// Runs a `lockstep` command against this node; its exit status and output.
    func command(_ words: [String]) -> (status: Int32, output: String) {
        let output = root + "/command.out"
        unlink(output)
        let pid = NodeProcesses.start(
            programs.command, arguments: ["--root", root] + words, environment: environment, log: output)
        guard let pid else { return (69, "\(programs.command) could not be started") }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let text = String(decoding: readFile(output, limit: 1 << 20), as: UTF8.self)
        // The wait status holds the exit code in its second byte, and a signal in the low seven bits.
        return (status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F), text)
    }

    /// Marks every process of this node, so that it can be found and ended.
    private var environment: [String] {
        [
            "LOCKSTEP_ROOT=\(root)", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL=C.UTF-8",
        ]
    }
}

/// Where the programs are that the demonstration runs: beside this one.
struct DemoPrograms: Sendable {
    let daemon: String
    let command: String

    init() throws(DemoFailure) {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else {
            throw DemoFailure("/proc/self/exe can't be read, so lockstepd can't be found beside it")
        }
        command = String(decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = command.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        let candidates = [folder + "/lockstepd", folder + "/../sbin/lockstepd"]
        guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw DemoFailure("lockstepd was expected at \(candidates.joined(separator: " or "))")
        }
        daemon = found
    }
}

/// Why the demonstration ended early.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
