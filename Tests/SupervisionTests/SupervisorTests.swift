import ClusterTypes
import Testing

@testable import Supervision

/// A supervisor as a story: events at times, the effects of each.
private struct Story {
    var supervisor: Supervisor
    var now = Instant.origin

    init(_ change: (inout SupervisionSettings) -> Void = { _ in }) {
        var settings = SupervisionSettings(warningSignal: 15)
        settings.interval = .seconds(2)
        settings.grace = .seconds(3)
        settings.pause = .seconds(1)
        change(&settings)
        supervisor = Supervisor(settings)
    }

    mutating func tell(_ event: SupervisorEvent, after delay: Duration = .zero) -> [SupervisorEffect] {
        now = now + delay
        return supervisor.receive(event, at: now)
    }

    /// Until the first instance runs.
    mutating func begin() {
        _ = tell(.began(isQuorate: true))
        _ = tell(.instanceStarted)
    }
}

/// What follows the end of every instance.
private let tidied: [SupervisorEffect] = [.cancelTimer(.health), .cancelTimer(.grace), .abandonCheck]
private let done: [SupervisorEffect] = SupervisorTimer.allCases.map { .cancelTimer($0) }

@Suite struct SupervisorTests {
    @Test func aCommandThatEndsWellIsDone() {
        var story = Story()
        #expect(story.tell(.began(isQuorate: false)) == [.startInstance(number: 1)])
        #expect(story.tell(.instanceStarted) == [.publish(.running)])
        #expect(story.tell(.instanceEnded(.exited(0))) == tidied + done + [.withdraw, .end(status: 0)])
    }

    @Test func aCommandThatFailsIsStartedAgainAfterAPause() {
        var story = Story()
        story.begin()
        #expect(
            story.tell(.instanceEnded(.exited(3)))
                == tidied + [.say("it ended with status 3"), .publish(.stopped), .setTimer(.pause, after: .seconds(1))])
        #expect(story.tell(.timerExpired(.pause)) == [.startInstance(number: 2)])
    }

    @Test func withPolicyQuitItsStatusIsPassedOnAndTheMapKeepsTheFailure() {
        var story = Story { $0.recovery = .quit }
        story.begin()
        #expect(
            story.tell(.instanceEnded(.killed(signal: 9)))
                == tidied + [.say("it was killed by signal 9")] + done + [.publish(.failed), .end(status: 137)])
    }

    @Test func tooManyRestartsWithinTheWindowAreTheEnd() {
        var story = Story { $0.restartLimit = RestartLimit(count: 2, window: .seconds(60)) }
        story.begin()
        for _ in 0..<2 {
            #expect(story.tell(.instanceEnded(.exited(1))).last == .setTimer(.pause, after: .seconds(1)))
            _ = story.tell(.timerExpired(.pause))
            _ = story.tell(.instanceStarted)
        }
        let end = story.tell(.instanceEnded(.exited(4)), after: .seconds(59))
        #expect(end.contains(.say("2 restarts within 1min: given up")))
        #expect(end.suffix(2) == [.publish(.failed), .end(status: 4)])
    }

    @Test func restartsOutsideTheWindowAreForgotten() {
        var story = Story { $0.restartLimit = RestartLimit(count: 1, window: .seconds(60)) }
        story.begin()
        for _ in 0..<5 {
            #expect(
                story.tell(.instanceEnded(.exited(1)), after: .seconds(60)).last
                    == .setTimer(.pause, after: .seconds(1)))
            _ = story.tell(.timerExpired(.pause))
            _ = story.tell(.instanceStarted)
        }
    }

    @Test func anEndWithSuccessIsAFailureWhenAskedFor() {
        var story = Story { $0.treatsSuccessAsFailure = true }
        story.begin()
        #expect(story.tell(.instanceEnded(.exited(0))).last == .setTimer(.pause, after: .seconds(1)))
    }

    @Test func aCommandThatCannotRunIsNotTriedAgain() {
        var story = Story()
        _ = story.tell(.began(isQuorate: false))
        #expect(
            story.tell(.instanceNotStarted(reason: "x: no such file", status: 127))
                == [.say("x: no such file")] + done + [.publish(.failed), .end(status: 127)])
    }

    // MARK: Health

    @Test func aMissingHeartbeatWarnsThenKillsThenRestarts() {
        var story = Story { $0.healthCheck = .heartbeat }
        _ = story.tell(.began(isQuorate: false))
        #expect(story.tell(.instanceStarted) == [.publish(.running), .setTimer(.health, after: .seconds(2))])
        #expect(story.tell(.heartbeatCame) == [.publishHealth, .setTimer(.health, after: .seconds(2))])
        #expect(
            story.tell(.timerExpired(.health))
                == [
                    .say("no heartbeat for 2s"), .cancelTimer(.health), .abandonCheck, .sendSignal(15),
                    .setTimer(.grace, after: .seconds(3)),
                ])
        #expect(story.tell(.heartbeatCame).isEmpty, "too late")
        #expect(
            story.tell(.timerExpired(.grace)) == [.say("it does not end: killed"), .cancelTimer(.grace), .kill])
        #expect(
            story.tell(.instanceEnded(.killed(signal: 9)))
                == tidied + [.publish(.stopped), .setTimer(.pause, after: .seconds(1))])
    }

    @Test func aNewInstanceMayBeUnwellDuringStartup() {
        var beating = Story {
            $0.healthCheck = .heartbeat
            $0.startup = .seconds(30)
        }
        _ = beating.tell(.began(isQuorate: false))
        #expect(beating.tell(.instanceStarted).last == .setTimer(.health, after: .seconds(32)))
        var checked = Story {
            $0.healthCheck = .command("true")
            $0.startup = .seconds(30)
        }
        _ = checked.tell(.began(isQuorate: false))
        #expect(checked.tell(.instanceStarted).last == .setTimer(.health, after: .seconds(30)))
    }

    @Test func checksFollowEachOtherAndOneFailureIsEnough() {
        var story = Story { $0.healthCheck = .command("true") }
        story.begin()
        #expect(story.tell(.timerExpired(.health)) == [.runCheck])
        #expect(story.tell(.checkEnded(failure: nil)) == [.publishHealth, .setTimer(.health, after: .seconds(2))])
        _ = story.tell(.timerExpired(.health))
        #expect(story.tell(.checkEnded(failure: "status 7")).first == .say("the health check failed: status 7"))
    }

    @Test func aCommandEndedForItsHealthNeverPassesOnSuccess() {
        var story = Story {
            $0.healthCheck = .heartbeat
            $0.recovery = .quit
        }
        story.begin()
        _ = story.tell(.timerExpired(.health))
        #expect(story.tell(.instanceEnded(.exited(0))).last == .end(status: 1))
    }

    // MARK: Quorum

    @Test func withoutQuorumTheCommandWaits() {
        var story = Story { $0.followsQuorum = true }
        #expect(
            story.tell(.began(isQuorate: false)) == [.say("not quorate: waiting"), .publish(.waitingForQuorum)])
        #expect(story.tell(.quorumChanged(isQuorate: true)) == [.say("quorate"), .startInstance(number: 1)])
    }

    @Test func aLossOfQuorumEndsItAndItsReturnStartsItAgain() {
        var story = Story { $0.followsQuorum = true }
        story.begin()
        #expect(story.tell(.quorumChanged(isQuorate: false)).contains(.sendSignal(15)))
        #expect(
            story.tell(.instanceEnded(.killed(signal: 15)))
                == tidied + [.say("not quorate: waiting"), .publish(.waitingForQuorum)])
        #expect(story.tell(.quorumChanged(isQuorate: true)).last == .startInstance(number: 2))
    }

    @Test func quorumThatReturnsWhileTheCommandEndsStartsItAtOnce() {
        var story = Story { $0.followsQuorum = true }
        story.begin()
        _ = story.tell(.quorumChanged(isQuorate: false))
        #expect(story.tell(.quorumChanged(isQuorate: true)).isEmpty)
        #expect(story.tell(.instanceEnded(.exited(0))).last == .startInstance(number: 2))
    }

    @Test func aLossOfQuorumIsTheEndWithPolicyQuit() {
        var story = Story {
            $0.followsQuorum = true
            $0.recovery = .quit
        }
        story.begin()
        _ = story.tell(.quorumChanged(isQuorate: false))
        #expect(story.tell(.instanceEnded(.exited(0))).suffix(2) == [.publish(.failed), .end(status: 1)])
    }

    @Test func quorumIsNothingToACommandThatDoesNotFollowIt() {
        var story = Story()
        story.begin()
        #expect(story.tell(.quorumChanged(isQuorate: false)).isEmpty)
    }

    @Test func aRestartDuringAPauseWaitsForQuorumToo() {
        var story = Story { $0.followsQuorum = true }
        story.begin()
        _ = story.tell(.instanceEnded(.exited(1)))
        #expect(story.tell(.quorumChanged(isQuorate: false)).isEmpty)
        #expect(story.tell(.timerExpired(.pause)).last == .publish(.waitingForQuorum))
    }

    // MARK: Requests

    @Test func whoAsksForTheEndGetsItWithTheCommandsStatus() {
        var story = Story()
        story.begin()
        #expect(
            story.tell(.endRequested(signal: 15, isDelivered: false))
                == [.cancelTimer(.health), .abandonCheck, .sendSignal(15), .setTimer(.grace, after: .seconds(3))])
        #expect(
            story.tell(.instanceEnded(.exited(5))) == tidied + done + [.withdraw, .end(status: 5)],
            "nothing follows, though it failed")
    }

    @Test func aSignalOfTheTerminalIsNotSentTwice() {
        var story = Story()
        story.begin()
        #expect(!story.tell(.endRequested(signal: 2, isDelivered: true)).contains(.sendSignal(2)))
        #expect(story.tell(.endRequested(signal: 2, isDelivered: true)) == [.cancelTimer(.grace), .kill])
    }

    @Test func aRequestDuringRecoveryKeepsTheNextInstanceFromStarting() {
        var story = Story { $0.healthCheck = .heartbeat }
        story.begin()
        _ = story.tell(.timerExpired(.health))
        #expect(story.tell(.endRequested(signal: 15, isDelivered: false)).isEmpty)
        #expect(story.tell(.instanceEnded(.killed(signal: 15))).last == .end(status: 143))
    }

    @Test func aRequestWhileNothingRunsIsTheEnd() {
        var story = Story { $0.followsQuorum = true }
        _ = story.tell(.began(isQuorate: false))
        #expect(story.tell(.endRequested(signal: 15, isDelivered: false)) == done + [.withdraw, .end(status: 143)])
    }

    @Test func otherSignalsGoToTheCommandWhileThereIsOne() {
        var story = Story()
        story.begin()
        #expect(story.tell(.signalCame(1)) == [.sendSignal(1)])
        _ = story.tell(.instanceEnded(.exited(1)))
        #expect(story.tell(.signalCame(1)).isEmpty)
    }
}
