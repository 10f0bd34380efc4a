internal import Glibc

/// The children of this process, as the kernel lists them.
enum Children {
    /// Every one of them, also those that have ended and are not reaped.
    static func all() -> [pid_t] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        let own = getpid()
        var found: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let process = pid_t(name), parent(of: process) == own { found.append(process) }
        }
        return found
    }

    /// Collects children that have ended, except `others`, whose end somebody waits for.
    static func reap(except others: [pid_t]) {
        var information = siginfo_t()
        for _ in 0..<1000 {
            information._sifields._pad.0 = 0
            guard waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return }
            // 0 when nobody has ended.
            let process = information._sifields._sigchld.si_pid
            guard process > 0, !others.contains(process) else { return }
            waitpid(process, nil, WNOHANG)
        }
    }

    /// - Source: proc(5), /proc/PID/stat: the name stands in brackets and may contain anything.
    private static func parent(of process: pid_t) -> pid_t? {
        let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0, let bracket = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[bracket..<count].dropFirst().split(separator: UInt8(ascii: " "))
        return fields.count > 1 ? pid_t(String(decoding: fields[1], as: UTF8.self)) : nil
    }
}
