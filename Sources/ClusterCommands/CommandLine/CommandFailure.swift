package import CIB

/// Why a command did not do what it was asked: what, where, what was expected, and the exit status that says so.
package struct CommandFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: ExitCode
    /// One sentence without final full stop; may have further lines.
    package var message: String
    /// What to do instead, when we know.
    package var advice: String?

    package init(_ code: ExitCode, _ message: String, advice: String? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
    }

    /// A command line that cannot be understood.
    package static func usage(_ message: String, advice: String? = nil) -> CommandFailure {
        CommandFailure(.usage, message, advice: advice)
    }

    package static func noSuchObject(_ message: String, advice: String? = nil) -> CommandFailure {
        CommandFailure(.noSuchObject, message, advice: advice)
    }

    package init(_ failure: CIBFailure) {
        let code: ExitCode =
            switch failure.code {
            case .badRequest: .usage
            case .malformed, .schemaViolation, .unknownSchema: .dataError
            case .versionConflict, .olderVersion, .patchMismatch: .outdated
            case .notFound: .noSuchObject
            case .alreadyExists: .exists
            case .superseded: .temporaryFailure
            case .notStored: .ioError
            }
        self.init(code, failure.description)
    }

    package var description: String { message + (advice.map { "\n" + $0 } ?? "") }
}
