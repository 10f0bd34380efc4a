/// Why a request to the daemon failed: where, what, and what was expected.
package struct RequestFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// No daemon answers at the socket.
        case notRunning = "not-running"
        /// The caller's user may not do that.
        case forbidden
        /// The request makes no sense, or its result would break the schema.
        case invalid
        /// The CIB is at another version than expected.
        case versionConflict = "version-conflict"
        /// The resource, node or element does not exist.
        case notFound = "not-found"
        /// The node is not in the cluster yet, or leaves it.
        case unavailable
        /// The daemon tried and failed.
        case failed
        /// No answer in time.
        case timedOut = "timed-out"
        /// The answer cannot be understood.
        case badAnswer = "bad-answer"
    }

    package var code: Code
    /// In words, with the path of the socket or the address of the request where that helps.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
