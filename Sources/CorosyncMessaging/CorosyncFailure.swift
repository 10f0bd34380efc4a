/// Why a Corosync daemon cannot be used, or no longer.
package struct CorosyncFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// A function of a client library failed.
    init(_ function: String, _ code: UInt32) {
        description = "\(function) failed: \(Self.meaning(of: code)) (\(code))"
    }

    /// - Source: `cs_error_t` of corotypes.h.
    private static func meaning(of code: UInt32) -> String {
        switch code {
        case 2: "the connection to corosync is broken, or it does not run"
        case 5: "corosync did not answer in time"
        case 6: "corosync is busy"
        case 9: "corosync has closed the connection"
        case 11: "corosync does not permit it: root or a 'uidgid' section is needed"
        case 12: "corosync does not know it"
        case 14: "it exists already"
        case 18: "corosync is out of resources"
        case 100: "corosync does not permit it for security"
        default: "an error of corosync"
        }
    }
}
