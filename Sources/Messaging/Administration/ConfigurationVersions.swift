internal import ClusterTypes

/// Compares the version of this node's configuration with those of the others when it meets them.
///
/// A node that comes with an old file must not take part: it would count votes or encrypt by yesterday's rules. Only the
/// first meeting decides, since a file that is being distributed differs for a while on running nodes.
///
/// - Source: `config_version` of corosync.conf(5); cmap.c.
struct ConfigurationVersions: Sendable {
    /// Of this node; 0 when the file has none, which never conflicts.
    var own: UInt64
    private(set) var highest: UInt64 = 0
    private var hasMetOthers = false
    private var isAlone = true

    init(own: UInt64) { self.own = own }

    mutating func synchronisationBegan(members: [NodeID]) {
        highest = own
        isAlone = members.count < 2
    }

    mutating func delivered(_ version: UInt64, isOwn: Bool) {
        if !isOwn { highest = max(highest, version) }
    }

    /// All members have told their versions.
    ///
    /// - Returns: false when this node must leave.
    mutating func activate() -> Bool {
        if isAlone || hasMetOthers { return true }
        hasMetOthers = true
        return own == 0 || highest == own
    }
}
