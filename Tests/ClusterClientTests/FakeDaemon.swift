import Glibc

@testable import ClusterClient

/// Answers one connection on a socket in a directory of its own with fixed bytes, and keeps what was asked.
final class FakeDaemon: @unchecked Sendable {
    let path: String
    private let directory: String
    private let listener: Int32
    private var thread = pthread_t()
    private let pieces: [String]
    private var request: [UInt8] = []

    /// - Parameter pieces: written one by one.
    init?(answering pieces: String...) {
        var template = Array("/tmp/lockstep-client-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = directory + "/s"
        self.pieces = pieces
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 1) == 0 else { return nil }
        // The thread is joined in `finish`, so the object outlives it.
        let created = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<FakeDaemon>.fromOpaque(argument).takeUnretainedValue().serve()
                return nil
            }, Unmanaged.passUnretained(self).toOpaque())
        guard created == 0 else { return nil }
    }

    private func serve() {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        repeat {
            let count = recv(connection, &bytes, bytes.count, 0)
            guard count > 0 else { return }
            request.append(contentsOf: bytes[..<count])
        } while !isComplete
        for piece in pieces {
            let data = Array(piece.utf8)
            _ = send(connection, data, data.count, Int32(MSG_NOSIGNAL))
        }
    }

    private var isComplete: Bool {
        let text = String(decoding: request, as: UTF8.self)
        guard let head = text.range(of: "\r\n\r\n") else { return false }
        guard let length = text.range(of: "Content-Length: ") else { return true }
        let count = Int(text[length.upperBound...].prefix { $0.isNumber }) ?? 0
        return text[head.upperBound...].utf8.count >= count
    }

    /// What was asked, once the answer is complete.
    func finish() -> String {
        pthread_join(thread, nil)
        close(listener)
        unlink(path)
        rmdir(directory)
        return String(decoding: request, as: UTF8.self)
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].utf8.starts(with: text.utf8) {
                return start..<(utf8.index(start, offsetBy: text.utf8.count))
            }
            start = utf8.index(after: start)
        }
        return nil
    }
}
