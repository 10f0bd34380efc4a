package import ClusterTypes
package import XMLTree

/// How a moment lies to what a `date_expression` allows.
package enum DateJudgement: Sendable, Equatable {
    case within, before, after
    /// A date, a number or a range in it cannot be read, or something needed is missing.
    case malformed
}

/// The condition of a rule that asks about the time.
///
/// - Source: Pacemaker Explained, "Date/Time Expressions"; behaviour of Pacemaker 3.0.
package struct DateExpression: Sendable {
    let element: XMLElement
    let clock: CivilClock

    package init(_ element: XMLElement, clock: CivilClock) {
        self.element = element
        self.clock = clock
    }

    /// Judges the present.
    ///
    /// - Returns: and, where it is known, when the judgement will change, in seconds since the epoch.
    package func judge() -> (judgement: DateJudgement, nextChange: Int64?) {
        guard element.id != nil else { return (.malformed, nil) }
        return switch element["operation"]?.lowercased() {
        case nil, "in_range": judgeRange()
        case "date_spec": (element.child("date_spec").map(judge(specification:)) ?? .malformed, nil)
        case "gt": judgeAfterStart()
        case "lt": judgeBeforeEnd()
        default: (.malformed, nil)
        }
    }

    private func time(_ name: String) -> CivilTime?? { element[name].map { CivilTime($0, clock: clock) } }
    private var now: Int64 { clock.now.seconds }

    private func judgeAfterStart() -> (DateJudgement, Int64?) {
        guard case let start?? = time("start") else { return (.malformed, nil) }
        return now > start.epoch ? (.within, nil) : (.before, start.epoch + 1)
    }

    private func judgeBeforeEnd() -> (DateJudgement, Int64?) {
        guard case let end?? = time("end") else { return (.malformed, nil) }
        return now < end.epoch ? (.within, end.epoch) : (.after, nil)
    }

    private func judgeRange() -> (DateJudgement, Int64?) {
        let start = time("start")
        var end = time("end")
        if case .some(nil) = start { return (.malformed, nil) }
        if case .some(nil) = end { return (.malformed, nil) }
        if start == nil && end == nil { return (.malformed, nil) }
        if end == nil, let duration = element.child("duration"), case let start?? = start {
            guard let length = CivilDuration(element: duration) else { return (.malformed, nil) }
            end = .some(start.adding(length))
        }
        if case let start?? = start, now < start.epoch { return (.before, start.epoch) }
        if case let end?? = end { return now > end.epoch ? (.after, nil) : (.within, end.epoch + 1) }
        return (.within, nil)
    }

    /// The fields are looked at in this order; the first that does not hold decides.
    private func judge(specification: XMLElement) -> DateJudgement {
        let now = clock.time
        let (date, week) = (now.date, now.week)
        let fields: [(String, Int64)] = [
            ("years", date.year), ("months", date.month), ("monthdays", date.day), ("hours", now.hour),
            ("minutes", now.minute), ("seconds", now.second), ("yeardays", now.yearDay), ("weekyears", week.year),
            ("weeks", week.week), ("weekdays", now.weekDay),
        ]
        for (name, value) in fields {
            guard let text = specification[name] else { continue }
            guard let range = NumberRange(text) else { return .malformed }
            if let low = range.low, value < low { return .before }
            if let high = range.high, value > high { return .after }
        }
        return .within
    }
}

/// `5`, `5-10`, `5-`, `-10`.
struct NumberRange: Equatable {
    var low: Int64?
    var high: Int64?

    /// `nil` when it is none of these.
    init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        func number(_ part: Substring) -> Int64?? {
            if part.isEmpty { return .some(nil) }
            let digits = part.drop { $0.isASCII && $0.isWhitespace }
            return Int64(digits).map { .some($0) }
        }
        guard let first = parts.first, let low = number(first) else { return nil }
        self.low = low
        guard parts.count == 2 else {
            high = low
            guard low != nil else { return nil }
            return
        }
        guard let high = number(parts[1]), low != nil || high != nil else { return nil }
        self.high = high
    }
}

extension CivilDuration {
    /// The `duration` element of a date expression; `nil` when a number in it is malformed or out of range.
    init?(element: XMLElement) {
        self.init()
        let units: [(String, WritableKeyPath<CivilDuration, Int64>, Int64)] = [
            ("years", \.years, 1), ("months", \.months, 1), ("weeks", \.days, 7), ("days", \.days, 1),
            ("hours", \.seconds, 3600), ("minutes", \.seconds, 60), ("seconds", \.seconds, 1),
        ]
        for (name, field, factor) in units {
            guard let text = element[name] else { continue }
            guard let value = Int32(text) else { return nil }
            self[keyPath: field] += Int64(value) * factor
        }
    }
}
