internal import CLinux
internal import Glibc
internal import Synchronization

/// The way into an event loop from other threads: closures posted here run on the loop's thread in the order of posting.
///
/// Whoever owns state on a loop gives out a ``Mailbox`` instead, which carries values rather than code.
package struct LoopHandle: Sendable {
    let inbox: LoopInbox

    /// Runs `work` on the loop's thread, soon. Never blocks; does nothing once the loop has ended.
    package func post(_ work: @escaping @Sendable (EventLoop) -> Void) { inbox.append(work) }

    /// Makes the loop return from `run` after the work that was posted before.
    package func stop() { post { $0.stop() } }
}

/// Where other threads leave messages for something that lives on a loop; delivered there one by one, in the order of posting
/// over all mailboxes of that loop.
package struct Mailbox<Message: Sendable>: Sendable {
    private let handle: LoopHandle
    private let receiver: LoopConfined<(Message) -> Void>

    init(handle: LoopHandle, receiver: @escaping (Message) -> Void) {
        self.handle = handle
        self.receiver = LoopConfined(receiver)
    }

    /// Never blocks; does nothing once the loop has ended.
    package func post(_ message: Message) {
        let receiver = receiver
        handle.post { _ in receiver.value(message) }
    }
}

/// A value that may be carried through other threads, but is only touched on the thread of its loop.
///
/// `@unchecked Sendable`: only ``Mailbox`` makes one, and it opens it only in work posted to the loop where it was made.
private struct LoopConfined<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// The queue between threads, and the eventfd(2) that wakes the loop.
final class LoopInbox: Sendable {
    private struct Contents {
        var work: [@Sendable (EventLoop) -> Void] = []
        var isClosed = false
    }

    private let contents = Mutex(Contents())
    let wakeDescriptor: Int32

    init() throws(SystemCallFailure) {
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        if wakeDescriptor < 0 { throw .latest("eventfd") }
    }

    deinit { Glibc.close(wakeDescriptor) }

    func append(_ work: @escaping @Sendable (EventLoop) -> Void) {
        let mustWake = contents.withLock { contents in
            if contents.isClosed { return false }
            contents.work.append(work)
            return contents.work.count == 1
        }
        // A full counter (EAGAIN) means that the loop is being woken anyway.
        if mustWake { _ = eventfd_write(wakeDescriptor, 1) }
    }

    func takeAll() -> [@Sendable (EventLoop) -> Void] {
        var count: UInt64 = 0
        _ = eventfd_read(wakeDescriptor, &count)
        return contents.withLock { contents in
            defer { contents.work = [] }
            return contents.work
        }
    }

    func close() {
        contents.withLock { contents in
            contents.isClosed = true
            contents.work = []
        }
    }
}
