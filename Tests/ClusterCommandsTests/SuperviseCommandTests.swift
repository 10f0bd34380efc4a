import ClusterTypes
import Glibc
import Supervision
import Testing

@testable import ClusterCommands

@Suite struct SuperviseCommandTests {
    private func settings(_ words: String...) throws -> SupervisionSettings {
        try supervisionSettings(try parseArguments(words + ["--", "true"], for: superviseCommand))
    }

    @Test func theDefaultsAreThoseOfTheHelp() throws {
        let settings = try settings()
        #expect(settings.recovery == .restart && settings.healthCheck == .none && !settings.followsQuorum)
        #expect(settings.restartLimit == RestartLimit(count: 5, window: .seconds(60)))
        #expect(settings.warningSignal == SIGTERM && settings.grace == .seconds(10))
    }

    @Test func optionsBecomeSettings() throws {
        let settings = try settings(
            "--check", "true", "--interval", "500ms", "--startup=1min", "-r", "quit", "-q", "--always", "--restarts",
            "2",
            "--window", "5s", "--signal", "sigusr1", "--grace", "1s", "--pause", "0s")
        #expect(settings.healthCheck == .command("true") && settings.interval == .milliseconds(500))
        #expect(settings.startup == .seconds(60) && settings.recovery == .quit && settings.followsQuorum)
        #expect(settings.treatsSuccessAsFailure && settings.restartLimit == RestartLimit(count: 2, window: .seconds(5)))
        #expect(settings.warningSignal == SIGUSR1 && settings.grace == .seconds(1) && settings.pause == .zero)
        #expect(try self.settings("--restarts", "unlimited").restartLimit == nil)
        #expect(try self.settings("-s", "10").warningSignal == 10)
    }

    @Test(arguments: [
        ["--interval", "5s"], ["--heartbeat", "--check", "true"], ["--check", "x", "--interval", "1ms"],
        ["--grace", "soon"], ["--restarts", "-1"], ["--signal", "POWER"], ["--recovery", "reboot"], ["--restart", "1"],
    ])
    func mistakesAreSaid(_ words: [String]) {
        #expect(throws: CommandFailure.self) {
            try supervisionSettings(try parseArguments(words + ["--", "true"], for: superviseCommand))
        }
    }

    @Test func optionsAfterTheCommandAreTheCommands() throws {
        let arguments = try parseArguments(["-q", "--", "sleep", "-x", "--check"], for: superviseCommand)
        #expect(arguments.words == ["sleep", "-x", "--check"])
    }
}
