internal import CorosyncIPC
internal import Glibc

/// Where a tool reaches the daemon, and writes: standard output is kept until it is full or flushed, standard error is written at once, as C programs do.
final class ToolStreams {
    /// The name that the program was called by, as it was typed.
    let program: String
    /// Where the daemon's sockets are.
    let place: ServicePlace
    private var waiting = ""
    private let sink: (_ isError: Bool, String) -> Void

    init(
        program: String, place: ServicePlace = .machine,
        sink: @escaping (_ isError: Bool, String) -> Void = ToolStreams.toTerminal
    ) {
        self.program = program
        self.place = place
        self.sink = sink
    }

    deinit { flush() }

    /// The name without the folder.
    var shortName: String { program.split(separator: "/").last.map(String.init) ?? program }

    func write(_ text: String) {
        waiting += text
        if waiting.utf8.count > 1 << 16 { flush() }
    }

    func print(_ line: String = "") { write(line + "\n") }

    func complain(_ line: String) { sink(true, line + "\n") }

    func flush() {
        if !waiting.isEmpty { sink(false, waiting) }
        waiting = ""
    }

    private static func toTerminal(_ isError: Bool, _ text: String) { write(text, to: isError ? 2 : 1) }

    /// Writes as much as the descriptor takes.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                sent += count
            }
        }
    }
}

/// Ends a tool; what is to be said has been said.
struct ToolEnd: Error {
    var status: Int32

    static let success = ToolEnd(status: 0)
    static let failure = ToolEnd(status: 1)
}

/// What `errno` says.
func systemError() -> String { String(cString: strerror(errno)) }
