internal import ClusterConfiguration
internal import Glibc
internal import ToolReports
internal import VoteSimulation

/// `corosync-vqsim`: tries out votes, splits and joins on the simulated nodes of a corosync.conf(5), command by command.
///
/// - Source: corosync-vqsim(8) of corosync 3.1.
/// - Parameter defaultConfiguration: the file that is read without `-c`.
package func runVoteSimulator(_ arguments: [String], program: String, defaultConfiguration: String) -> Int32 {
    let streams = ToolStreams(program: program)
    do {
        var tool = VoteSimulatorTool(configuration: defaultConfiguration, streams: streams)
        try tool.read(arguments)
        try tool.simulate()
        return 0
    } catch { return (error as? ToolEnd)?.status ?? 1 }
}

private struct VoteSimulatorTool {
    private static let outputFailed = ToolEnd(status: 3)

    var configuration: String
    let streams: ToolStreams
    /// Where what nodes decide is written; `nil` for the standard output.
    var file: ToolStreams?
    var printsAtOnce = false

    init(configuration: String, streams: ToolStreams) {
        self.configuration = configuration
        self.streams = streams
    }

    mutating func read(_ arguments: [String]) throws {
        var options = OptionReader(arguments, program: streams.program, letters: "c:o:nh")
        while let item = options.next() {
            switch item {
            case .option("c", let path): configuration = path
            case .option("o", let path): file = try openOutput(path)
            case .option("n", _): printsAtOnce = true
            case .option("h", _):
                usage()
                throw ToolEnd.success
            case .option: break
            case .mistake(let text):
                streams.complain(text)
                usage()
                throw ToolEnd.success
            }
        }
    }

    private func usage() {
        streams.write(
            """
            \(streams.program) [-c FILE] [-o FILE] [-n] [-h]

            Simulates the quorum of a cluster: commands come from the standard input, 'help' lists them.
            options:
            \t-c\tThe configuration (\(configuration)).
            \t-o\tWhere what the nodes decide is written; without it the standard output.
            \t-n\tShow every decision as it is made, not all nodes after each command.
            \t-h\tThis help.

            """)
    }

    private func openOutput(_ path: String) throws -> ToolStreams {
        let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            streams.complain("Unable to open \(path) for output: \(systemError())")
            throw Self.outputFailed
        }
        return ToolStreams(program: streams.program) { _, text in
            ToolStreams.write(text, to: descriptor)
        }
    }

    private func settings() throws -> ClusterSettings {
        let bytes: [UInt8]
        do { bytes = try readFile(configuration) } catch {
            streams.complain("\(error.path): \(error.reason)")
            throw ToolEnd.failure
        }
        do {
            return try ClusterSettings.parse(String(decoding: bytes, as: UTF8.self), file: configuration).settings
        } catch {
            streams.complain("\(error)")
            throw ToolEnd.failure
        }
    }

    func simulate() throws {
        var session = VoteSession(try settings(), printsAtOnce: printsAtOnce)
        let clock = ContinuousClock()
        let isTerminal = isatty(STDIN_FILENO) == 1
        var moment = clock.now
        _ = write(session.begin())
        while true {
            // Those who read the output of a script skip lines that begin with "#".
            streams.write(isTerminal ? "vqsim> " : "#vqsim> ")
            streams.flush()
            guard let line = readLine() else { return }
            if !isTerminal { streams.print(line) }
            let now = clock.now
            let output = session.receive(line, after: now - moment)
            moment = now
            guard write(output) else { return }
        }
    }

    /// False when nothing follows.
    private func write(_ output: [VoteSession.Output]) -> Bool {
        for item in output {
            switch item {
            case .state(let line): (file ?? streams).print(line)
            case .console(let line): streams.print(line)
            case .complaint(let line):
                streams.flush()
                streams.complain(line)
            case .end: return false
            }
        }
        file?.flush()
        return true
    }
}
