/// Exit codes of the incumbents' tools, and what they call them.
///
/// - Source: crm_error(8), `-l -X`.
enum ToolExit: Int32, Sendable {
    case ok = 0
    case error = 1
    case invalidParameter = 2
    case unimplemented = 3
    case usage = 64
    case dataError = 65
    case noInput = 66
    case cannotCreate = 73
    case protocolViolated = 76
    case configuration = 78
    case disconnected = 102
    case noSuchObject = 105
    case multiple = 109
    case expired = 110
    case notYetInEffect = 111
    case indeterminate = 112
    case unsatisfied = 113

    var message: String {
        switch self {
        case .ok: "OK"
        case .error: "Error occurred"
        case .invalidParameter: "Invalid parameter"
        case .unimplemented: "Unimplemented"
        case .usage: "Incorrect usage"
        case .dataError: "Invalid data given"
        case .noInput: "Input file not available"
        case .cannotCreate: "Cannot create output file"
        case .protocolViolated: "Protocol violated"
        case .configuration: "Invalid configuration"
        case .disconnected: "Not connected"
        case .noSuchObject: "No such object"
        case .multiple: "Multiple items match request"
        case .expired: "Requested item has expired"
        case .notYetInEffect: "Requested item is not yet in effect"
        case .indeterminate: "Could not determine status"
        case .unsatisfied: "Not applicable under current conditions"
        }
    }
}
