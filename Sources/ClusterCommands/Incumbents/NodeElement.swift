internal import XMLTree

/// A node as the configuration has it.
struct NodeElement {
    var id: String
    var name: String
    private var element: XMLElement

    init(_ element: XMLElement) {
        self.element = element
        id = element.id ?? ""
        name = element["uname"] ?? ""
    }

    /// The values of its `instance_attributes` or `utilization`.
    func values(in setName: String) -> [NameValue] { element.values(in: setName) }
}
