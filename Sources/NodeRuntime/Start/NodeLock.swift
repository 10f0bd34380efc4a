internal import Glibc

/// Keeps two daemons from serving one node: a locked file that holds the process id, released when the process ends.
package final class NodeLock {
    private let descriptor: Int32

    /// - Throws: with the other daemon's process id when there is one.
    package init(path: String) throws(DaemonFailure) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw DaemonFailure(.system, "\(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            var holder = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(descriptor, &holder, holder.count))
            close(descriptor)
            guard reason == EWOULDBLOCK else {
                throw DaemonFailure(.system, "lock \(path): \(String(cString: strerror(reason)))")
            }
            let process = String(decoding: holder[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            throw DaemonFailure(
                .unavailable, "another lockstepd (process \(process)) serves this node already: it holds \(path)")
        }
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) != 0 || write(descriptor, text, text.count) != text.count {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw DaemonFailure(.system, "\(path): \(reason)")
        }
    }

    deinit { close(descriptor) }
}
