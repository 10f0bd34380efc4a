package import JSONText

/// An entry of the cluster's timeline.
package struct TimelineEvent: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package var seconds: Double
    /// Such as `node-joined` or `action-finished`.
    package var name: String
    /// All members of the event, `time` and `event` included.
    package var fields: JSON

    package init(seconds: Double, name: String, fields: JSON) {
        self.seconds = seconds
        self.name = name
        self.fields = fields
    }
}

/// The timeline of a running cluster, event by event.
package struct EventStream: ~Copyable {
    private var connection: HTTPConnection
    private let isChunked: Bool
    private var buffer: [UInt8] = []

    init(connection: consuming HTTPConnection, isChunked: Bool) {
        self.connection = connection
        self.isChunked = isChunked
    }

    /// Waits for the next event.
    ///
    /// - Parameter timeout: how long to wait; `nil` for ever.
    /// - Returns: `nil` when the daemon ended the stream.
    /// - Throws: `.timedOut` when none came in time (the stream stays usable), `.badAnswer`.
    package mutating func next(timeout: Duration? = nil) throws(RequestFailure) -> TimelineEvent? {
        connection.setTimeout(timeout)
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                if line.isEmpty { continue }
                return try Self.event(line)
            }
            let piece = isChunked ? try connection.readChunk() : try connection.readSome()
            guard !piece.isEmpty else { return nil }
            buffer.append(contentsOf: piece)
        }
    }

    private static func event(_ line: [UInt8]) throws(RequestFailure) -> TimelineEvent {
        let fields: JSON
        do { fields = try JSON(parsing: line) } catch {
            throw RequestFailure(.badAnswer, "a line of the event stream is not JSON: \(error)")
        }
        let seconds: Double? =
            switch fields["time"] {
            case .integer(let value): Double(value)
            case .number(let value): value
            default: nil
            }
        guard let seconds, let name = fields["event"]?.string else {
            throw RequestFailure(.badAnswer, "a line of the event stream has no \"time\" or no \"event\"")
        }
        return TimelineEvent(seconds: seconds, name: name, fields: fields)
    }
}
