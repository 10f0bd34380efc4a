package import CIB
internal import XMLTree

/// What must be done to the cluster's configuration to make it equal to a draft.
package struct DraftPlan: Sendable, Equatable {
    package var operations: [CIBOperation]
    /// Whether whole sections are replaced, so that the configuration must still be the one the draft began with.
    package var needsSameVersion: Bool
}

extension ConfigurationDraft {
    /// The smallest edits by object: others may change other objects meanwhile.
    package var plan: DraftPlan {
        var plan = DraftPlan(operations: [], needsSameVersion: false)
        let old = base.configuration
        for section in configuration.children {
            guard let before = old.child(section.name) else {
                plan.operations.append(.create(section, in: .section(.configuration)))
                continue
            }
            if before != section { plan.compare(before, section) }
        }
        for section in old.children where configuration.child(section.name) == nil {
            plan.operations.append(.delete(XMLElement(section.name), in: .section(.configuration)))
        }
        return plan
    }
}

extension DraftPlan {
    fileprivate mutating func compare(_ old: XMLElement, _ new: XMLElement) {
        let keys = { (element: XMLElement) in element.children.map { $0.name + " " + ($0.id ?? "") } }
        let (oldKeys, newKeys) = (keys(old), keys(new))
        let oldSet = Set(oldKeys)
        let newSet = Set(newKeys)
        let hasIDs = (old.children + new.children).allSatisfy { $0.id != nil }
        let staying = oldKeys.filter(newSet.contains)
        // New objects are appended, so order must be as appending gives it; and each id must be there once.
        let isAppended = newKeys == staying + newKeys.filter { !oldSet.contains($0) }
        guard let section = CIBSection(rawValue: new.name), hasIDs, isAppended, oldSet.count == oldKeys.count else {
            operations.append(.replace(new, in: .section(.configuration)))
            needsSameVersion = true
            return
        }
        for child in old.children where !newSet.contains(child.name + " " + (child.id ?? "")) {
            operations.append(.delete(XMLElement(child.name, ["id": child.id]), in: .section(section)))
        }
        let present = Dictionary(zip(oldKeys, old.children)) { first, _ in first }
        for (key, child) in zip(newKeys, new.children) {
            let before = present[key]
            if let before, before != child { operations.append(.replace(child, in: .section(section))) }
            if before == nil { operations.append(.create(child, in: .section(section))) }
        }
    }
}
