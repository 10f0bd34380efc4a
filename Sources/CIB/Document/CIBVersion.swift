/// The version of a CIB: which of two copies is newer.
///
/// The administrator raises the first number to make one copy win; a change of the configuration raises the second and
/// resets the third; a change of the status section raises the third.
///
/// - Source: Pacemaker Explained, "CIB Properties": `admin_epoch`, `epoch`, `num_updates`.
package struct CIBVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var adminEpoch: UInt32
    package var epoch: UInt32
    package var updates: UInt32

    package init(adminEpoch: UInt32, epoch: UInt32, updates: UInt32) {
        self.adminEpoch = adminEpoch
        self.epoch = epoch
        self.updates = updates
    }

    /// The version of a CIB that nobody has changed yet; older than every other.
    package static let initial = CIBVersion(adminEpoch: 0, epoch: 0, updates: 0)

    package static func < (left: CIBVersion, right: CIBVersion) -> Bool {
        (left.adminEpoch, left.epoch, left.updates) < (right.adminEpoch, right.epoch, right.updates)
    }

    /// Whether both have the same configuration, as far as versions tell.
    package func sameConfiguration(as other: CIBVersion) -> Bool {
        adminEpoch == other.adminEpoch && epoch == other.epoch
    }

    /// The version after a change of the configuration. At the end of the range of `epoch` the administrator's number
    /// grows instead, so the result is always newer (except at the very last version, which stays).
    package var afterConfigurationChange: CIBVersion {
        if epoch < .max { return CIBVersion(adminEpoch: adminEpoch, epoch: epoch + 1, updates: 0) }
        if adminEpoch < .max { return CIBVersion(adminEpoch: adminEpoch + 1, epoch: 0, updates: 0) }
        return self
    }

    /// The version after a change of the status section; see `afterConfigurationChange` for the end of the range.
    package var afterStatusChange: CIBVersion {
        if updates < .max { return CIBVersion(adminEpoch: adminEpoch, epoch: epoch, updates: updates + 1) }
        return afterConfigurationChange
    }

    /// `admin_epoch.epoch.num_updates`, as the incumbents print it.
    package var description: String { "\(adminEpoch).\(epoch).\(updates)" }

    /// Reads `admin_epoch.epoch.num_updates`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt32($0) }
        guard parts.count == 3, let adminEpoch = parts[0], let epoch = parts[1], let updates = parts[2] else {
            return nil
        }
        self.init(adminEpoch: adminEpoch, epoch: epoch, updates: updates)
    }
}
