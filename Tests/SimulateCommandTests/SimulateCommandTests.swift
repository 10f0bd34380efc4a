import SimulateCommand
import Testing

@Suite struct SimulateCommandTests {
    @Test("arguments are read in every form the incumbent takes")
    func readsArguments() throws {
        for arguments in [
            ["-x", "a.xml", "-S", "-s", "-Q"], ["-xa.xml", "-sSQ"], ["--xml-file", "a.xml", "-SsQ"],
            ["--xml-file=a.xml", "--simulate", "--show-scores", "--quiet"],
        ] {
            let options = try SimulateOptions(arguments: arguments)
            #expect(options.input == "a.xml")
            #expect(options.simulates && options.processes && options.showsScores && options.isQuiet)
        }
    }

    @Test("what is not an option is refused", arguments: [["-Z"], ["--nothing"], ["word"], ["-x"], ["--xml-file"]])
    func refuses(arguments: [String]) {
        #expect(throws: UsageFailure.self) { try SimulateOptions(arguments: arguments) }
    }

    @Test("a missing input is a usage error, a missing file is not")
    func reports() {
        #expect(runSimulateCommand(arguments: []) == 64)
        #expect(runSimulateCommand(arguments: ["-x", "/nonexistent/cib.xml"]) == 66)
        #expect(runSimulateCommand(arguments: ["-x", "/dev/null"]) == 65)
    }
}
