package import XMLTree

/// One thing to tell: a line for people and an element for programs.
package struct ReportEntry: Sendable, Equatable {
    package var text: String
    package var element: XMLElement

    package init(_ text: String, _ element: XMLElement) {
        self.text = text
        self.element = element
    }
}

/// A line of a status listing with how deep it is nested.
package struct StatusLine: Sendable, Equatable {
    package var depth: Int
    /// What the line is about, where a list says it in front: `Online`.
    package var label: String?
    package var text: String
    /// The title of the deeper lines that follow.
    package var isTitle: Bool

    package init(depth: Int, label: String? = nil, text: String, isTitle: Bool = false) {
        self.depth = depth
        self.label = label
        self.text = text
        self.isTitle = isTitle
    }
}
