internal import CLinux
package import ClusterTypes
internal import Glibc

/// One thread's loop over file descriptors, timers and one ordered inbox.
///
/// A plain class that is confined to the thread on which it was made: handlers run one at a time, to the end, so whatever
/// they share needs no lock. Other threads reach it only through ``handle`` and mailboxes.
///
/// A round serves ready descriptors first, then posted work, then due timers. Work that is posted during a round waits for the
/// next one, so a busy inbox cannot starve the descriptors. Timers fire up to a millisecond after their deadline, never before.
///
/// - Source: epoll(7), eventfd(2).
package final class EventLoop {
    private struct Watch {
        let generation: UInt32
        let handler: (Readiness) -> Void
    }

    private let poller: Int32
    private let inbox: LoopInbox
    private var watches: [Int32: Watch] = [:]
    private var lastGeneration: UInt32 = 0
    private var timers = TimerQueue<() -> Void>()
    private var isStopping = false
    /// Whether the inbox has told that something is in it.
    private var hasPostedWork = false
    private var events = [epoll_event](repeating: epoll_event(), count: 64)

    /// Throws when the process is out of file descriptors or memory.
    package init() throws(SystemCallFailure) {
        inbox = try LoopInbox()
        poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        if poller < 0 { throw .latest("epoll_create1") }
        try watch(inbox.wakeDescriptor, for: .readable) { [unowned self] _ in hasPostedWork = true }
    }

    deinit {
        inbox.close()
        close(poller)
    }

    /// The way in for other threads.
    package var handle: LoopHandle { LoopHandle(inbox: inbox) }

    /// A way in for messages of one kind; `receiver` runs on this loop's thread.
    package func makeMailbox<Message: Sendable>(_ receiver: @escaping (Message) -> Void) -> Mailbox<Message> {
        Mailbox(handle: handle, receiver: receiver)
    }

    // MARK: Descriptors

    /// Calls `handler` whenever `descriptor` is ready (level-triggered), until ``unwatch(_:)``.
    ///
    /// Unwatch before closing the descriptor. A descriptor has one handler: a second call replaces the first.
    package func watch(
        _ descriptor: Int32, for readiness: Readiness, handler: @escaping (Readiness) -> Void
    ) throws(SystemCallFailure) {
        lastGeneration &+= 1
        let isKnown = watches[descriptor] != nil
        var event = epoll_event()
        event.events = readiness.epollEvents
        event.data.u64 = UInt64(lastGeneration) << 32 | UInt64(UInt32(bitPattern: descriptor))
        if epoll_ctl(poller, isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) != 0 {
            throw .latest("epoll_ctl on descriptor \(descriptor)")
        }
        watches[descriptor] = Watch(generation: lastGeneration, handler: handler)
    }

    /// Ends the watching; no handler of the descriptor runs afterwards, not even for readiness already reported.
    package func unwatch(_ descriptor: Int32) {
        guard watches.removeValue(forKey: descriptor) != nil else { return }
        var unused = epoll_event()
        _ = epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, &unused)
    }

    // MARK: Timers

    /// Runs `work` once, at or after `deadline`; a deadline in the past means in this or the next round.
    @discardableResult
    package func schedule(at deadline: Instant, _ work: @escaping () -> Void) -> TimerID {
        timers.insert(work, at: deadline)
    }

    /// Runs `work` once, after `delay` or later.
    @discardableResult
    package func schedule(after delay: Duration, _ work: @escaping () -> Void) -> TimerID {
        schedule(at: .now() + delay, work)
    }

    /// Does nothing when the timer has fired or was cancelled before.
    package func cancel(_ timer: TimerID) { timers.remove(timer) }

    // MARK: Running

    /// Serves events until ``stop()``. Work posted from then on is discarded.
    package func run() {
        isStopping = false
        while !isStopping { runOnce(waitingAtMost: nil) }
        inbox.close()
    }

    /// Makes `run` return after the current round.
    package func stop() { isStopping = true }

    /// Serves one round; waits for something to happen, at most for `limit` when one is given.
    package func runOnce(waitingAtMost limit: Duration?) {
        let count = waitForEvents(milliseconds: waitMilliseconds(limit: limit))
        for index in 0..<count { dispatch(events[index]) }
        // Asking the inbox costs a system call, which most rounds of a busy loop can do without.
        if hasPostedWork {
            hasPostedWork = false
            for work in inbox.takeAll() { work(self) }
        }
        let now = Instant.now()
        while let work = timers.popDue(at: now) { work() }
    }

    private func waitMilliseconds(limit: Duration?) -> Int32 {
        var wait: Int64? = limit.map { max(0, $0.milliseconds) }
        if let deadline = timers.nextDeadline {
            let nanoseconds = max(0, (deadline - .now()).nanoseconds)
            // Rounded up: waking early would only mean to wait again.
            let milliseconds = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1)
            wait = min(wait ?? milliseconds, milliseconds)
        }
        return wait.map { Int32(clamping: $0) } ?? -1
    }

    private func waitForEvents(milliseconds: Int32) -> Int {
        let count = epoll_wait(poller, &events, Int32(events.count), milliseconds)
        if count >= 0 { return Int(count) }
        // The remaining errors of epoll_wait(2) are wrong arguments.
        precondition(errno == EINTR, "epoll_wait: error \(errno)")
        return 0
    }

    private func dispatch(_ event: epoll_event) {
        let descriptor = Int32(bitPattern: UInt32(truncatingIfNeeded: event.data.u64))
        // An earlier handler of this round may have ended this watch and reused the descriptor's number.
        guard let watch = watches[descriptor], watch.generation == UInt32(event.data.u64 >> 32) else { return }
        watch.handler(Readiness(epollEvents: event.events))
    }
}
