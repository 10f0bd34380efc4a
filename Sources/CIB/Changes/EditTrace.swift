internal import XMLTree

/// Collects what the edits of a change touched.
struct EditTrace {
    private(set) var changedConfiguration = false
    private(set) var changedStatus = false
    private var resources: Set<String> = []
    private var nodeStates: Set<String> = []

    /// Notes an edit of the element at the end of `path`, and of what is below it in `edited`.
    mutating func note(_ root: XMLElement, _ path: XMLIndexPath, _ edited: XMLElement) {
        var current = root
        for (depth, index) in path.enumerated() {
            guard index < current.children.count else { break }  // The end of the path, just deleted.
            current = current.children[index]
            if depth == 0 { noteSection(current.name) }
            noteID(current)
        }
        if path.isEmpty { noteRoot(edited) }
        edited.forEachDescendant { noteID($0) }
    }

    /// The root carries versions and facts about the cluster; only its language belongs to the configuration.
    private mutating func noteRoot(_ edited: XMLElement) {
        if edited["validate-with"] != nil || edited["crm_feature_set"] != nil { changedConfiguration = true }
        changedStatus = true
        for child in edited.children { noteSection(child.name) }
    }

    private mutating func noteSection(_ name: String) {
        if name == "status" { changedStatus = true } else { changedConfiguration = true }
    }

    private mutating func noteID(_ element: XMLElement) {
        switch element.name {
        case "primitive", "group", "clone", "master", "bundle", "template", "lrm_resource":
            if let id = element.id { resources.insert(id) }
        case "node_state":
            if let id = element.id { nodeStates.insert(id) }
        default: break
        }
    }

    /// Notes that configuration or status were replaced as a whole.
    mutating func noteReplacement(configuration: Bool, status: Bool) {
        changedConfiguration = changedConfiguration || configuration
        changedStatus = changedStatus || status
    }

    func summary(version: CIBVersion) -> CIBChangeSummary {
        var summary = CIBChangeSummary(version: version)
        summary.changedConfiguration = changedConfiguration
        summary.changedStatus = changedStatus
        summary.resources = resources.sorted()
        summary.nodeStates = nodeStates.sorted()
        return summary
    }
}
