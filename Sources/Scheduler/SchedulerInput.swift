package import ClusterTypes
package import XMLTree

/// Everything a schedule depends on: same input, same output.
package struct SchedulerInput: Sendable {
    /// The whole document: the `cib` element with `configuration` and `status`.
    package var cib: XMLElement
    /// The time at which rules and failure timeouts are judged.
    package var now: WallTime
    /// Seconds east of UTC: the zone in which rules name hours and days, and of times that name none. Default 0.
    package var utcOffset: Int64 = 0
    package var options: SchedulerOptions

    package init(cib: XMLElement, now: WallTime, options: SchedulerOptions = SchedulerOptions()) {
        self.cib = cib
        self.now = now
        self.options = options
    }
}

/// What the caller may choose beyond the document.
package struct SchedulerOptions: Sendable, Equatable {
    /// The number the graph carries as `transition_id`.
    package var transitionID: Int
    /// Records each contribution to each decision in `SchedulerOutput.ledger`.
    package var explains: Bool
    /// Fills `SchedulerOutput.scores`; off by default because the lines cost more than the placement itself.
    package var collectsScores: Bool

    /// Adds capacities and what is taken from them to `SchedulerOutput.scores`.
    package var collectsUtilization: Bool

    /// Fills `SchedulerOutput.status`.
    package var reportsStatus: Bool

    /// Fills the parts of a status that are shown on request only: node attributes and fail counts.
    package var reportsDetails: Bool

    /// Fills `SchedulerOutput.pictured`.
    package var picturesGraph: Bool

    /// Trusts digests that leave secret parameters out: for documents whose secrets were blanked, as simulations get.
    package var isSanitized: Bool

    /// Shows operations in flight in the status.
    package var showsPending: Bool

    /// Decides as the incumbent does also where that leads nowhere, as docs/differences.md lists it: for comparisons. Actions
    /// that can never run stay in the graph, former records hide present ones, and actions go through dead hosts.
    package var repeatsIncumbent = false

    package init(
        transitionID: Int = 1, explains: Bool = false, collectsScores: Bool = false,
        collectsUtilization: Bool = false, reportsStatus: Bool = false, reportsDetails: Bool = false,
        picturesGraph: Bool = false, isSanitized: Bool = false, showsPending: Bool = true
    ) {
        self.isSanitized = isSanitized
        self.showsPending = showsPending
        self.picturesGraph = picturesGraph
        self.transitionID = transitionID
        self.explains = explains
        self.collectsScores = collectsScores
        self.collectsUtilization = collectsUtilization
        self.reportsStatus = reportsStatus
        self.reportsDetails = reportsDetails
    }
}
