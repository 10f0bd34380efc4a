import ClusterTypes
import XMLTree

/// The work of one schedule: the result of each phase so far. A phase writes its own part and reads the earlier ones.
struct Scheduling {
    let cib: XMLElement
    let options: SchedulerOptions
    let references: References
    var state = ClusterState()
    var constraints = ConstraintSet()
    var placement = Placement()
    var spreadSums = SpreadSums()
    var plan = ActionPlan()
    var scoreLines: [ReportEntry] = []
    /// What is recorded for an explanation; `nil` when none was asked for.
    var ledger: LedgerRecorder?
    var parameterCache: [ParameterKey: [String: String]] = [:]
    var graphTemplates = GraphTemplates()
    /// Nesting of the propagation of requirements through the orderings.
    var propagationDepth = 0
    var postponedPropagation: [ActionIndex] = []
    var collectiveFlags = CollectiveFlags()
    /// How many placements of bundles are under way within each other.
    var bundleDepth = 0
    /// The action that stood for the earlier one of the edge applied last.
    var edgeFirst = ActionIndex(0)

    /// How many actions can never run.
    var stalledCount = 0

    /// Checks of parameters that wait for the placement of a container.
    var delayedChecks: [DelayedCheck] = []
    /// Recurring operations whose failure expired; they are scheduled again.
    var expiredRecurring: Set<ExpiredOperation> = []

    struct DelayedCheck {
        var element: XMLElement
        var resource: ResourceIndex
        var node: NodeIndex
        var isLastFailure: Bool
    }

    struct ExpiredOperation: Hashable {
        var resource: ResourceIndex
        var node: NodeIndex
        /// The id of the history entry.
        var entry: String
    }

    struct ParameterKey: Hashable {
        var resource: ResourceIndex
        var node: NodeIndex?
    }

    init(_ input: SchedulerInput) {
        cib = input.cib
        options = input.options
        references = References(input.cib)
        state.now = input.now
        if input.options.explains { ledger = LedgerRecorder() }
        state.utcOffset = input.utcOffset
    }
}
