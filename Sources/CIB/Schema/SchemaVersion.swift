/// A version of the CIB's language, as `validate-with` names it.
///
/// - Source: Pacemaker Explained, "Configuration Versions"; Pacemaker's `xml/` directory.
package struct SchemaVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let major: Int
    package let minor: Int

    init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    package static func < (left: SchemaVersion, right: SchemaVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// All versions that there are, oldest first.
    package static let all: [SchemaVersion] =
        [0, 2, 3].map { SchemaVersion(1, $0) } + (0...10).map { SchemaVersion(2, $0) }
        + (0...10).map { SchemaVersion(3, $0) } + [SchemaVersion(4, 0)]

    package static let newest = SchemaVersion(4, 0)

    /// The oldest version that the scheduler reads without an upgrade.
    package static let oldestRead = SchemaVersion(3, 0)

    /// The value of `validate-with`.
    package var name: String { "pacemaker-\(major).\(minor)" }
    package var description: String { name }

    /// The version of that name, in either case; `nil` for others, those of before 1.0 included.
    package init?(named name: String) {
        let name = name.lowercased()
        guard let version = Self.all.first(where: { $0.name == name }) else { return nil }
        self = version
    }

    /// Values of `validate-with` that say little about the language: drafts and forerunners of 1.0 and 1.2, and the draft
    /// of what comes next. A document that states one is read as the oldest version that it conforms to.
    package static let vagueNames: Set<String> = [
        "pacemaker-0.6", "transitional-0.6", "pacemaker-0.7", "pacemaker-1.1", "pacemaker-next",
    ]

    /// The value of `validate-with` that turns validation off.
    package static let unchecked = "none"
}
