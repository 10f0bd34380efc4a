/// What a step from one role to the next does.
enum RoleChange { case stop, start, promote, demote }

/// How a resource gets from one role to another, as two tables: the next role on the way, and what that step does.
///
/// - Source: Pacemaker Explained, roles of promotable clones.
enum RoleTransitions {
    private static let steps: [[Role]] = [
        // towards unknown, stopped, started, unpromoted, promoted
        [.unknown, .stopped, .stopped, .stopped, .stopped],  // from unknown
        [.stopped, .stopped, .started, .unpromoted, .unpromoted],  // from stopped
        [.stopped, .stopped, .started, .unpromoted, .promoted],  // from started
        [.stopped, .stopped, .stopped, .unpromoted, .promoted],  // from unpromoted
        [.stopped, .unpromoted, .unpromoted, .unpromoted, .promoted],  // from promoted
    ]

    private static let changes: [[RoleChange?]] = [
        // to unknown, stopped, started, unpromoted, promoted
        [nil, .stop, nil, nil, nil],  // from unknown
        [nil, nil, .start, .start, nil],  // from stopped
        [nil, .stop, nil, nil, .promote],  // from started
        [nil, .stop, .stop, nil, .promote],  // from unpromoted
        [nil, .demote, .demote, .demote, nil],  // from promoted
    ]

    static func step(from role: Role, towards goal: Role) -> Role { steps[Int(role.rawValue)][Int(goal.rawValue)] }

    /// `nil` when the step needs no action.
    static func change(from role: Role, to next: Role) -> RoleChange? {
        changes[Int(role.rawValue)][Int(next.rawValue)]
    }
}
