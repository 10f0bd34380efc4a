internal import Glibc

/// The users and groups that may connect besides root: the `uidgid` sections of corosync.conf(5).
package struct AccessList: Sendable {
    package private(set) var users: Set<UInt32> = []
    package private(set) var groups: Set<UInt32> = []
    /// Names that this machine does not know.
    package private(set) var unknown: [String] = []

    /// - Parameters:
    ///   - users: names or numbers.
    ///   - groups: names or numbers.
    package init(users: [String], groups: [String]) {
        for name in users {
            if let number = UInt32(name) ?? Self.user(name) { self.users.insert(number) } else { unknown.append(name) }
        }
        for name in groups {
            if let number = UInt32(name) ?? Self.group(name) {
                self.groups.insert(number)
            } else {
                unknown.append(name)
            }
        }
    }

    package func contains(user: UInt32, group: UInt32) -> Bool { users.contains(user) || groups.contains(group) }

    // At the start, before any thread: these calls share a buffer.
    private static func user(_ name: String) -> UInt32? { getpwnam(name)?.pointee.pw_uid }
    private static func group(_ name: String) -> UInt32? { getgrnam(name)?.pointee.gr_gid }
}
