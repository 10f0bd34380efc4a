import NodeRuntime
import Testing

struct DaemonOptionsTests {
    @Test("options may come short, long, and with an equals sign")
    func forms() throws {
        let options = try DaemonOptions(["-r", "/tmp/a", "--node=alpha", "--config", "x.conf", "-f"])
        #expect(options.mode == .run)
        #expect(options.root == "/tmp/a")
        #expect(options.node == "alpha")
        #expect(options.configuration == "x.conf")
        #expect(try DaemonOptions(["--check"]).mode == .check)
        #expect(try DaemonOptions(["scheduler-worker"]).mode == .schedulerWorker)
    }

    @Test(
        "what is not understood is named, with exit status 64",
        arguments: [["--rot", "x"], ["--root"], ["--root="], ["--check=yes"], ["extra"], ["scheduler-worker", "x"]])
    func mistakes(arguments: [String]) {
        let failure = #expect(throws: DaemonFailure.self) { _ = try DaemonOptions(arguments) }
        #expect(failure?.status == .usage)
        #expect(failure?.description.contains("--help") == true)
    }

    @Test("the help text names every option and fits a terminal")
    func help() {
        for option in ["--root", "--node", "--config", "--foreground", "--check", "--version", "--help"] {
            #expect(DaemonOptions.helpText.contains(option))
        }
        #expect(DaemonOptions.helpText.split(separator: "\n").allSatisfy { $0.count <= 90 })
    }
}
