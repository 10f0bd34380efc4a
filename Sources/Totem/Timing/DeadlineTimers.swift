internal import ClusterTypes

/// Turns deadlines that move with every token into few requests to the driver.
///
/// A deadline that moves later does not touch the armed timer: when that fires early, it is armed for the rest. So a rotating
/// token costs no timer traffic at all, and cancelling costs nothing either.
struct DeadlineTimers: Sendable, Equatable {
    private var deadlines: [Instant?]
    private var armed: [Instant?]

    init() {
        deadlines = Array(repeating: nil, count: RingTimer.allCases.count)
        armed = deadlines
    }

    func isSet(_ timer: RingTimer) -> Bool { deadlines[Int(timer.rawValue)] != nil }

    mutating func set(
        _ timer: RingTimer, at deadline: Instant, now: Instant, into effects: inout [RingProtocol.Effect]
    ) {
        let index = Int(timer.rawValue)
        deadlines[index] = deadline
        if let armedFor = armed[index], armedFor <= deadline { return }
        arm(timer, for: deadline, now: now, into: &effects)
    }

    mutating func clear(_ timer: RingTimer) { deadlines[Int(timer.rawValue)] = nil }

    /// How late it is, when the deadline has really passed; it is cleared then.
    mutating func expire(_ timer: RingTimer, now: Instant, into effects: inout [RingProtocol.Effect]) -> Duration? {
        let index = Int(timer.rawValue)
        armed[index] = nil
        guard let deadline = deadlines[index] else { return nil }
        if now < deadline {
            arm(timer, for: deadline, now: now, into: &effects)
            return nil
        }
        deadlines[index] = nil
        return now - deadline
    }

    /// Clears all and tells the driver.
    mutating func cancelAll(into effects: inout [RingProtocol.Effect]) {
        for timer in RingTimer.allCases {
            if armed[Int(timer.rawValue)] != nil { effects.append(.cancel(timer)) }
        }
        self = DeadlineTimers()
    }

    private mutating func arm(
        _ timer: RingTimer, for deadline: Instant, now: Instant, into effects: inout [RingProtocol.Effect]
    ) {
        armed[Int(timer.rawValue)] = deadline
        effects.append(.arm(timer, after: max(.zero, deadline - now)))
    }
}
