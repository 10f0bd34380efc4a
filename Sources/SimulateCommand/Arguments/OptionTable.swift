/// One option: how it is written, what it is good for, and what it does.
struct SimulateOption: Sendable {
    enum Group: String, Sendable, CaseIterable {
        case output, operations, synthetic, artifact, source, application

        var title: String {
            switch self {
            case .output: "Output Options"
            case .operations: "Operations"
            case .synthetic: "Synthetic Cluster Events"
            case .artifact: "Artifact Options"
            case .source: "Data Source"
            case .application: "Application Options"
            }
        }
    }

    enum Effect: Sendable {
        case flag(@Sendable (inout SimulateOptions) -> Void)
        /// Takes a value, named so in the help.
        case value(String, @Sendable (inout SimulateOptions, String) -> Void)
        case number(String, @Sendable (inout SimulateOptions, Int) -> Void)
    }

    var group: Group
    var short: Character?
    var long: String
    /// The lines of its help; none for an option that is understood but not shown.
    var help: [String]
    var effect: Effect

    init(_ group: Group, _ short: Character?, _ long: String, _ help: String..., effect: Effect) {
        self.group = group
        self.short = short
        self.long = long
        self.help = help
        self.effect = effect
    }
}

extension SimulateOption {
    private static let specification = "See `Operation Specification` help for more information."

    /// All options, in the order of the help.
    ///
    /// - Source: crm_simulate(8).
    static let all: [SimulateOption] = output + operations + synthetic + artifact + source + application

    private static let output: [SimulateOption] = [
        SimulateOption(
            .output, nil, "output-as", "Specify output format as one of: text (default), xml",
            effect: .value("FORMAT") { $0.outputFormat = $1 }),
        SimulateOption(
            .output, nil, "output-to", "Specify file name for output (or \"-\" for stdout)",
            effect: .value("DEST") { $0.outputFile = $1 }),
        SimulateOption(
            .output, nil, "text-fancy", "Use more highly formatted output (requires --output-as=text)",
            effect: .flag { $0.isFancy = true }),
    ]

    private static let operations: [SimulateOption] = [
        SimulateOption(
            .operations, "R", "run",
            "Process the supplied input and show what actions the cluster will take in response",
            effect: .flag { $0.processes = true }),
        SimulateOption(
            .operations, "S", "simulate",
            "Like --run, but also simulate taking those actions and show the resulting new status",
            effect: .flag { ($0.processes, $0.simulates) = (true, true) }),
        SimulateOption(
            .operations, "X", "in-place", "Like --simulate, but also store the results back to the input file",
            effect: .flag { ($0.processes, $0.simulates, $0.storesInPlace) = (true, true, true) }),
        SimulateOption(
            .operations, "A", "show-attrs", "Show node attributes", effect: .flag { $0.showsAttributes = true }),
        SimulateOption(
            .operations, "c", "show-failcounts", "Show resource fail counts",
            effect: .flag { $0.showsFailCounts = true }),
        SimulateOption(
            .operations, "s", "show-scores", "Show allocation scores",
            effect: .flag { ($0.processes, $0.showsScores) = (true, true) }),
        SimulateOption(
            .operations, "U", "show-utilization", "Show utilization information",
            effect: .flag { ($0.processes, $0.showsUtilization) = (true, true) }),
        SimulateOption(
            .operations, "P", "profile", "Process all the XML files in the named directory to create profiling data",
            effect: .value("DIR") { $0.profileDirectory = $1 }),
        SimulateOption(
            .operations, "N", "repeat", "With --profile, repeat each test N times and print timings",
            effect: .number("N") { $0.repetitions = $1 }),
        // Operations in flight are always shown; scripts still ask for it.
        SimulateOption(.operations, "j", "pending", effect: .flag { _ in }),
    ]

    private static let synthetic: [SimulateOption] = [
        SimulateOption(
            .synthetic, "u", "node-up", "Simulate bringing a node online",
            effect: .value("NODE") { $0.injections.nodesUp.append($1) }),
        SimulateOption(
            .synthetic, "d", "node-down", "Simulate taking a node offline",
            effect: .value("NODE") { $0.injections.nodesDown.append($1) }),
        SimulateOption(
            .synthetic, "f", "node-fail", "Simulate a node failing",
            effect: .value("NODE") { $0.injections.nodesFailed.append($1) }),
        SimulateOption(
            .synthetic, "i", "op-inject", "Generate a failure for the cluster to react to in the simulation.",
            specification, effect: .value("OPSPEC") { $0.injections.operations.append($1) }),
        SimulateOption(
            .synthetic, "F", "op-fail",
            "If the specified task occurs during the simulation, have it fail with return code ${rc}.",
            "The transition will normally stop at the failed action.",
            "Save the result with --save-output and re-run with --xml-file.", specification,
            effect: .value("OPSPEC") {
                ($0.processes, $0.simulates) = (true, true)
                $0.failingOperations.append($1)
            }),
        SimulateOption(
            .synthetic, "t", "set-datetime",
            "Set date/time (ISO 8601 format, see https://en.wikipedia.org/wiki/ISO_8601)",
            effect: .value("DATETIME") { $0.date = $1 }),
        SimulateOption(
            .synthetic, "q", "quorum", "Set to '1' (or 'true') to indicate cluster has quorum",
            effect: .value("QUORUM") { $0.injections.quorum = $1 }),
        SimulateOption(
            .synthetic, "w", "watchdog", "Set to '1' (or 'true') to indicate cluster has an active watchdog device",
            effect: .value("DEVICE") { $0.injections.watchdog = $1 }),
        SimulateOption(
            .synthetic, "g", "ticket-grant", "Simulate granting a ticket",
            effect: .value("TICKET") { $0.injections.ticketsGranted.append($1) }),
        SimulateOption(
            .synthetic, "r", "ticket-revoke", "Simulate revoking a ticket",
            effect: .value("TICKET") { $0.injections.ticketsRevoked.append($1) }),
        SimulateOption(
            .synthetic, "b", "ticket-standby", "Simulate making a ticket standby",
            effect: .value("TICKET") { $0.injections.ticketsStandby.append($1) }),
        SimulateOption(
            .synthetic, "e", "ticket-activate", "Simulate activating a ticket",
            effect: .value("TICKET") { $0.injections.ticketsActivated.append($1) }),
    ]

    private static let artifact: [SimulateOption] = [
        SimulateOption(
            .artifact, "I", "save-input", "Save the input configuration to the named file",
            effect: .value("FILE") { $0.saveInput = $1 }),
        SimulateOption(
            .artifact, "O", "save-output", "Save the output configuration to the named file",
            effect: .value("FILE") { $0.saveOutput = $1 }),
        SimulateOption(
            .artifact, "G", "save-graph", "Save the transition graph (XML format) to the named file",
            effect: .value("FILE") { ($0.processes, $0.graphFile) = (true, $1) }),
        SimulateOption(
            .artifact, "D", "save-dotfile", "Save the transition graph (DOT format) to the named file",
            effect: .value("FILE") { ($0.processes, $0.dotFile) = (true, $1) }),
        SimulateOption(
            .artifact, "a", "all-actions",
            "Display all possible actions in DOT graph (even if not part of transition)",
            effect: .flag { $0.showsAllActions = true }),
    ]

    private static let source: [SimulateOption] = [
        SimulateOption(
            .source, "L", "live-check", "Connect to CIB manager and use the current CIB contents as input",
            effect: .flag { $0.source = .live }),
        SimulateOption(
            .source, "x", "xml-file", "Retrieve XML from the named file",
            effect: .value("FILE") { $0.source = .file($1) }),
        SimulateOption(
            .source, "p", "xml-pipe", "Retrieve XML from stdin", effect: .flag { $0.source = .file("-") }),
    ]

    private static let application: [SimulateOption] = [
        SimulateOption(
            .application, "$", "version", "Display software version and exit", effect: .flag { $0.showsVersion = true }
        ),
        SimulateOption(
            .application, "V", "verbose", "Increase debug output (may be specified multiple times)",
            effect: .flag { $0.verbosity += 1 }),
        SimulateOption(
            .application, "Q", "quiet", "Display only essential output", effect: .flag { $0.isQuiet = true }),
    ]
}
