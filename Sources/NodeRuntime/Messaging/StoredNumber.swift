internal import EventLoop
internal import Glibc

/// A number that must survive restarts, in a file of its own.
struct StoredNumber {
    let path: String
    /// What the number is, for messages.
    let meaning: String
    /// What a person should do about a damaged file.
    let remedy: String

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
        guard let number = UInt64(text) else {
            throw DaemonFailure(.system, "\(path): expected \(meaning), found '\(text)'; \(remedy)")
        }
        return number
    }

    /// Durable on return.
    func store(_ number: UInt64) throws(SystemCallFailure) {
        try FileAccess.replace(path, with: Array("\(number)\n".utf8))
    }
}
