internal import XMLTree

// The status section, as a document has it.
extension XMLElement {
    /// The entry of a node of that name in the status section of a document.
    func nodeState(named name: String?) -> XMLElement? {
        child("status")?.children("node_state").first { $0["uname"] == name }
    }

    /// What the entry of a node holds of resources.
    var histories: [XMLElement] { child("lrm")?.child("lrm_resources")?.children ?? [] }
}
