internal import ClusterTypes

/// Whether a text is a date that rules can compare.
enum DateCheck {
    /// Why it is none, as the incumbents word it; `nil` when it is one.
    static func refusal(of text: String) -> String? {
        do {
            _ = try CivilTime(reading: text, clock: CivilClock(now: WallTime(seconds: 0)))
            return nil
        } catch {
            return error.message
        }
    }
}
