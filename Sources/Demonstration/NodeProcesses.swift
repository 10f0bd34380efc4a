internal import Glibc

/// `POSIX_SPAWN_SETSID` of spawn.h, which glibc offers to GNU sources only.
private let sessionOfItsOwn: Int16 = 0x80

/// Starts the daemon of a demonstration node, and finds and ends what runs on behalf of the node.
///
/// Every process that a node starts carries `LOCKSTEP_ROOT=<its directory>` in its environment.
enum NodeProcesses {
    /// Starts `program` with its output in `log`; `nil` when it can't be started.
    static func start(_ program: String, arguments: [String], environment: [String], log: String) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A session of its own: Ctrl-C at the terminal reaches the demonstration, which then ends the nodes itself.
        posix_spawnattr_setflags(&attributes, sessionOfItsOwn)
        var pid = pid_t()
        let failed = withCStrings([program] + arguments) { argv in
            withCStrings(environment) { environment in
                posix_spawn(&pid, program, &actions, &attributes, argv, environment)
            }
        }
        return failed == 0 ? pid : nil
    }

    /// The processes whose environment names `root`, this one excluded, in ascending order.
    static func running(root: String) -> [pid_t] {
        let marker = Array("LOCKSTEP_ROOT=\(root)".utf8)
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var found: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let pid = pid_t(name), pid != getpid() else { continue }
            let environment = readFile("/proc/\(pid)/environ", limit: 1 << 20)
            if environment.split(separator: 0).contains(where: { $0.elementsEqual(marker) }) { found.append(pid) }
        }
        return found.sorted()
    }

    /// Ends every process of the node at once with SIGKILL, as a power cut would, until none is left.
    static func kill(root: String) {
        for _ in 0..<100 {
            let remaining = running(root: root)
            if remaining.isEmpty { return }
            for pid in remaining { Glibc.kill(pid, SIGKILL) }
            reap()
            MonotonicClock.pause(.milliseconds(2))
        }
    }

    /// Collects children that have ended.
    static func reap() {
        while waitpid(-1, nil, WNOHANG) > 0 {}
    }
}

func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("the list ends with nil, so it is not empty") }
        return body(base)
    }
}

/// The file's bytes up to `limit`; empty when it can't be read.
func readFile(_ path: String, limit: Int) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while bytes.count < limit {
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { break }
        bytes.append(contentsOf: chunk[0..<count])
    }
    return bytes
}
