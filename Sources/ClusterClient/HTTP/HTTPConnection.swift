/// One request and its answer over HTTP/1.1.
///
/// - Source: RFC 9112; only what the daemon's local API needs: known lengths, chunks, and the end of the connection.
struct HTTPConnection: ~Copyable {
    struct Head: Equatable {
        var status: Int
        var length: Int?
        var isChunked = false
    }

    /// The largest head of an answer, in bytes.
    private static let headLimit = 65536
    /// The largest body of an answer, in bytes.
    private static let bodyLimit = 512 << 20

    private var socket: UnixSocket
    /// Bytes that arrived and are not taken yet, from `position` on.
    private var buffer: [UInt8] = []
    private var position = 0

    init(socketPath: String) throws(RequestFailure) { socket = try UnixSocket(path: socketPath) }

    mutating func setTimeout(_ timeout: Duration?) { socket.setTimeout(timeout) }

    mutating func send(
        _ method: String, _ target: String, client: String, body: [UInt8]?, timeout: Duration
    ) throws(RequestFailure) {
        socket.setTimeout(timeout)
        let name = String(decoding: client.utf8.filter { (0x20..<0x7F).contains($0) }, as: UTF8.self)
        var message = Array("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: \(name)\r\n".utf8)
        message.append(contentsOf: "Connection: close\r\n".utf8)
        if let body {
            let length = String(body.count)
            message.append(contentsOf: "Content-Type: application/json\r\nContent-Length: \(length)\r\n".utf8)
        }
        message.append(contentsOf: "\r\n".utf8)
        try socket.send(message + (body ?? []))
    }

    mutating func readHead() throws(RequestFailure) -> Head {
        let first = try readLine()
        let words = first.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), (100..<600).contains(status)
        else { throw RequestFailure(.badAnswer, "the daemon's answer is not HTTP") }
        var head = Head(status: status)
        var size = first.utf8.count
        while true {
            let line = try readLine()
            if line.isEmpty { break }
            size += line.utf8.count
            guard size <= Self.headLimit else {
                throw RequestFailure(.badAnswer, "the head of the daemon's answer is too long")
            }
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmed
            switch line[..<colon].lowercased() {
            case "content-length":
                guard let length = Int(value), (0...Self.bodyLimit).contains(length) else {
                    throw RequestFailure(.badAnswer, "the daemon's answer has the length \"\(value)\"")
                }
                head.length = length
            case "transfer-encoding": head.isChunked = value.lowercased() == "chunked"
            default: break
            }
        }
        return status == 100 ? try readHead() : head
    }

    mutating func readBody(_ head: Head) throws(RequestFailure) -> [UInt8] {
        if head.isChunked {
            var body: [UInt8] = []
            while true {
                let chunk = try readChunk()
                if chunk.isEmpty { return body }
                body.append(contentsOf: chunk)
                guard body.count <= Self.bodyLimit else { throw RequestFailure(.badAnswer, "the answer is too long") }
            }
        }
        if let length = head.length { return try readExactly(length) }
        var body: [UInt8] = []
        while true {
            let bytes = try readSome()
            if bytes.isEmpty { return body }
            body.append(contentsOf: bytes)
            guard body.count <= Self.bodyLimit else { throw RequestFailure(.badAnswer, "the answer is too long") }
        }
    }

    /// The next chunk; empty after the last. Takes nothing before the chunk is complete, so that a timeout loses nothing.
    mutating func readChunk() throws(RequestFailure) -> [UInt8] {
        while true {
            if let (chunk, size) = try completeChunk() {
                position += size
                return Array(chunk)
            }
            try fill()
        }
    }

    /// The chunk at the front of the buffer and how many bytes it takes with its frame; `nil` when it is not complete.
    private func completeChunk() throws(RequestFailure) -> (ArraySlice<UInt8>, size: Int)? {
        guard let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) else {
            guard buffer.count - position <= Self.headLimit else {
                throw RequestFailure(.badAnswer, "a line of the daemon's answer is too long")
            }
            return nil
        }
        let digits = String(decoding: buffer[position..<end], as: UTF8.self).prefix { $0.isHexDigit }
        guard let length = Int(digits, radix: 16), (0...Self.bodyLimit).contains(length) else {
            throw RequestFailure(.badAnswer, "a chunk of the answer has the length \"\(digits)\"")
        }
        let start = end + 1
        // After the bytes comes an empty line, ended by CR LF.
        guard buffer.count - start >= length + 2 else { return nil }
        return (buffer[start..<start + length], size: start + length + 2 - position)
    }

    /// Whatever is there, at least one byte; empty at the end of the connection.
    mutating func readSome() throws(RequestFailure) -> [UInt8] {
        if position < buffer.count {
            defer {
                buffer = []
                position = 0
            }
            return Array(buffer[position...])
        }
        return try socket.receive()
    }

    private mutating func readExactly(_ count: Int) throws(RequestFailure) -> [UInt8] {
        while buffer.count - position < count { try fill() }
        defer { position += count }
        return Array(buffer[position..<position + count])
    }

    private mutating func readLine() throws(RequestFailure) -> String {
        var searched = position
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                var line = buffer[position..<end]
                if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
                let text = String(decoding: line, as: UTF8.self)
                position = end + 1
                return text
            }
            guard buffer.count - position <= Self.headLimit else {
                throw RequestFailure(.badAnswer, "a line of the daemon's answer is too long")
            }
            // `fill` drops what was taken, so positions move.
            let unsearched = buffer.count - position
            try fill()
            searched = position + unsearched
        }
    }

    private mutating func fill() throws(RequestFailure) {
        if position > 0 {
            buffer.removeFirst(position)
            position = 0
        }
        let bytes = try socket.receive()
        guard !bytes.isEmpty else {
            throw RequestFailure(.badAnswer, "the daemon closed the connection within its answer")
        }
        buffer.append(contentsOf: bytes)
    }
}

extension HTTPConnection {
    /// A text as part of a request's target: everything but letters, digits and `-._~` as `%XX`.
    static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.append(byte)
            default: output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension Substring {
    /// Without spaces and tabs at its ends.
    fileprivate var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return text
    }
}
