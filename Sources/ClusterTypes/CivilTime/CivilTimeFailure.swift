/// Why a text is no date, time, duration or period.
package struct CivilTimeFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was being read.
    package enum Subject: Sendable, Equatable { case date, time, duration, period }

    package var subject: Subject
    /// The whole sentence, as the incumbents log it.
    package var message: String

    init(_ subject: Subject, _ message: String) {
        self.subject = subject
        self.message = message
    }

    package var description: String { message }
}
