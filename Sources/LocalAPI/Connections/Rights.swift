internal import Glibc

/// The user and group of the process at the other end of a Unix socket: `struct ucred` of unix(7).
struct PeerCredentials: Equatable {
    var processID: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
}

/// Decides who may use the local API: root, the daemon's own user, and the members of one group.
///
/// Remembers what it found, for a minute, so that a slow user database cannot hold up the connections one by one.
struct Rights {
    private struct Finding {
        var name: String
        var isAllowed: Bool
        var isValidUntil: Int
    }

    private let group: String
    private let ownUser = geteuid()
    private var findings: [UInt32: Finding] = [:]

    init(group: String) { self.group = group }

    /// - Returns: the user's name (its number when it has none) and whether it may use the API.
    mutating func check(_ peer: PeerCredentials) -> (name: String, isAllowed: Bool) {
        if peer.user == 0 { return ("root", true) }
        let now = time(nil)
        if let finding = findings[peer.user], finding.isValidUntil > now { return (finding.name, finding.isAllowed) }
        let name = Self.name(of: peer.user)
        let isAllowed = peer.user == ownUser || isMember(name, peer.group)
        // Users who may not come in could otherwise fill the memory, one entry each.
        if findings.count >= 1024 { findings = [:] }
        let finding = Finding(name: name ?? String(peer.user), isAllowed: isAllowed, isValidUntil: now + 60)
        findings[peer.user] = finding
        return (finding.name, finding.isAllowed)
    }

    private static func name(of user: UInt32) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
        else {
            return nil
        }
        return String(cString: name)
    }

    private func isMember(_ name: String?, _ primary: UInt32) -> Bool {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        guard getgrnam_r(group, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return false }
        if entry.gr_gid == primary { return true }
        guard let name else { return false }
        var count: Int32 = 4096
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, primary, &groups, &count) >= 0 else { return false }
        return groups.prefix(Int(max(0, count))).contains(entry.gr_gid)
    }
}
