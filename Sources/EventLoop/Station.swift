/// A loop that has no thread yet, and the mailbox of whoever will live on it.
///
/// Breaks the circle of threads that must know each other's mailboxes before any of them starts.
package final class Station<Message: Sendable> {
    package let loop: EventLoop
    package let mailbox: Mailbox<Message>
    private let resident: Resident

    private final class Resident {
        var receive: ((Message) -> Void)?
    }

    package init() throws(SystemCallFailure) {
        let resident = Resident()
        self.resident = resident
        loop = try EventLoop()
        mailbox = loop.makeMailbox { resident.receive?($0) }
    }

    /// Decides who receives the messages; once, before the thread starts.
    package func settle(_ receive: @escaping (Message) -> Void) { resident.receive = receive }

    /// Starts the thread: the station, and whatever its resident touches, belongs to it from now on.
    package static func start(
        _ station: sending Station<Message>, name: String, setUp: @escaping @Sendable () -> Void = {}
    ) throws(SystemCallFailure) -> EventLoopThread {
        try EventLoopThread.start(name: name, loop: station.loop) { _ in
            setUp()
            return nil
        }
    }
}
