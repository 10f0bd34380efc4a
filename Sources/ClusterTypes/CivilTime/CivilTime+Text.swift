extension CivilTime {
    /// How a moment is written.
    package enum Style: Sendable, Equatable {
        /// `2014-05-07 00:28:00Z`
        case calendar
        /// `2014-127 00:28:00Z`
        case ordinal
        /// `2014-W19-3 00:28:00Z`
        case week
        /// Seconds since 0001-01-01.
        case seconds
        /// Seconds since 1970-01-01.
        case epoch
    }

    /// The moment as text, as the incumbents print it.
    ///
    /// - Parameter showsOffset: whether it is shown in its own zone (`12:00:00 +02:00`) rather than in UTC.
    package func text(_ style: Style = .calendar, showsOffset: Bool = false) -> String {
        let shown = showsOffset ? self : CivilTime(epoch: epoch)
        let day: String
        switch style {
        case .seconds: return String(epoch + 62_135_596_800)
        case .epoch: return String(epoch)
        case .calendar:
            let date = shown.date
            day = padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
        case .ordinal: day = "\(shown.date.year)-" + padded(shown.yearDay, 3)
        case .week: day = "\(shown.week.year)-W" + padded(shown.week.week, 2) + "-\(shown.weekDay)"
        }
        let clock = [shown.hour, shown.minute, shown.second].map { padded($0, 2) }.joined(separator: ":")
        return day + " " + clock + shown.zone
    }

    private var zone: String {
        guard offset != 0 else { return "Z" }
        let size = abs(offset)
        return (offset < 0 ? " -" : " +") + padded(size / 3600, 2) + ":" + padded(size / 60 % 60, 2)
    }

    /// The moment in its own zone: `2014-05-07 00:28:00Z`.
    package var description: String { text(showsOffset: true) }

    /// `Wed Oct  2 13:07:16 2013` in UTC, as asctime(3) writes it.
    package var asctime: String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekDays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let utc = CivilTime(epoch: epoch)
        let date = utc.date
        let clock = [utc.hour, utc.minute, utc.second].map { padded($0, 2) }.joined(separator: ":")
        return
            "\(weekDays[Int(utc.weekDay - 1)]) \(months[Int(date.month - 1)]) \(date.day < 10 ? " " : "")\(date.day) "
            + clock + " \(date.year)"
    }
}

extension CivilDuration {
    /// The length in words, as the incumbents print it: `   1 year  2 months  3 days 90 seconds (1 minute 30 seconds)`.
    package var text: String {
        func counted(_ count: Int64, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
        func spaced(_ text: String, _ width: Int, _ count: Int64) -> String {
            String(repeating: " ", count: max(0, width - String(count).utf8.count)) + text + " "
        }
        var text = ""
        if years != 0 { text += spaced(counted(years, "year"), 4, years) }
        if months != 0 { text += spaced(counted(months, "month"), 2, months) }
        if days != 0 { text += spaced(counted(days, "day"), 2, days) }
        if (-59...59).contains(seconds) {
            if text.isEmpty || seconds != 0 { text += counted(seconds, "second") }
            return text
        }
        let size = abs(seconds)
        let parts = [(size / 3600, "hour"), (size / 60 % 60, "minute"), (size % 60, "second")]
        let breakdown = parts.filter { $0.0 != 0 }.map { counted($0.0, $0.1) }.joined(separator: " ")
        return text + "\(seconds) seconds (\(breakdown))"
    }
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
