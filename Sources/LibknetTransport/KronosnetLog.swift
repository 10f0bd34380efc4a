internal import CKronosnet
internal import Glibc
internal import KronosnetTransport

/// The pipe through which kronosnet reports: a stream of `struct knet_log_msg`, each written atomically.
final class KronosnetLog {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws(TransportFailure) {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { throw .latest("pipe for kronosnet's log") }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    struct Line {
        var severity: TransportEvent.Severity
        var text: String
        /// The address whose machine says that nobody listens there.
        var refusedHost: String?
        /// It was asked for because of `refusedHost` only.
        var isFromDatagrams = false
    }

    /// Takes everything that was reported since the last call.
    func takeAll() -> [Line] {
        var lines: [Line] = []
        var message = knet_log_msg()
        let size = MemoryLayout<knet_log_msg>.size
        while read(readEnd, &message, size) == size {
            let text = withUnsafeBytes(of: message.msg) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            let subsystem = knet_log_get_subsystem_name(message.subsystem).map { String(cString: $0) } ?? "?"
            var line = Line(
                severity: severity(message), text: explanation(of: text) ?? "kronosnet \(subsystem): \(text)")
            line.isFromDatagrams = Int32(message.subsystem) == KNET_SUB_TRANSP_UDP
            line.refusedHost = Self.refusedHost(in: text)
            lines.append(line)
        }
        return lines
    }

    /// Kronosnet hears of refused packets and tells its log only: who answered, the error in words, and for whom the packet was.
    static func refusedHost(in text: String) -> String? {
        guard text.hasPrefix("Received ICMP error from "), text.contains(": Connection refused ") else { return nil }
        return text.split(separator: " ").last.map(String.init)
    }

    /// What an operator can do about a message that says what happened only.
    private func explanation(of text: String) -> String? {
        let start = "Unable to decrypt packet from "
        guard text.hasPrefix(start) else { return nil }
        let sender = text.dropFirst(start.count).prefix { $0 != " " }
        return "packets from \(sender) cannot be decrypted: key and encryption must be the same on all nodes"
    }

    /// Kronosnet's levels are its developers': a link that changes is worth a line, its inner life is not, and that a
    /// node has no links left the transport says itself.
    private func severity(_ message: knet_log_msg) -> TransportEvent.Severity {
        switch Int32(message.msglevel) {
        case KNET_LOG_ERR: .error
        case KNET_LOG_INFO where [KNET_SUB_LINK, KNET_SUB_RX].contains(Int32(message.subsystem)): .information
        default: .debugging
        }
    }
}
