internal import Glibc

/// A process of this program that takes a share of the seeds and reports in lines.
struct FuzzProcess {
    /// Where its lines come from.
    let output: Int32
    /// The seed it is at.
    private(set) var seed: UInt64
    private let child: pid_t
    private var unfinished: [UInt8] = []

    /// `nil` when it cannot be started.
    init?(arguments: [String], firstSeed: UInt64) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var pointers: [UnsafeMutablePointer<CChar>?] = (["fuzz"] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        guard posix_spawn(&process, "/proc/self/exe", &actions, nil, &pointers, environ) == 0 else {
            close(ends[0])
            return nil
        }
        (child, output, seed) = (process, ends[0], firstSeed)
    }

    /// Hands on the complete lines that have come; false at the end of the output.
    mutating func read(_ line: (String) -> Void) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(output, &buffer, buffer.count)
        if count < 0, errno == EINTR { return true }
        guard count > 0 else { return false }
        unfinished += buffer[..<count]
        var rest = unfinished[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let text = String(decoding: rest[..<end], as: UTF8.self)
            if text.hasPrefix("# "), let seed = UInt64(text.dropFirst(2)) { self.seed = seed }
            line(text)
            rest = rest[(end + 1)...]
        }
        unfinished = Array(rest)
        return true
    }

    /// Waits for the end; the signal that caused it, `nil` when there was none.
    func finish() -> Int32? {
        close(output)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { if errno != EINTR { return nil } }
        let signal = status & 0x7F
        return signal == 0 ? nil : signal
    }
}
