package import ClusterTypes
package import TransitionGraph

/// What a run of the scheduler came to.
package enum ScheduleOutcome: Sendable, Equatable {
    case computed(ComputedSchedule)
    /// The scheduler refused the document, crashed or took too long; the text says which.
    case failed(String)
}

/// The scheduler's answer as far as the controller needs it.
package struct ComputedSchedule: Sendable, Equatable {
    package var graph: TransitionGraph
    /// When the scheduler wants to be asked again (an expiring failure, a rule that changes with time), if ever.
    package var recheckAt: WallTime?
    /// Lines for the log: what will be done to which resource.
    package var summary: [String]
    /// Complaints about the configuration.
    package var warnings: [String]

    package init(graph: TransitionGraph, recheckAt: WallTime? = nil, summary: [String] = [], warnings: [String] = []) {
        self.graph = graph
        self.recheckAt = recheckAt
        self.summary = summary
        self.warnings = warnings
    }
}
