internal import ClusterTypes
internal import XMLTree

extension CIBDocument {
    /// Makes all edits of a change, or none.
    ///
    /// A change of the configuration is checked against the schema and raises `epoch`; a change of the status section
    /// raises `num_updates`; a change without effect raises nothing. Every single edit checks before it writes, so one
    /// edit of the status section, by far the most frequent change, works in place; others work on a copy.
    ///
    /// - Throws: `CIBFailure`; the document is then as before.
    @discardableResult
    package mutating func apply(_ change: CIBChange) throws(CIBFailure) -> CIBChangeSummary {
        let before = version
        if let expected = change.expectedVersion, expected != before {
            throw CIBFailure(.versionConflict, "the CIB is at version \(before), the request expects \(expected)")
        }
        var trace = EditTrace()
        if change.operations.count == 1, let operation = change.operations.first, operation.staysInStatus {
            try edit(operation, &trace)
            return finish(trace, before: before, origin: change.origin)
        }
        var draft = self
        for operation in change.operations { try draft.edit(operation, &trace) }
        guard draft.version >= before else {
            throw CIBFailure(
                .olderVersion, "the change would take the CIB from version \(before) back to \(draft.version)")
        }
        if trace.changedConfiguration {
            draft.root.completeSections()
            try draft.validate()
        }
        let summary = draft.finish(trace, before: before, origin: change.origin)
        self = draft
        return summary
    }

    /// Raises the version as the edits demand and writes who made them.
    private mutating func finish(_ trace: EditTrace, before: CIBVersion, origin: CIBOrigin) -> CIBChangeSummary {
        if trace.changedConfiguration {
            version = version.afterConfigurationChange
            root["cib-last-written"] = CivilTime(epoch: origin.seconds).asctime
            root["update-origin"] = origin.node
            root["update-client"] = origin.client
            root["update-user"] = origin.user
        } else if trace.changedStatus {
            version = version.afterStatusChange
        }
        return trace.summary(version: version)
    }

    private mutating func edit(_ operation: CIBOperation, _ trace: inout EditTrace) throws(CIBFailure) {
        switch operation {
        case .create(let element, let scope): try create(element, in: scope, &trace)
        case .modify(let element, let scope, let allowsCreation):
            try modify(element, in: scope, allowsCreation: allowsCreation, &trace)
        case .replace(let element, let scope, let allowsCreation):
            try replace(element, in: scope, allowsCreation: allowsCreation, &trace)
        case .delete(let element, let scope): try delete(element, in: scope, &trace)
        case .deleteMatching(let xpath, let all): try deleteMatching(xpath, all: all, &trace)
        case .erase: erase(&trace)
        case .bump: trace.noteReplacement(configuration: true, status: false)
        case .upgrade(let name): try upgrade(to: name, &trace)
        case .patch(let patch): try apply(patch, &trace)
        }
    }
}

extension CIBOperation {
    /// Whether the edit certainly reaches nothing outside the status section.
    fileprivate var staysInStatus: Bool {
        switch self {
        case .create(let element, let scope), .modify(let element, let scope, _), .replace(let element, let scope, _),
            .delete(let element, let scope):
            scope == .section(.status) && element.name != "cib" && CIBSection(rawValue: element.name) == nil
        case .deleteMatching, .erase, .bump, .upgrade, .patch: false
        }
    }
}

// MARK: - Edits of the whole

extension CIBDocument {
    private mutating func erase(_ trace: inout EditTrace) {
        let old = version
        var empty = CIBDocument()
        empty.root.attributes = root.attributes
        root = empty.root
        version = CIBVersion(
            adminEpoch: old.adminEpoch < .max ? old.adminEpoch + 1 : .max, epoch: old.epoch, updates: 0)
        trace.noteReplacement(configuration: true, status: true)
    }

    private mutating func upgrade(to name: String?, _ trace: inout EditTrace) throws(CIBFailure) {
        let target = name ?? Self.defaultSchema
        guard let version = SchemaVersion(named: target) else {
            throw CIBFailure(.unknownSchema, "the schema \"\(target)\" is not known here")
        }
        if case .version(let stated) = StatedSchema(root), stated >= version { return }
        let upgrade = try SchemaUpgrade(root, to: version)
        guard upgrade.version.name != schemaName else { return }
        root = upgrade.root
        trace.noteReplacement(configuration: true, status: false)
    }
}
