package import ClusterTypes

/// Why a resource is where it is: the answer, free of any form.
package struct Explanation: Sendable {
    /// The resource that was asked about.
    package var resource: String
    /// The node of `--why-not`.
    package var absentFrom: String?
    /// The resource itself, or each member or instance of a collection.
    package var subjects: [SubjectExplanation]
    /// Single changes that would alter the decision, the smallest first.
    package var alterations: [FoundAlteration]
    /// When no single change does: several that do together, none of them superfluous.
    package var combination: FoundCombination?
    /// The smallest preference that would bring it to the node it is not on.
    package var neededPreference: NeededPreference?
    /// How many changes were tried.
    package var triedCount: Int
    /// What holds for the cluster as a whole: no quorum, maintenance mode …
    package var remarks: [String]
}

/// One primitive or instance.
package struct SubjectExplanation: Sendable {
    /// `web`, `ping:1`.
    package var name: String
    /// `ocf:heartbeat:IPaddr2`; `nil` when unknown.
    package var agent: String?
    package var outcome: Outcome
    /// What happens, as a sentence without full stop.
    package var headline: String
    /// Why that node, or why none.
    package var place: [String]
    /// Why it moves, stops, starts … now; empty when nothing happens.
    package var actions: [String]
    /// What is done besides: probes, monitors that begin or end, histories and fail counts that are cleared.
    package var besides: [String]
    /// The first reasons, in one or two sentences.
    package var brief: [String]
    /// The candidates, best first.
    package var candidates: [Candidate]
    /// The member of its group that decides its place.
    package var follows: String?
}

/// What happens to a resource.
package enum Outcome: String, Sendable {
    case stays, starts, stops, moves, migrates, restarts, recovers, reloads, promotes, demotes
    case staysStopped = "stays-stopped"
    /// It arrived by live migration: what is left of it on the node that it came from is stopped.
    case completesMigration = "completes-migration"
    /// It should start but cannot.
    case cannotStart = "cannot-start"
    /// It should stop but cannot.
    case cannotStop = "cannot-stop"
    /// The cluster leaves it alone.
    case unmanaged

    /// Whether the cluster does something, or would.
    package var isChange: Bool {
        switch self {
        case .stays, .staysStopped, .unmanaged: false
        case .starts, .stops, .moves, .migrates, .completesMigration, .restarts, .recovers, .reloads, .promotes,
            .demotes, .cannotStart,
            .cannotStop:
            true
        }
    }
}

/// A node as a place for a resource.
package struct Candidate: Sendable, Equatable {
    package var node: String
    /// `nil` when the node was not considered at all.
    package var score: Score?
    package var isChosen: Bool
    package var isCurrent: Bool
    /// Whether the node could run anything: online, not in standby …
    package var isUsable: Bool
    /// Why not there; for the chosen node why there.
    package var verdict: String
    package var terms: [ScoreTerm]
}

/// One part of a score.
package struct ScoreTerm: Sendable, Equatable {
    package var amount: Score
    /// Where it comes from.
    package var text: String
    /// The id of the constraint behind it.
    package var constraint: String?
    /// Counts for the promoted role rather than for the place.
    package var isForPromotion: Bool
}

/// A change of the configuration or the state that was tried, and what came of it.
package struct FoundAlteration: Sendable, Equatable {
    /// `remove-constraint`, `resource-stickiness`, `standby` …
    package var kind: String
    /// The constraint, resource, node, ticket or option that changes.
    package var object: String
    /// `without location constraint prefers-n1`
    package var text: String
    /// What the resource does then.
    package var result: String
    /// A command that makes the change; `nil` where there is none.
    package var command: String?
    /// For a constraint with a finite score: the score nearest to the present one that has the same effect.
    package var threshold: Score?
}

/// Several changes that alter the decision only together.
package struct FoundCombination: Sendable, Equatable {
    package var texts: [String]
    package var result: String
}

/// How much a location preference must be to bring a resource to a node.
package struct NeededPreference: Sendable, Equatable {
    /// The resource to prefer the node for: the one asked about, or one that it must be with.
    package var resource: String
    package var node: String
    /// `nil`: not even INFINITY.
    package var score: Score?
}
