internal import ToolReports

/// What `crm_simulate` was asked to do.
package struct SimulateOptions: Sendable, Equatable {
    package enum Source: Sendable, Equatable {
        /// A file's path; `-` is standard input.
        case file(String)
        /// The running cluster.
        case live
    }

    package enum Help: String, Sendable {
        case main, all, output, operations, synthetic, artifact, source
    }

    package var source = Source.file("-")
    /// Schedules, and says what would change.
    package var processes = false
    /// Also carries it out, on paper.
    package var simulates = false
    /// Writes the outcome back to the input file.
    package var storesInPlace = false
    package var isQuiet = false
    package var verbosity = 0
    package var showsScores = false
    package var showsUtilization = false
    package var showsAttributes = false
    package var showsFailCounts = false
    package var showsAllActions = false
    package var graphFile: String?
    package var dotFile: String?
    package var saveInput: String?
    package var saveOutput: String?
    package var profileDirectory: String?
    package var repetitions = 1
    package var date: String?
    package var injections = Injections()
    /// Operations that are to fail when they are executed, `RESOURCE_TASK_INTERVAL@NODE=STATUS`.
    package var failingOperations: [String] = []
    package var outputFormat: String?
    package var outputFile: String?
    package var isFancy = false
    package var showsVersion = false
    package var help: Help?

    package init() {}
}

/// What is to be changed before anything is scheduled.
package struct Injections: Sendable, Equatable {
    package var nodesUp: [String] = []
    package var nodesDown: [String] = []
    package var nodesFailed: [String] = []
    /// Results that agents are to have reported, `RESOURCE_TASK_INTERVAL@NODE=STATUS`.
    package var operations: [String] = []
    package var quorum: String?
    package var watchdog: String?
    package var ticketsGranted: [String] = []
    package var ticketsRevoked: [String] = []
    package var ticketsStandby: [String] = []
    package var ticketsActivated: [String] = []

    /// Whether there is anything to do. Quorum alone does not count, as with the incumbent.
    package var isEmpty: Bool {
        var rest = self
        rest.quorum = nil
        return rest == Injections()
    }
}

/// What is wrong with the arguments.
package struct UsageFailure: Error, Equatable {
    package var message: String

    package init(message: String) { self.message = message }
}
