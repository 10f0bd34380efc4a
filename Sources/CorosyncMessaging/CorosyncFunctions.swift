internal import CCorosync
internal import Glibc

/// The functions of libcpg and libquorum, loaded when they are first wanted: a node that does not run on a Corosync needs
/// neither library.
struct CorosyncFunctions: Sendable {
    typealias Status = @Sendable @convention(c) (UInt64) -> cs_error_t

    let groupsInitialize:
        @Sendable @convention(c) (
            UnsafeMutablePointer<cpg_handle_t>, cpg_model_t, UnsafeMutablePointer<cpg_model_data_t>,
            UnsafeMutableRawPointer?
        ) -> cs_error_t
    let groupsFinalize: Status
    let groupsDescriptor: @Sendable @convention(c) (cpg_handle_t, UnsafeMutablePointer<Int32>) -> cs_error_t
    let groupsDispatch: @Sendable @convention(c) (cpg_handle_t, cs_dispatch_flags_t) -> cs_error_t
    let groupsContext:
        @Sendable @convention(c) (cpg_handle_t, UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> cs_error_t
    let groupsLocalNode: @Sendable @convention(c) (cpg_handle_t, UnsafeMutablePointer<UInt32>) -> cs_error_t
    let join: @Sendable @convention(c) (cpg_handle_t, UnsafePointer<cpg_name>) -> cs_error_t
    let leave: @Sendable @convention(c) (cpg_handle_t, UnsafePointer<cpg_name>) -> cs_error_t
    let multicast: @Sendable @convention(c) (cpg_handle_t, cpg_guarantee_t, UnsafePointer<iovec>, UInt32) -> cs_error_t
    let quorumInitialize:
        @Sendable @convention(c) (
            UnsafeMutablePointer<quorum_handle_t>, quorum_model_t, UnsafeMutablePointer<quorum_model_data_t>,
            UnsafeMutablePointer<UInt32>, UnsafeMutableRawPointer?
        ) -> cs_error_t
    let quorumFinalize: Status
    let quorumDescriptor: @Sendable @convention(c) (quorum_handle_t, UnsafeMutablePointer<Int32>) -> cs_error_t
    let quorumDispatch: @Sendable @convention(c) (quorum_handle_t, cs_dispatch_flags_t) -> cs_error_t
    let quorumContext: @Sendable @convention(c) (quorum_handle_t, UnsafeMutablePointer<UnsafeRawPointer?>) -> cs_error_t
    let quorumTrack: @Sendable @convention(c) (quorum_handle_t, UInt32) -> cs_error_t

    /// The libraries as they are on this machine, loaded once.
    static let loaded = Result { () throws(CorosyncFailure) in try CorosyncFunctions() }

    private init() throws(CorosyncFailure) {
        let groups = try Library("libcpg.so.4")
        let quorum = try Library("libquorum.so.5")
        groupsInitialize = try groups.function("cpg_model_initialize")
        groupsFinalize = try groups.function("cpg_finalize")
        groupsDescriptor = try groups.function("cpg_fd_get")
        groupsDispatch = try groups.function("cpg_dispatch")
        groupsContext = try groups.function("cpg_context_get")
        groupsLocalNode = try groups.function("cpg_local_get")
        join = try groups.function("cpg_join")
        leave = try groups.function("cpg_leave")
        multicast = try groups.function("cpg_mcast_joined")
        quorumInitialize = try quorum.function("quorum_model_initialize")
        quorumFinalize = try quorum.function("quorum_finalize")
        quorumDescriptor = try quorum.function("quorum_fd_get")
        quorumDispatch = try quorum.function("quorum_dispatch")
        quorumContext = try quorum.function("quorum_context_get")
        quorumTrack = try quorum.function("quorum_trackstart")
    }
}

/// A shared library that stays loaded until the process ends.
private struct Library {
    private let name: String
    private let handle: UnsafeMutableRawPointer

    init(_ name: String) throws(CorosyncFailure) {
        guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
            throw CorosyncFailure(
                "messaging: corosync needs Corosync's client libraries (packages libcpg4 and libquorum5): \(reason)")
        }
        self.name = name
        self.handle = handle
    }

    /// The function's type is the caller's word: it must be that of the library's header.
    func function<Function>(_ symbol: String) throws(CorosyncFailure) -> Function {
        guard let address = dlsym(handle, symbol) else { throw CorosyncFailure("\(name) has no function \(symbol)") }
        return unsafeBitCast(address, to: Function.self)
    }
}
