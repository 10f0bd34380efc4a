internal import Glibc

/// Instants as the tools write them, in one time zone.
package struct TimeText: Sendable {
    /// Seconds east of Greenwich at an instant.
    private let offset: @Sendable (Int64) -> Int64

    /// The zone of the machine, or the one that `TZ` names.
    package static let local = TimeText { instant in
        var time = time_t(instant)
        var parts = tm()
        guard localtime_r(&time, &parts) != nil else { return 0 }
        return Int64(parts.tm_gmtoff)
    }

    package static let universal = TimeText { _ in 0 }

    private init(offset: @escaping @Sendable (Int64) -> Int64) { self.offset = offset }

    /// `Thu Jan  1 00:00:00 1970`.
    package func local(_ instant: Int64) -> String {
        let date = CalendarDate(instant, offset(instant))
        let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = date.day < 10 ? " \(date.day)" : "\(date.day)"
        return "\(names[date.weekday]) \(months[date.month - 1]) \(day) \(date.clock) \(date.year)"
    }

    /// `1970-01-01 00:00:00Z`, or with the offset from Greenwich: `1970-01-01 01:00:00 +01:00`.
    package func zoned(_ instant: Int64) -> String {
        let offset = offset(instant)
        let date = CalendarDate(instant, offset)
        let zone =
            offset == 0
            ? "Z"
            : (offset < 0 ? " -" : " +") + CalendarDate.two(Int(abs(offset) / 3600)) + ":"
                + CalendarDate.two(Int(abs(offset) / 60 % 60))
        let day = "\(CalendarDate.four(date.year))-\(CalendarDate.two(date.month))-\(CalendarDate.two(date.day))"
        return "\(day) \(date.clock)\(zone)"
    }
}

/// A date of the Gregorian calendar, from an instant.
private struct CalendarDate {
    let year: Int
    let month: Int
    let day: Int
    /// From 0, Sunday.
    let weekday: Int
    let clock: String

    init(_ instant: Int64, _ offset: Int64) {
        // Far beyond any calendar the arithmetic would overflow; such instants are shown at its end.
        let limit: Int64 = 253_402_300_799
        let seconds = Swift.min(Swift.max(instant, -limit), limit) + offset
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = Int(seconds - days * 86_400)
        clock = [rest / 3600, rest / 60 % 60, rest % 60].map { Self.two($0) }.joined(separator: ":")
        weekday = Int(((days + 4) % 7 + 7) % 7)
        // Civil date from a count of days, with years that begin in March so that leap days are last.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    static func four(_ number: Int) -> String {
        String(repeating: "0", count: Swift.max(0, 4 - String(number).utf8.count)) + String(number)
    }
}
