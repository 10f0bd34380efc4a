/// `RESOURCE_TASK_INTERVAL@NODE=STATUS`: the result of an operation, as a person names it.
struct OperationSpecification: Sendable, Equatable {
    var resource: String
    var task: String
    /// In milliseconds.
    var interval: UInt32
    var node: String
    /// The exit status of the agent.
    var status: Int32

    /// What is wrong with a specification.
    enum Failure: Error, Equatable {
        /// Only so many of key, node and status were found.
        case incomplete(fields: Int)
        case malformedKey
    }

    init(_ text: String) throws(Failure) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let key = parts.first, !key.isEmpty else { throw .incomplete(fields: text.isEmpty ? -1 : 0) }
        guard parts.count == 2, !parts[1].isEmpty, !parts[1].hasPrefix("=") else { throw .incomplete(fields: 1) }
        let rest = parts[1].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        node = String(rest[0])
        guard rest.count == 2, let status = Self.leadingInteger(rest[1]) else { throw .incomplete(fields: 2) }
        self.status = status
        guard let interval = key.lastIndex(of: "_"), let milliseconds = UInt32(key[key.index(after: interval)...]),
            let task = key[..<interval].underscoreBeforeTask
        else { throw .malformedKey }
        self.interval = milliseconds
        self.task = String(key[key.index(after: task)..<interval])
        resource = String(key[..<task])
    }

    /// The number that a text begins with, blanks before it ignored.
    static func leadingInteger(_ text: Substring) -> Int32? {
        let body = text.drop { $0 == " " || $0 == "\t" }
        let sign = body.first == "-" || body.first == "+" ? 1 : 0
        return Int32(body.prefix(sign) + body.dropFirst(sign).prefix { $0.isASCII && $0.isNumber })
    }
}

extension Substring {
    /// Where the name of the task begins: after the last underscore, except that some tasks have one in their name.
    fileprivate var underscoreBeforeTask: Index? {
        for task in ["_migrate_to", "_migrate_from", "_pre_notify", "_post_notify"] where hasSuffix(task) {
            return index(endIndex, offsetBy: -task.count)
        }
        return lastIndex(of: "_")
    }
}
