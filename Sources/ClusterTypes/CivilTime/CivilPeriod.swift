/// A stretch of time between two moments.
///
/// - Source: ISO 8601 intervals: `start/end`, `start/duration`, `duration/end`.
package struct CivilPeriod: Sendable, Equatable {
    package var start: CivilTime
    package var end: CivilTime

    /// Reads a period; a duration alone begins now.
    ///
    /// - Throws: the reason, as the incumbents word it.
    package init(reading text: String, clock: CivilClock) throws(CivilTimeFailure) {
        guard !text.isEmpty else { throw CivilTimeFailure(.period, "No ISO 8601 time period given") }
        // Each half is read where it begins and ignores what follows it.
        let second = text.firstIndex(of: "/").map { text[text.index(after: $0)...] }
        func refusal(_ reason: String) -> CivilTimeFailure {
            CivilTimeFailure(.period, "'\(text)' is not a valid ISO 8601 time period because \(reason)")
        }
        if text.hasPrefix("P") {
            let duration = try CivilDuration(reading: text)
            guard let second else {
                start = clock.time
                end = start.adding(duration)
                return
            }
            guard !second.hasPrefix("P") else { throw refusal("it has two durations") }
            end = try CivilTime(reading: second, clock: clock)
            start = end.subtracting(duration)
        } else {
            start = try CivilTime(reading: text, clock: clock)
            guard let second else { throw refusal("it has no duration or ending time") }
            if second.hasPrefix("P") {
                end = start.adding(try CivilDuration(reading: second))
            } else {
                end = try CivilTime(reading: second, clock: clock)
            }
        }
    }
}
