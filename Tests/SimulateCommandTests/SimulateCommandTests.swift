import SimulateCommand
import Testing

@Suite struct SimulateCommandTests {
    @Test(
        "arguments are read in every form the incumbent takes",
        arguments: [
            ["-x", "a.xml", "-S", "-s", "-Q"], ["-xa.xml", "-sSQ"], ["--xml-file", "a.xml", "-SsQ"],
            ["--xml-file=a.xml", "--simulate", "--show-scores", "--quiet"], ["-sSQxa.xml"],
            ["-SsQ", "-x", "a.xml", "a word that belongs to nothing"], ["-SsQxa.xml", "--", "-Z"],
        ])
    func readsArguments(arguments: [String]) throws {
        let options = try SimulateOptions(arguments: arguments)
        #expect(options.source == .file("a.xml"))
        #expect(options.simulates && options.processes && options.showsScores && options.isQuiet)
    }

    @Test("what was asked for most recently decides where the input comes from")
    func lastSourceWins() throws {
        #expect(try SimulateOptions(arguments: []).source == .file("-"))
        #expect(try SimulateOptions(arguments: ["-x", "a", "-L"]).source == .live)
        #expect(try SimulateOptions(arguments: ["-L", "-p"]).source == .file("-"))
    }

    @Test(
        "what cannot be understood is refused in the incumbent's words",
        arguments: [
            (["-Z"], "Unknown option -Z"), (["--nothing"], "Unknown option --nothing"),
            (["--run=1"], "Unknown option --run=1"), (["-x"], "Missing argument for -x"),
            (["--xml-file"], "Missing argument for --xml-file"),
            (["-N", "x"], "Cannot parse integer value “x” for -N"),
        ])
    func refuses(arguments: [String], message: String) {
        #expect(throws: UsageFailure(message: message)) { try SimulateOptions(arguments: arguments) }
    }

    @Test("help ends the reading, whatever follows")
    func helps() throws {
        #expect(try SimulateOptions(arguments: ["--help", "-Z"]).help == .main)
        #expect(try SimulateOptions(arguments: ["--help-source"]).help == .source)
        #expect(throws: UsageFailure.self) { try SimulateOptions(arguments: ["--help-nothing"]) }
    }

    @Test("the quorum alone changes nothing, as with the incumbent")
    func quorumAlone() throws {
        #expect(try SimulateOptions(arguments: ["-q", "1"]).injections.isEmpty)
        #expect(try !SimulateOptions(arguments: ["-q", "1", "-u", "n"]).injections.isEmpty)
    }

    @Test("each kind of bad input has an exit status of its own")
    func reports() {
        #expect(runSimulateCommand(arguments: ["-Z"]) == 64)
        #expect(runSimulateCommand(arguments: ["-x", "/nonexistent/cib.xml"]) == 65)
        #expect(runSimulateCommand(arguments: ["-x", "/dev/null"]) == 65)
        #expect(runSimulateCommand(arguments: ["--output-as=html"]) == 105)
        #expect(runSimulateCommand(arguments: ["--output-to=/nonexistent/file"]) == 105)
    }
}
