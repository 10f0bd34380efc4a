internal import EventLoop
internal import Glibc

/// Remembers the number of the last ring across restarts, so that a ring's name is never used twice.
///
/// - Source: Amir et al. 1995, section 4: the ring sequence is on stable storage.
struct RingSequenceFile {
    let path: String

    /// The stored number; 0 on a new node.
    ///
    /// - Throws: when the file exists but does not hold a number, which only damage can explain.
    func load() throws(DaemonFailure) -> UInt64 {
        let content: [UInt8]
        do { content = try FileAccess.read(path, limit: 64) } catch {
            if error.code == ENOENT { return 0 }
            throw DaemonFailure(.system, error.description)
        }
        let text = String(decoding: content.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let sequence = UInt64(text) else {
            throw DaemonFailure(
                .system,
                "\(path): expected the number of the last ring, found '\(text)'; write the highest number that "
                    + "any node of the cluster has in this file")
        }
        return sequence
    }

    /// Durable on return.
    func store(_ sequence: UInt64) throws(SystemCallFailure) {
        try FileAccess.replace(path, with: Array("\(sequence)\n".utf8))
    }
}
