internal import Agents
internal import CLinux
internal import Glibc

/// A started program and our ends of its pipes.
struct SpawnedProcess {
    let process: pid_t
    let output: Int32
    let errorOutput: Int32
}

/// Starts the first of the invocation's executables that exists.
func spawn(_ invocation: AgentInvocation) -> Result<SpawnedProcess, SpawnFailure> {
    guard let path = invocation.executables.first(where: { access($0, F_OK) == 0 }) else {
        return .failure(SpawnFailure(.missing(invocation.executables.last ?? "")))
    }
    // A string with a NUL would reach the program cut short.
    let texts = [path] + invocation.arguments + invocation.environment.flatMap { [$0.name, $0.value] }
    if texts.contains(where: { $0.utf8.contains(0) }) {
        return .failure(SpawnFailure(.refused("an argument or variable contains a NUL byte")))
    }
    var descriptors = Descriptors()
    defer { descriptors.closeAll() }
    do {
        let input = descriptors.keep(try standardInput(invocation.standardInput))
        let (output, outputEnd) = try pipe()
        descriptors.keep(output, outputEnd)
        let (errorOutput, errorEnd) = try pipe()
        descriptors.keep(errorOutput, errorEnd)
        var process: pid_t = 0
        let code = withCStrings([path] + invocation.arguments) { arguments in
            withCStrings(invocation.environment.map { $0.name + "=" + $0.value }) { environment in
                lockstep_spawn(path, arguments, environment, input, outputEnd, errorEnd, &process)
            }
        }
        if code != 0 { return .failure(SpawnFailure(reason(code, path))) }
        descriptors.release(output, errorOutput)
        return .success(SpawnedProcess(process: process, output: output, errorOutput: errorOutput))
    } catch {
        return .failure(error)
    }
}

/// Why nothing was started.
struct SpawnFailure: Error {
    let reason: AgentOutcome.StartFailure

    init(_ reason: AgentOutcome.StartFailure) { self.reason = reason }

    /// The failure of a call that has just returned -1, from `errno`.
    static func latest(_ call: String) -> SpawnFailure {
        SpawnFailure(.refused("\(call): \(String(cString: strerror(errno)))"))
    }
}

private func reason(_ code: Int32, _ path: String) -> AgentOutcome.StartFailure {
    switch code {
    case EACCES, ENOEXEC, EISDIR, EPERM: .notExecutable(path)
    // The file itself is there, so it is what its first line names that is not.
    case ENOENT: .refused("\(path): its interpreter is missing")
    default: .refused("\(path): \(String(cString: strerror(code)))")
    }
}

// MARK: - Descriptors

/// Descriptors to close unless everything succeeds.
private struct Descriptors {
    private var open: [Int32] = []

    @discardableResult
    mutating func keep(_ descriptor: Int32) -> Int32 {
        open.append(descriptor)
        return descriptor
    }

    mutating func keep(_ first: Int32, _ second: Int32) { open += [first, second] }

    mutating func release(_ first: Int32, _ second: Int32) { open.removeAll { $0 == first || $0 == second } }

    mutating func closeAll() {
        for descriptor in open { close(descriptor) }
        open = []
    }
}

/// A file that a program can read from its beginning: in memory, so that neither side ever waits for the other.
private func standardInput(_ bytes: [UInt8]) throws(SpawnFailure) -> Int32 {
    if bytes.isEmpty {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        // Descriptors 0 to 2 are free only in a daemon started without them; its standard streams are then ours to fill.
        if null > 2 { return null }
        if null < 0 { throw .latest("open /dev/null") }
        let raised = fcntl(null, F_DUPFD_CLOEXEC, 3)
        close(null)
        if raised < 0 { throw .latest("fcntl") }
        return raised
    }
    let file = lockstep_memory_file("agent-input")
    if file < 0 { throw .latest("memfd_create") }
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: written), $0.count - written) }
        if count < 0 && errno == EINTR { continue }
        if count <= 0 {
            let failure = SpawnFailure.latest("write the agent's input")
            close(file)
            throw failure
        }
        written += count
    }
    lseek(file, 0, SEEK_SET)
    return file
}

private func pipe() throws(SpawnFailure) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    if lockstep_pipe(&ends) != 0 { throw .latest("pipe2") }
    return (ends[0], ends[1])
}
