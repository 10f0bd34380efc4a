internal import Glibc

/// A call to the operating system that failed: which one, on what, and the reason it gave.
package struct SystemCallFailure: Error, Equatable, CustomStringConvertible {
    /// The call and its object, as in `open /etc/corosync/authkey`.
    package let operation: String
    /// The error number, as errno(3).
    package let code: Int32

    package init(_ operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// The failure of a call that has just returned -1, from `errno`.
    package static func latest(_ operation: String) -> SystemCallFailure {
        SystemCallFailure(operation, code: errno)
    }

    package var description: String { "\(operation): \(String(cString: strerror(code)))" }
}
