internal import Glibc

/// Why a transport could not start or change: what was tried, on what, and the reason.
package struct TransportFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    /// The failure of a call that has just set `errno`.
    package static func latest(_ attempt: String) -> TransportFailure {
        TransportFailure("\(attempt): \(String(cString: strerror(errno)))")
    }
}
