/// What a tool of the incumbents' kind is called with: its options in groups, and what its help says.
struct ToolDescription: Sendable {
    struct Option: Sendable {
        /// The form with one dash.
        var letter: Character?
        /// The form with two dashes.
        var name: String
        /// What the help calls the value; empty when it has no name there.
        var value: String?
        var help: String
        /// Whether a value follows.
        var takesValue: Bool

        init(_ letter: Character?, _ name: String, _ help: String, value: String? = nil) {
            self.letter = letter
            self.name = name
            self.value = value
            self.help = help
            takesValue = value != nil
        }
    }

    struct Group: Sendable {
        /// After `--help-`.
        var name: String
        var title: String
        /// What `--help` says of `--help-NAME`.
        var help: String
        var options: [Option]
    }

    var name: String
    /// What stands below the usage line.
    var summary: String
    var groups: [Group]
    /// What stands at the end of the help.
    var epilogue: String

    /// The group of options for output, of tools that can answer in XML.
    static let outputGroup = Group(
        name: "output", title: "Output Options:", help: "Show output help",
        options: [
            Option(
                nil, "output-as", "Specify output format as one of: text (default), xml", value: "FORMAT"),
            Option(nil, "output-to", "Specify file name for output (or \"-\" for stdout)", value: "DEST"),
            Option(nil, "text-fancy", "Use more highly formatted output (requires --output-as=text)"),
        ])

    static let commonOptions = [
        Option("$", "version", "Display software version and exit"),
        Option("V", "verbose", "Increase debug output (may be specified multiple times)"),
    ]

    var options: [Option] { groups.flatMap(\.options) + Self.commonOptions }
}
