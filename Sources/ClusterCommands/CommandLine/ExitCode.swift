/// What a command's exit status says: sysexits(3) and, above it, the incumbents' own codes, with their numbers.
///
/// - Source: crm_error(8), `crm_exit_t` of Pacemaker 2.1.
package enum ExitCode: Int32, Sendable, CaseIterable {
    case ok = 0
    case failure = 1
    case insufficientPrivileges = 4
    case notInstalled = 5
    /// The command line is wrong.
    case usage = 64
    /// What was given as data (XML, a configuration line) is wrong.
    case dataError = 65
    case noInput = 66
    case noUser = 67
    case noHost = 68
    /// The service cannot be used now.
    case unavailable = 69
    case software = 70
    case osError = 71
    case cannotCreate = 73
    case ioError = 74
    case temporaryFailure = 75
    case protocolError = 76
    case notPermitted = 77
    /// The configuration is wrong.
    case configuration = 78
    /// No connection to the cluster, or it ended.
    case disconnected = 102
    /// The document changed meanwhile: the expected version is not the present one.
    case outdated = 103
    case noSuchObject = 105
    case noQuorum = 106
    case unsafe = 107
    case exists = 108
    case timeout = 124
}
