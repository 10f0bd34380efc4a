/// The `system` section of corosync.conf(5), as far as it means something here.
package struct SystemSettings: Sendable, Equatable {
    /// How the messaging thread is preferred to others.
    package enum Priority: Sendable, Equatable {
        /// The highest or lowest real-time priority.
        case highest, lowest
        /// An ordinary thread with this nice value, -20 to 19.
        case nice(Int32)

        /// `max`, `min`, or a nice value.
        init?(_ text: String) {
            switch text {
            case "max": self = .highest
            case "min": self = .lowest
            default:
                guard let number = Int32(text), (-20...19).contains(number) else { return nil }
                self = .nice(number)
            }
        }
    }

    /// `sched_rr`. Default yes.
    package var usesRealTime = true
    /// `priority`. Default `max`.
    package var priority = Priority.highest

    package init() {}
}
