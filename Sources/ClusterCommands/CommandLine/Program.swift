internal import CIB
internal import ClusterClient
internal import ClusterConfiguration
internal import ClusterTypes
internal import Glibc

/// The whole program: arguments and environment in, exit status out.
///
/// - Parameters:
///   - arguments: with the name the program was called by first; its last path component decides what it answers to.
///   - environment: `LOCKSTEP_ROOT`, `CIB_file`, `EDITOR`, `NO_COLOR`, …
///   - hosted: programs with arguments of their own that this one answers for.
package func runProgram(
    arguments: [String], environment: [String: String], hosted: [HostedProgram] = []
) -> Int32 {
    let name = arguments.first?.split(separator: "/").last.map(String.init) ?? "lockstep"
    if let program = hosted.first(where: { $0.ownNames.contains(name) }) {
        return program.run(Array(arguments.dropFirst()))
    }
    let console = standardConsole(environment, arguments)
    let session = Session(
        programName: name, console: console, environment: environment,
        facilities: machineFacilities(programName: name, environment, console), hosted: hosted)
    if let program = incumbentPrograms.first(where: { $0.name == name }) {
        return runIncumbentProgram(program, Array(arguments.dropFirst()), session)
    }
    return runCommandLine(Array(arguments.dropFirst()), session)
}

private func standardConsole(_ environment: [String: String], _ arguments: [String]) -> Console {
    let isTerminal = isatty(STDOUT_FILENO) == 1 && isatty(STDIN_FILENO) == 1
    var usesColour = isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
    // Known before anything is parsed, so that even the first error has the right look.
    for (index, word) in arguments.enumerated() {
        let next = index + 1 < arguments.count ? arguments[index + 1] : ""
        switch (word, next) {
        case ("--colour=always", _), ("--colour", "always"), ("-D", "color-always"): usesColour = true
        case ("--colour=never", _), ("--colour", "never"), ("-D", "plain"): usesColour = false
        default: break
        }
    }
    var size = winsize()
    let isSized = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Console(
        isTerminal: isTerminal, usesColour: usesColour, width: isSized ? Int(size.ws_col) : 80,
        source: { readLine(strippingNewline: true) },
        sink: { stream, text in writeText(text, to: stream == .output ? STDOUT_FILENO : STDERR_FILENO) })
}

/// Writes everything; a reader that went away ends the program quietly, as for any filter.
private func writeText(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
        var sent = 0
        while sent < bytes.count {
            let count = write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { exit(errno == EPIPE ? 0 : ExitCode.ioError.rawValue) }
            sent += count
        }
    }
}

private func machineFacilities(
    programName: String, _ environment: [String: String], _ console: Console
) -> Facilities {
    Facilities(
        connect: { options throws(CommandFailure) in
            if let file = options.file ?? environment["CIB_file"].flatMap({ $0.isEmpty ? nil : $0 }) {
                let origin = CIBOrigin(
                    node: localHostName(), client: programName, user: environment["USER"] ?? "root",
                    seconds: Int64(time(nil)))
                return FileConnection(path: file, origin: origin)
            }
            let directory = NodeDirectory(root: options.root ?? environment["LOCKSTEP_ROOT"])
            return LiveConnection(
                client: NodeClient(socketPath: directory.socket, clientName: programName),
                warn: { console.warning($0) })
        },
        agents: MachineAgents.ofThisMachine(),
        now: { WallTime(seconds: Int64(time(nil))) },
        pause: { duration in
            let (seconds, fraction) = duration.components
            var request = timespec(tv_sec: Int(seconds), tv_nsec: Int(fraction / 1_000_000_000))
            nanosleep(&request, nil)
        },
        hostName: localHostName(),
        observeMessaging: { root throws(CommandFailure) in try observeMessaging(root: root) },
        supervise: { order in superviseOnThisMachine(order, environment) })
}

private func localHostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
