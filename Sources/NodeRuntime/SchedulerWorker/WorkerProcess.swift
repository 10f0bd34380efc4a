internal import CLinux
internal import EventLoop
internal import Glibc

/// A running worker and the connection to it, served by an event loop.
final class WorkerProcess {
    let processID: pid_t
    private let loop: EventLoop
    private let requests: Int32
    private let answers: Int32
    private let deathNotice: Int32
    private let received: (WorkerFrame) -> Void
    private let ended: (String) -> Void
    private var unsent: [UInt8] = []
    private var reader = WorkerFrameReader()
    private var isClosed = false

    /// Starts the program.
    ///
    /// - Parameter ended: called with a reason when the worker dies or breaks the protocol, at most once, and not after
    ///   ``close()``.
    init(
        program: String, arguments: [String], loop: EventLoop, received: @escaping (WorkerFrame) -> Void,
        ended: @escaping (String) -> Void
    ) throws(SystemCallFailure) {
        var request: [Int32] = [-1, -1]
        var answer: [Int32] = [-1, -1]
        if lockstep_socket_pair(&request) != 0 { throw .latest("socketpair") }
        if lockstep_pipe(&answer) != 0 {
            let failure = SystemCallFailure.latest("pipe2")
            for end in request { Glibc.close(end) }
            throw failure
        }
        let errorOutput = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        var process: pid_t = 0
        let code = Self.spawn(program, arguments, input: request[1], output: answer[1], error: errorOutput, &process)
        for end in [request[1], answer[1], errorOutput] where end >= 0 { Glibc.close(end) }
        let notice = code == 0 ? lockstep_pidfd_open(process) : -1
        if code != 0 || notice < 0 {
            let failure = code != 0 ? SystemCallFailure(program, code: code) : .latest("pidfd_open")
            for end in [request[0], answer[0]] { Glibc.close(end) }
            throw failure
        }
        processID = process
        self.loop = loop
        requests = request[0]
        answers = answer[0]
        deathNotice = notice
        self.received = received
        self.ended = ended
        try loop.watch(answers, for: .readable) { [weak self] _ in self?.receive() }
        try loop.watch(deathNotice, for: .readable) { [weak self] _ in self?.reap() }
    }

    deinit { close() }

    private static func spawn(
        _ program: String, _ arguments: [String], input: Int32, output: Int32, error: Int32, _ process: inout pid_t
    ) -> Int32 {
        if error < 0 { return errno }
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        return lockstep_spawn(program, &pointers, &environment, input, output, error, &process)
    }

    func send(_ frame: WorkerFrame) {
        unsent += frame.bytes
        flush()
    }

    private func flush() {
        while !unsent.isEmpty {
            let count = Glibc.send(requests, unsent, unsent.count, Int32(MSG_NOSIGNAL))
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                try? loop.watch(requests, for: .writable) { [weak self] _ in self?.flush() }
                return
            }
            // A closed connection: the death notice follows.
            if count < 0 { break }
            unsent.removeFirst(count)
        }
        unsent = []
        loop.unwatch(requests)
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(answers, &buffer, buffer.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        if count <= 0 {
            loop.unwatch(answers)
            return
        }
        reader.append(buffer[..<count])
        do {
            while !isClosed, let frame = try reader.next() { received(frame) }
        } catch { end("it sent \(error)") }
    }

    private func reap() {
        // What it wrote before it died still counts.
        receive()
        var status: Int32 = 0
        guard !isClosed, waitpid(processID, &status, WNOHANG) == processID else { return }
        let signal = status & 0x7F
        isReaped = true
        end(signal == 0 ? "exit status \(status >> 8 & 0xFF)" : "signal \(signal)")
    }

    private var isReaped = false

    private func end(_ reason: String) {
        if isClosed { return }
        close()
        ended(reason)
    }

    /// Kills the worker if it still runs.
    func close() {
        if isClosed { return }
        isClosed = true
        for descriptor in [requests, answers, deathNotice] {
            loop.unwatch(descriptor)
            Glibc.close(descriptor)
        }
        if !isReaped {
            kill(processID, SIGKILL)
            var status: Int32 = 0
            // It cannot outlive SIGKILL by more than the time to tear it down.
            while waitpid(processID, &status, 0) < 0, errno == EINTR {}
        }
    }
}
