import ClusterTypes
import EventLoop
import Glibc
import Synchronization
import Testing

struct EventLoopTests {
    /// Runs rounds until `isDone`, at most five seconds.
    private func run(_ loop: EventLoop, until isDone: () -> Bool) {
        let deadline = Instant.now() + .seconds(5)
        while !isDone(), Instant.now() < deadline { loop.runOnce(waitingAtMost: .milliseconds(100)) }
    }

    @Test("posted work runs in the order of posting, over all mailboxes")
    func orderOfPosts() throws {
        let loop = try EventLoop()
        var seen: [Int] = []
        let odd = loop.makeMailbox { (number: Int) in seen.append(number) }
        let even = loop.makeMailbox { (number: Int) in seen.append(number) }
        for number in 0..<100 { (number % 2 == 0 ? even : odd).post(number) }
        run(loop) { seen.count == 100 }
        #expect(seen == Array(0..<100))
    }

    @Test("messages of another thread arrive, and in that thread's order")
    func crossThread() throws {
        let loop = try EventLoop()
        var seen: [Int] = []
        let mailbox = loop.makeMailbox { (number: Int) in seen.append(number) }
        let thread = try EventLoopThread.start(name: "sender") { other in
            for number in 0..<1000 { mailbox.post(number) }
            other.stop()
            other.handle.stop()
            return nil
        }
        run(loop) { seen.count == 1000 }
        thread.join()
        #expect(seen == Array(0..<1000))
    }

    @Test("timers fire in the order of their deadlines and not before them")
    func timers() throws {
        let loop = try EventLoop()
        let start = Instant.now()
        var fired: [(name: String, after: Duration)] = []
        loop.schedule(after: .milliseconds(12)) { fired.append(("late", .now() - start)) }
        loop.schedule(after: .milliseconds(4)) { fired.append(("early", .now() - start)) }
        let cancelled = loop.schedule(after: .milliseconds(1)) { fired.append(("cancelled", .zero)) }
        loop.cancel(cancelled)
        run(loop) { fired.count == 2 }
        #expect(fired.map(\.name) == ["early", "late"])
        #expect(fired[0].after >= .milliseconds(4))
        #expect(fired[1].after >= .milliseconds(12))
    }

    @Test("a readable descriptor calls its handler; an unwatched one does not, even when already reported")
    func descriptors() throws {
        let loop = try EventLoop()
        var first: [Int32] = [0, 0]
        var second: [Int32] = [0, 0]
        try #require(pipe(&first) == 0 && pipe(&second) == 0)
        var calls = 0
        // Whichever handler runs first ends the other's watch: both are ready in the same round.
        try loop.watch(first[0], for: .readable) { readiness in
            #expect(readiness == .readable)
            calls += 1
            loop.unwatch(second[0])
            loop.unwatch(first[0])
        }
        try loop.watch(second[0], for: .readable) { _ in
            calls += 1
            loop.unwatch(first[0])
            loop.unwatch(second[0])
        }
        write(first[1], "x", 1)
        write(second[1], "x", 1)
        loop.runOnce(waitingAtMost: .seconds(1))
        loop.runOnce(waitingAtMost: .zero)
        #expect(calls == 1)
        for descriptor in first + second { close(descriptor) }
    }

    @Test("the far end's closing is reported as a hang-up")
    func hangup() throws {
        let loop = try EventLoop()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        var seen: Readiness = []
        try loop.watch(ends[0], for: .readable) { seen = $0 }
        close(ends[1])
        loop.runOnce(waitingAtMost: .seconds(1))
        #expect(seen.contains(.hangup))
        loop.unwatch(ends[0])
        close(ends[0])
    }

    @Test("a stopped loop discards what is posted later, and posting stays harmless")
    func postAfterEnd() throws {
        let ran = Mutex<[String]>([])
        let loop = try EventLoop()
        loop.handle.post { _ in ran.withLock { $0.append("before") } }
        loop.handle.stop()
        loop.run()
        loop.handle.post { _ in ran.withLock { $0.append("after") } }
        loop.runOnce(waitingAtMost: .zero)
        #expect(ran.withLock { $0 } == ["before"])
    }

    @Test("signals arrive as events")
    func signals() throws {
        // In a thread of its own, so that the mask of the test process stays as it is.
        let received = Mutex<[Int32]>([])
        let thread = try EventLoopThread.start(name: "signals") { loop in
            try? loop.watchSignals([SIGUSR2]) { signal in
                received.withLock { $0.append(signal.number) }
                #expect(!signal.isFromKernel)
                loop.stop()
            }
            pthread_kill(pthread_self(), SIGUSR2)
            return nil
        }
        thread.join()
        #expect(received.withLock { $0 } == [SIGUSR2])
    }
}
