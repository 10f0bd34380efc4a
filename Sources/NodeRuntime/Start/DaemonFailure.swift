/// Why the daemon cannot start or had to end, with its exit status.
package struct DaemonFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Exit statuses, as sysexits(3) defines them where it does.
    package enum Status: Int32, Sendable {
        case failure = 1
        case usage = 64
        case noInput = 66
        case unavailable = 69
        case system = 71
        case configuration = 78
        /// This node was fenced: starting again by itself would not be wanted. Pacemaker's CRM_EX_FATAL.
        case fenced = 100
    }

    package let status: Status
    package let description: String

    package init(_ status: Status, _ description: String) {
        self.status = status
        self.description = description
    }
}
