internal import XMLTree

extension CIBDocument {
    mutating func apply(_ patch: CIBPatch, _ trace: inout EditTrace) throws(CIBFailure) {
        if let source = patch.source, source != version {
            throw CIBFailure(.patchMismatch, "the patch is for version \(source), the CIB is at \(version)")
        }
        for change in patch.changes { try apply(change, &trace) }
        // A patch that names its source says where it leads; otherwise the version is kept here alone.
        if patch.source != nil, let target = patch.target, target > version {
            version = target
            trace.noteReplacement(configuration: false, status: true)
        }
    }

    private mutating func apply(_ change: CIBPatch.Change, _ trace: inout EditTrace) throws(CIBFailure) {
        switch change {
        case .create(let text, let position, let element):
            let path = try resolve(text)
            root.edit(at: path[...]) { parent in
                parent.children.insert(element, at: max(0, min(position, parent.children.count)))
            }
            trace.note(root, path, element)
        case .delete(let text, _):
            let path = try resolve(text)
            guard !path.isEmpty else { throw CIBFailure(.badRequest, "the root of a CIB cannot be deleted") }
            trace.note(root, path, root.element(at: path))
            root.remove(at: path)
        case .move(let text, let position):
            let path = try resolve(text)
            guard !path.isEmpty else { throw CIBFailure(.badRequest, "the root of a CIB cannot be moved") }
            let element = root.remove(at: path)
            root.edit(at: path.dropLast()) { parent in
                parent.children.insert(element, at: max(0, min(position, parent.children.count)))
            }
            trace.note(root, Array(path.dropLast()), element)
        case .modify(let text, let attributes):
            let path = try resolve(text)
            let changed = root.edit(at: path[...]) { $0.set(attributes, isRoot: path.isEmpty) }
            if let changed { trace.note(root, path, changed) }
        }
    }

    private func resolve(_ text: String) throws(CIBFailure) -> XMLIndexPath {
        guard let path = try PatchPath(text).resolve(in: root) else {
            throw CIBFailure(.patchMismatch, "there is no element \(text) in the CIB")
        }
        return path
    }
}

extension XMLElement {
    /// Sets and unsets attributes; returns an element of this name with those that changed, `nil` when none did. What
    /// follows from the edits, `epoch` and `num_updates` of the root, is left out.
    fileprivate mutating func set(_ attributes: [CIBPatch.Attribute], isRoot: Bool) -> XMLElement? {
        var changed = XMLElement(name, ["id": id])
        var hasChanged = false
        for attribute in attributes where self[attribute.name] != attribute.value {
            if isRoot, ["epoch", "num_updates"].contains(attribute.name) { continue }
            self[attribute.name] = attribute.value
            changed[attribute.name] = attribute.value ?? ""
            hasChanged = true
        }
        return hasChanged ? changed : nil
    }
}
