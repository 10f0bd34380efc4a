package import LocalServices

/// What a client talks through: a ``ServiceConnection``, or what stands for a daemon in a test.
package protocol ServiceChannel: AnyObject {
    /// Readable when an event has come, or when the daemon has gone.
    var descriptor: Int32 { get }

    /// Sends a request and waits for its answer; an answer with an error is no failure.
    func ask(_ request: ServiceRequest) throws(ServiceError) -> ServiceAnswer

    /// The next event; `nil` when none came in this time, -1 for any.
    func nextEvent(milliseconds: Int32) throws(ServiceError) -> ServiceAnswer?
}

extension ServiceChannel {
    /// Sends a request and waits for its answer, where an answer with an error is a failure.
    package func demand(_ request: ServiceRequest) throws(ServiceError) -> ServiceAnswer {
        let answer = try ask(request)
        if answer.error != .ok { throw answer.error }
        return answer
    }
}

/// What a daemon may say before nobody believes it any more.
enum AnswerLimit {
    /// Steps of one iteration: corosync's maps and groups have some hundred entries.
    static let steps = 1_000_000
}
