import AgentRunner
import Agents
import CLinux
import ClusterTypes
import EventLoop
import Glibc
import Testing

/// Runs one invocation on a loop of its own until it has answered.
private func outcome(
    of invocation: AgentInvocation, whileRunning: ((AgentRunner<Int>, EventLoop) -> Void)? = nil
) throws -> AgentOutcome {
    let loop = try EventLoop()
    var result: AgentOutcome?
    let runner = AgentRunner<Int>(loop: loop) { key, outcome in
        #expect(key == 1 && result == nil)
        result = outcome
    }
    runner.run(1, invocation)
    #expect(result == nil, "an answer must not come from within the call")
    whileRunning?(runner, loop)
    let deadline = Instant.now() + .seconds(30)
    while result == nil && Instant.now() < deadline { loop.runOnce(waitingAtMost: .seconds(1)) }
    #expect(runner.runningCount == 0)
    return try #require(result, "no answer in 30 seconds")
}

private func shell(
    _ script: String, input: String = "", timeout: Duration = .seconds(20), outputLimit: Int = 64 << 10
) -> AgentInvocation {
    AgentInvocation(
        executables: ["/bin/sh"], arguments: ["-c", script],
        environment: [.init("PATH", "/usr/bin:/bin"), .init("X", "a b")],
        standardInput: Array(input.utf8), timeout: timeout, killGrace: .milliseconds(50), outputLimit: outputLimit)
}

/// Whether a process with that number lives; one that has ended and waits to be collected does not.
private func lives(_ process: Int32) -> Bool {
    guard kill(process, 0) == 0, let file = fopen("/proc/\(process)/stat", "r") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    guard fgets(&line, 512, file) != nil else { return false }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return !(text.split(separator: ")").last?.hasPrefix(" Z") ?? true)
}

/// Whether a process that was killed goes: SIGKILL is sent at once, but the kernel carries it out when it gets to it.
private func ends(_ process: Int32) -> Bool {
    let descriptor = lockstep_pidfd_open(process)
    guard descriptor >= 0 else { return errno == ESRCH }
    defer { close(descriptor) }
    var notice = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&notice, 1, 10_000) == 1
}

@Suite struct AgentRunnerTests {
    @Test func aProgramGetsWhatItWasGivenAndNothingElse() throws {
        let result = try outcome(of: shell("echo out; echo err >&2; cat; env | sort; pwd; exit 7", input: "line\n"))
        #expect(result.ending == .exited(7))
        #expect(result.output.hasPrefix("out\nline\nPATH=/usr/bin:/bin\nPWD=/\n"))
        #expect(result.output.contains("X=a b\n") && !result.output.contains("HOME="))
        #expect(result.errorOutput == "err\n")
        #expect(!result.isTruncated)
    }

    @Test func noDescriptorSignalOrPriorityIsInherited() throws {
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        signal(SIGHUP, SIG_IGN)
        defer { signal(SIGHUP, SIG_DFL) }
        let script = """
            for d in /proc/self/fd/*; do echo "${d##*/}"; done | sort -n | head -n 4 | tr '\\n' ' '
            grep -E '^Sig(Blk|Ign)' /proc/self/status | tr -d '\\t' | tr '\\n' ' '
            ps -o cls= -p $$ | tr -d ' '
            [ "$(ps -o sid= -p $$ | tr -d ' ')" = $$ ] && echo leader
            """
        let result = try outcome(of: shell(script))
        // The fourth is the folder itself, open in the program that lists it.
        #expect(result.output == "0 1 2 3 SigBlk:0000000000000000 SigIgn:0000000000000000 TS\nleader\n")
    }

    @Test func megabytesOfOutputAreCutAndNeverBlock() throws {
        let result = try outcome(of: shell("head -c 5000000 /dev/zero | tr '\\0' x; echo done >&2", outputLimit: 1000))
        #expect(result.ending == .exited(0))
        #expect(result.output == String(repeating: "x", count: 1000))
        #expect(result.errorOutput == "done\n")
        #expect(result.isTruncated)
    }

    @Test func outputThatIsNoTextIsKeptReadable() throws {
        let result = try outcome(of: shell("printf 'a\\377b'"))
        #expect(result.output == "a\u{fffd}b")
    }

    @Test func largeInputReachesAProgramThatReadsLate() throws {
        let input = String(repeating: "0123456789", count: 100_000)
        #expect(try outcome(of: shell("cksum | cut -d ' ' -f 2", input: input)).output == "1000000\n")
    }

    @Test func aProgramThatHangsIsEndedByItsTimeout() throws {
        let result = try outcome(of: shell("echo begun; sleep 600", timeout: .milliseconds(80)))
        #expect(result.ending == .timedOut)
        #expect(result.output == "begun\n")
    }

    @Test func aProgramThatIgnoresTheSignalIsKilledWithItsChildren() throws {
        let script = "trap '' TERM; sleep 600 & echo $!; while :; do wait; done"
        let result = try outcome(of: shell(script, timeout: .milliseconds(80)))
        #expect(result.ending == .timedOut)
        let child = try #require(Int32(result.output.split(separator: "\n").first ?? ""))
        #expect(ends(child))
    }

    @Test func aServiceLeftRunningDoesNotHoldTheRunUp() throws {
        let result = try outcome(of: shell("setsid sleep 600 & echo $!"))
        #expect(result.ending == .exited(0))
        let service = try #require(Int32(result.output.split(separator: "\n").first ?? ""))
        #expect(lives(service))
        kill(service, SIGKILL)
    }

    @Test func aChildThatKeepsWritingDoesNotHoldTheRunUp() throws {
        let result = try outcome(of: shell("(while :; do echo more; done) & echo $! >&2"))
        #expect(result.ending == .exited(0))
        if let child = Int32(result.errorOutput.split(separator: "\n").first ?? "") { kill(child, SIGKILL) }
    }

    @Test func aRunCanBeEndedBeforeItsTime() throws {
        let result = try outcome(of: shell("sleep 600")) { runner, _ in
            runner.terminate(1)
            runner.terminate(1)
            runner.terminate(2)
        }
        #expect(result.ending == .terminated)
    }

    @Test func aProgramEndedBySomebodyElseSaysSo() throws {
        #expect(try outcome(of: shell("kill -s KILL $$")).ending == .signalled(9))
    }

    @Test func theFirstExecutableThatExistsRuns() throws {
        var call = shell("echo here")
        call.executables = ["/nonexistent/a", "/bin/sh", "/nonexistent/b"]
        #expect(try outcome(of: call).output == "here\n")
        call.executables = ["/nonexistent/a", "/nonexistent/b"]
        #expect(try outcome(of: call).ending == .notStarted(.missing("/nonexistent/b")))
        call.executables = []
        #expect(try outcome(of: call).ending == .notStarted(.missing("")))
    }

    @Test func whatCannotRunIsAResultWithAReason() throws {
        var template = Array("/tmp/agent-XXXXXX\0".utf8CString)
        let descriptor = mkstemp(&template)
        let path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        let script = "#!/nonexistent/interpreter\n"
        #expect(write(descriptor, script, script.utf8.count) == script.utf8.count)
        close(descriptor)
        var call = shell("")
        call.executables = [path]
        #expect(try outcome(of: call).ending == .notStarted(.notExecutable(path)))
        chmod(path, 0o755)
        #expect(try outcome(of: call).ending == .notStarted(.refused("\(path): its interpreter is missing")))
        call.executables = ["/tmp"]
        #expect(try outcome(of: call).ending == .notStarted(.notExecutable("/tmp")))
        call = shell("true")
        call.arguments.append("a\0b")
        #expect(
            try outcome(of: call).ending == .notStarted(.refused("an argument or variable contains a NUL byte")))
    }

    @Test func manyRunsAtOnceAllAnswerAndLeaveNoDescriptor() throws {
        let loop = try EventLoop()
        var answered: Set<Int> = []
        let runner = AgentRunner<Int>(loop: loop) { key, outcome in
            #expect(outcome.ending == .exited(Int32(key)))
            answered.insert(key)
        }
        let before = open("/dev/null", O_RDONLY)
        close(before)
        for number in 0..<40 { runner.run(number, shell("exit \(number)")) }
        let deadline = Instant.now() + .seconds(30)
        while answered.count < 40 && Instant.now() < deadline { loop.runOnce(waitingAtMost: .seconds(1)) }
        #expect(answered.count == 40)
    }

    @Test func endingTheDaemonEndsItsAgents() throws {
        let loop = try EventLoop()
        let runner = AgentRunner<Int>(loop: loop) { _, _ in Issue.record("nobody is left to be told") }
        runner.run(1, shell("sleep 600"))
        runner.killAll()
        #expect(runner.runningCount == 0)
        loop.runOnce(waitingAtMost: .zero)
    }
}
