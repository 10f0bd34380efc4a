/// How a command ended, as its exit status says it.
///
/// - Source: crm_error(8), `crm_error --exit --list`.
package enum ToolExit: Int32, Sendable {
    case ok = 0
    case error = 1
    case invalidParameter = 2
    case unimplemented = 3
    case insufficientPrivileges = 4
    case usage = 64
    case invalidData = 65
    case noInput = 66
    case software = 70
    case cannotCreate = 73
    case readOrWrite = 74
    case protocolViolated = 76
    case configuration = 78
    case notConnected = 102
    case noSuchObject = 105
    case notUnique = 109
    case expired = 110
    case notYetInEffect = 111
    case indeterminate = 112

    /// The words for it.
    package var message: String {
        switch self {
        case .ok: "OK"
        case .error: "Error occurred"
        case .invalidParameter: "Invalid parameter"
        case .unimplemented: "Unimplemented"
        case .insufficientPrivileges: "Insufficient privileges"
        case .usage: "Incorrect usage"
        case .invalidData: "Invalid data given"
        case .noInput: "Input file not available"
        case .software: "Internal software bug"
        case .cannotCreate: "Cannot create output file"
        case .readOrWrite: "I/O error occurred"
        case .protocolViolated: "Protocol violated"
        case .configuration: "Invalid configuration"
        case .notConnected: "Not connected"
        case .noSuchObject: "No such object"
        case .notUnique: "Multiple items match request"
        case .expired: "Requested item has expired"
        case .notYetInEffect: "Requested item is not yet in effect"
        case .indeterminate: "Could not determine status"
        }
    }

    /// The status for a call of the system that failed with this number.
    package init(systemError number: Int32) {
        switch number {
        case 2, 6: self = .noSuchObject  // ENOENT, ENXIO
        case 1, 13: self = .insufficientPrivileges  // EPERM, EACCES
        case 5: self = .readOrWrite  // EIO
        default: self = .error
        }
    }
}
