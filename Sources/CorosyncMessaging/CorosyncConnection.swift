internal import CCorosync
internal import ClusterTypes
internal import Glibc

/// The two connections to a Corosync daemon; nothing here knows an order or keeps a state.
///
/// Confined to one thread. Every call waits for corosync's answer.
final class CorosyncConnection {
    /// How a request went that may be made again.
    enum Answer { case done, busy }

    /// Filled by the callbacks while `dispatch` runs.
    private final class Inbox {
        var notices: [CorosyncNotice] = []
    }

    /// Readable when the libraries have something to say; and which node corosync says this is.
    struct Descriptors {
        var groups: Int32 = -1
        var quorum: Int32 = -1
        var localNode = NodeID(0)
    }

    private let functions: CorosyncFunctions
    private let inbox = Inbox()
    private let groups: cpg_handle_t
    private let quorum: quorum_handle_t
    /// False: corosync runs without a quorum provider.
    let hasQuorum: Bool

    /// Connects, and asks for every change of quorum.
    init() throws(CorosyncFailure) {
        functions = try CorosyncFunctions.loaded.get()
        let context = Unmanaged.passUnretained(inbox).toOpaque()
        groups = try Self.openGroups(functions, context)
        var kind: UInt32 = 0
        do throws(CorosyncFailure) {
            (quorum, kind) = try Self.openQuorum(functions, context)
        } catch {
            _ = functions.groupsFinalize(groups)
            throw error
        }
        hasQuorum = kind == UInt32(QUORUM_SET)
    }

    /// What a new connection must learn before it is of use; `close` it when that fails.
    func begin() throws(CorosyncFailure) -> Descriptors {
        var descriptors = Descriptors()
        try Self.check("cpg_fd_get", functions.groupsDescriptor(groups, &descriptors.groups))
        try Self.check("quorum_fd_get", functions.quorumDescriptor(quorum, &descriptors.quorum))
        var local: UInt32 = 0
        try Self.check("cpg_local_get", functions.groupsLocalNode(groups, &local))
        descriptors.localNode = NodeID(local)
        if hasQuorum {
            let flags = UInt32(CS_TRACK_CURRENT | CS_TRACK_CHANGES)
            try Self.check("quorum_trackstart", functions.quorumTrack(quorum, flags))
        }
        return descriptors
    }

    func close() {
        _ = functions.groupsFinalize(groups)
        _ = functions.quorumFinalize(quorum)
    }

    /// What both libraries have to say now, each in its order.
    func dispatch() throws(CorosyncFailure) -> [CorosyncNotice] {
        try Self.check("cpg_dispatch", functions.groupsDispatch(groups, CS_DISPATCH_ALL), allowsBusy: true)
        try Self.check("quorum_dispatch", functions.quorumDispatch(quorum, CS_DISPATCH_ALL), allowsBusy: true)
        defer { inbox.notices.removeAll(keepingCapacity: true) }
        return inbox.notices
    }

    func join(_ group: GroupName) throws(CorosyncFailure) -> Answer {
        var name = group.corosyncName
        return try Self.answer("cpg_join", functions.join(groups, &name))
    }

    func leave(_ group: GroupName) throws(CorosyncFailure) -> Answer {
        var name = group.corosyncName
        return try Self.answer("cpg_leave", functions.leave(groups, &name))
    }

    func multicast(_ payload: inout [UInt8]) throws(CorosyncFailure) -> Answer {
        let functions = functions
        let groups = groups
        let status = payload.withUnsafeMutableBytes { bytes in
            var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
            return functions.multicast(groups, CPG_TYPE_AGREED, &part, 1)
        }
        return try Self.answer("cpg_mcast_joined", status)
    }

    private static func answer(_ function: String, _ status: cs_error_t) throws(CorosyncFailure) -> Answer {
        if status == CS_ERR_TRY_AGAIN { return .busy }
        try check(function, status)
        return .done
    }

    private static func check(
        _ function: String, _ status: cs_error_t, allowsBusy: Bool = false
    ) throws(CorosyncFailure) {
        if status == CS_OK || allowsBusy && status == CS_ERR_TRY_AGAIN { return }
        throw CorosyncFailure(function, UInt32(status.rawValue))
    }
}

// The callbacks. The context of a handle is the connection's inbox, which lives as long as the handle.
extension CorosyncConnection {
    private static func openGroups(
        _ functions: CorosyncFunctions, _ context: UnsafeMutableRawPointer
    ) throws(CorosyncFailure) -> cpg_handle_t {
        var data = cpg_model_v1_data_t()
        data.model = CPG_MODEL_V1
        data.flags = UInt32(CPG_MODEL_V1_DELIVER_INITIAL_TOTEM_CONF)
        data.cpg_deliver_fn = { handle, _, node, process, bytes, count in
            let payload = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count)
            CorosyncConnection.inbox(ofGroups: handle)?.notices.append(
                .delivered(GroupMember(node: NodeID(node), processID: process), Array(payload)))
        }
        data.cpg_confchg_fn = { handle, _, members, memberCount, left, leftCount, joined, joinedCount in
            CorosyncConnection.inbox(ofGroups: handle)?.notices.append(
                .groupChanged(
                    members: CorosyncConnection.addresses(members, memberCount).map(\.member),
                    joined: CorosyncConnection.addresses(joined, joinedCount).map(\.change),
                    left: CorosyncConnection.addresses(left, leftCount).map(\.change)))
        }
        data.cpg_totem_confchg_fn = { handle, ring, count, members in
            let ring = RingID(representative: NodeID(ring.nodeid), sequence: ring.seq)
            let nodes = UnsafeBufferPointer(start: members, count: members == nil ? 0 : Int(count)).map { NodeID($0) }
            CorosyncConnection.inbox(ofGroups: handle)?.notices.append(.ringEntered(ring, members: nodes))
        }
        var handle: cpg_handle_t = 0
        let status = withUnsafeMutablePointer(to: &data) { pointer in
            pointer.withMemoryRebound(to: cpg_model_data_t.self, capacity: 1) {
                functions.groupsInitialize(&handle, CPG_MODEL_V1, $0, context)
            }
        }
        try check("cpg_model_initialize", status)
        return handle
    }

    private static func openQuorum(
        _ functions: CorosyncFunctions, _ context: UnsafeMutableRawPointer
    ) throws(CorosyncFailure) -> (quorum_handle_t, kind: UInt32) {
        var data = quorum_model_v1_data_t()
        data.model = QUORUM_MODEL_V1
        data.quorum_notify_fn = { handle, isQuorate, ring, count, members in
            let ring = RingID(representative: NodeID(ring.nodeid), sequence: ring.seq)
            let nodes = UnsafeBufferPointer(start: members, count: members == nil ? 0 : Int(count)).map { NodeID($0) }
            CorosyncConnection.inbox(ofQuorum: handle)?.notices.append(
                .quorumDecided(isQuorate: isQuorate != 0, ring, members: nodes))
        }
        data.nodelist_notify_fn = { _, _, _, _, _, _, _, _ in }
        var handle: quorum_handle_t = 0
        var kind: UInt32 = 0
        let status = withUnsafeMutablePointer(to: &data) { pointer in
            pointer.withMemoryRebound(to: quorum_model_data_t.self, capacity: 1) {
                functions.quorumInitialize(&handle, QUORUM_MODEL_V1, $0, &kind, context)
            }
        }
        try check("quorum_model_initialize", status)
        return (handle, kind)
    }

    private static func inbox(ofGroups handle: cpg_handle_t) -> Inbox? {
        guard case .success(let functions) = CorosyncFunctions.loaded else { return nil }
        var context: UnsafeMutableRawPointer?
        guard functions.groupsContext(handle, &context) == CS_OK, let context else { return nil }
        return Unmanaged<Inbox>.fromOpaque(context).takeUnretainedValue()
    }

    private static func inbox(ofQuorum handle: quorum_handle_t) -> Inbox? {
        guard case .success(let functions) = CorosyncFunctions.loaded else { return nil }
        var context: UnsafeRawPointer?
        guard functions.quorumContext(handle, &context) == CS_OK, let context else { return nil }
        return Unmanaged<Inbox>.fromOpaque(context).takeUnretainedValue()
    }

    private static func addresses(
        _ start: UnsafePointer<cpg_address>?, _ count: Int
    ) -> UnsafeBufferPointer<cpg_address> {
        UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
    }
}

extension cpg_address {
    fileprivate var member: GroupMember { GroupMember(node: NodeID(nodeid), processID: pid) }

    /// An unknown reason is the least that it can be: that a process ended or came.
    fileprivate var change: GroupMembershipChange {
        GroupMembershipChange(member, GroupChangeReason(rawValue: reason) ?? .processDown)
    }
}

extension GroupName {
    fileprivate var corosyncName: cpg_name {
        var name = cpg_name()
        name.length = UInt32(bytes.count)
        withUnsafeMutableBytes(of: &name.value) { $0.copyBytes(from: bytes) }
        return name
    }
}
