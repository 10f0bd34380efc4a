internal import CLinux
internal import Glibc

/// A thread that runs an event loop of its own.
package struct EventLoopThread: Sendable {
    package let handle: LoopHandle
    private let thread: pthread_t

    /// Starts a thread that runs `loop`, which nobody else may touch from now on but through its handle and mailboxes.
    ///
    /// - Parameters:
    ///   - name: shown by ps(1) and debuggers; cut to 15 bytes.
    ///   - setUp: runs first, on the new thread; what it returns stays alive until the loop has ended.
    package static func start(
        name: String, loop: sending EventLoop, setUp: @escaping @Sendable (EventLoop) -> AnyObject? = { _ in nil }
    ) throws(SystemCallFailure) -> EventLoopThread {
        let handle = loop.handle
        let start = ThreadStart(name: name, loop: loop, setUp: setUp)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(start).toOpaque())
        if code != 0 { throw SystemCallFailure("pthread_create", code: code) }
        return EventLoopThread(handle: handle, thread: thread)
    }

    /// Starts a thread with a loop of its own.
    package static func start(
        name: String, setUp: @escaping @Sendable (EventLoop) -> AnyObject?
    ) throws(SystemCallFailure) -> EventLoopThread {
        try start(name: name, loop: try EventLoop(), setUp: setUp)
    }

    /// Waits until the thread has ended; call it once, from another thread, after stopping the loop.
    package func join() { pthread_join(thread, nil) }
}

/// What a new thread needs; made on the starting thread and then touched on the new one alone.
private final class ThreadStart {
    let name: String
    let loop: EventLoop
    let setUp: @Sendable (EventLoop) -> AnyObject?

    init(name: String, loop: EventLoop, setUp: @escaping @Sendable (EventLoop) -> AnyObject?) {
        self.name = name
        self.loop = loop
        self.setUp = setUp
    }

    func run() {
        lockstep_name_thread(name)
        let owner = setUp(loop)
        loop.run()
        withExtendedLifetime(owner) {}
    }
}
