extension DateTool {
    static let description = ToolDescription(
        name: "iso8601", summary: "Display and parse ISO 8601 dates and times",
        groups: [
            .init(
                name: "commands", title: "Commands:", help: "Show command options",
                options: [
                    .init("n", "now", "Display the current date/time"),
                    .init(
                        "d", "date",
                        "Parse an ISO 8601 date/time (for example,\n\(indent)'2019-09-24 00:30:00 +01:00' or '2019-040')",
                        value: "DATE"),
                    .init(
                        "p", "period",
                        "Parse an ISO 8601 period (interval) with start time (for example,\n\(indent)'2005-040/2005-043')",
                        value: "PERIOD"),
                    .init("D", "duration", "Parse an ISO 8601 duration (for example, 'P1M')", value: "DURATION"),
                    .init(
                        "E", "expected",
                        "Exit with error status if result does not match this text.\n\(indent)Requires: -n or -d",
                        value: "TEXT"),
                ]),
            .init(
                name: "modifiers", title: "Output modifiers:", help: "Show output modifiers",
                options: [
                    .init("s", "seconds", "Show result as a seconds since 0000-001 00:00:00Z"),
                    .init("S", "epoch", "Show result as a seconds since EPOCH (1970-001 00:00:00Z)"),
                    .init("L", "local", "Show result as a 'local' date/time"),
                    .init("O", "ordinal", "Show result as an 'ordinal' date/time"),
                    .init("W", "week", "Show result as an 'calendar week' date/time"),
                ]),
        ],
        epilogue: "For more information on the ISO 8601 standard, see https://en.wikipedia.org/wiki/ISO_8601")

    private static let indent = String(repeating: " ", count: 30)
}
