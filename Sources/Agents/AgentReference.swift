/// Names an agent: `ocf:heartbeat:IPaddr2`, `systemd:nginx`, `lsb:apache2`, `stonith:fence_ipmilan`.
package struct AgentReference: Hashable, Sendable, CustomStringConvertible {
    package var standard: AgentStandard
    /// Only for `ocf`.
    package var provider: String?
    package var type: String

    package init(_ standard: AgentStandard, provider: String? = nil, _ type: String) {
        self.standard = standard
        self.provider = provider
        self.type = type
    }

    package var description: String {
        [standard.rawValue, provider, type].compactMap { $0 }.joined(separator: ":")
    }

    /// Whether provider and type can be names of files in an agent folder: not empty, no `/`, not `.` or `..`, no NUL.
    ///
    /// Both come from the CIB and become part of a path, so an invocation is only made when this holds.
    package var isWellFormed: Bool {
        let nameIsSafe = { (name: String) in
            !name.isEmpty && name.utf8.count <= 255 && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 }
                && name != "." && name != ".." && !name.hasPrefix("-")
        }
        if standard == .ocf { return nameIsSafe(type) && nameIsSafe(provider ?? "") }
        return nameIsSafe(type) && provider == nil
    }
}

/// How an agent is called and what its exit codes mean: the `class` of a primitive.
///
/// - Source: Pacemaker Explained, "Resource Classes".
package enum AgentStandard: String, Hashable, Sendable, CaseIterable {
    /// Open Cluster Framework, resource agent API 1.1.
    case ocf
    /// A unit of the service manager.
    case systemd
    /// An init script.
    case lsb
    /// Whatever of `systemd` and `lsb` this machine has.
    case service
    /// A fence device.
    case stonith
}
