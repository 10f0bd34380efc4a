internal import Glibc

/// Why a file could not be read or written: which, what, and the system's reason.
package struct StoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// The file system is full, or the user's share of it.
        case full
        /// The daemon's user may not do that.
        case forbidden
        case other
    }

    package var code: Code
    package var path: String
    package var message: String

    init(_ action: String, _ path: String, _ number: Int32) {
        code =
            switch number {
            case ENOSPC, EDQUOT: .full
            case EACCES, EPERM, EROFS: .forbidden
            default: .other
            }
        self.path = path
        message = "cannot \(action) \(path): \(String(cString: strerror(number)))"
    }

    package var description: String { message }
}
