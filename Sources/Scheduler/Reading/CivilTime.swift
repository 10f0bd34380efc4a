import ClusterTypes

/// A calendar date and time of day with its offset from UTC: what rules compare.
///
/// - Source: ISO 8601; the forms that Pacemaker Explained allows in date expressions.
package struct CivilTime: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package var epoch: Int64
    /// Seconds east of UTC.
    package var offset: Int64 = 0

    package init(epoch: Int64, offset: Int64 = 0) {
        self.epoch = epoch
        self.offset = offset
    }

    /// Days since 1970-01-01 in the local calendar, and seconds within the day.
    private var local: (day: Int64, second: Int64) {
        let total = epoch &+ offset
        let day = total >= 0 ? total / 86_400 : -((-total + 86_399) / 86_400)
        return (day, total - day * 86_400)
    }

    struct Date: Equatable {
        var year: Int64
        var month: Int64
        var day: Int64
    }

    var date: Date { Self.date(ofDay: local.day) }
    var hour: Int64 { local.second / 3600 }
    var minute: Int64 { local.second / 60 % 60 }
    var second: Int64 { local.second % 60 }
    /// 1 to 366.
    var yearDay: Int64 { local.day - Self.day(of: Date(year: date.year, month: 1, day: 1)) + 1 }
    /// 1 is Monday, 7 Sunday.
    var weekDay: Int64 { ((local.day + 3) % 7 + 7) % 7 + 1 }

    /// The ISO week and the year it belongs to.
    var week: (year: Int64, week: Int64) {
        let thursday = local.day - (weekDay - 1) + 3
        let year = Self.date(ofDay: thursday).year
        return (year, (thursday - Self.day(of: Date(year: year, month: 1, day: 1))) / 7 + 1)
    }

    /// Days from 1970-01-01 of a proleptic Gregorian date; months beyond 1 to 12 carry into the year.
    static func day(of date: Date) -> Int64 {
        let monthIndex = date.month - 1
        let carry = monthIndex >= 0 ? monthIndex / 12 : -((-monthIndex + 11) / 12)
        let month = monthIndex - carry * 12 + 1
        let year = date.year + carry - (month <= 2 ? 1 : 0)
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func date(ofDay day: Int64) -> Date {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return Date(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    static func daysIn(month: Int64, of year: Int64) -> Int64 {
        day(of: Date(year: year, month: month + 1, day: 1)) - day(of: Date(year: year, month: month, day: 1))
    }

    /// Adds years and months with the day clipped to the new month, then the rest.
    func adding(_ duration: CivilDuration) -> CivilTime {
        let start = date
        let monthIndex = start.year * 12 + start.month - 1 + duration.years &* 12 &+ duration.months
        let year = monthIndex >= 0 ? monthIndex / 12 : -((-monthIndex + 11) / 12)
        let month = monthIndex - year * 12 + 1
        let clipped = min(start.day, Self.daysIn(month: month, of: year))
        let day = Self.day(of: Date(year: year, month: month, day: clipped)) &+ duration.days &+ duration.weeks &* 7
        let seconds = local.second &+ duration.hours &* 3600 &+ duration.minutes &* 60 &+ duration.seconds
        return CivilTime(epoch: day &* 86_400 &+ seconds &- offset, offset: offset)
    }

    /// `2014-05-07 00:28:00 Z`, as the incumbents print it.
    package var description: String {
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day = date
        let zone =
            offset == 0
            ? "Z" : (offset < 0 ? "-" : "+") + padded(abs(offset) / 3600, 2) + ":" + padded(abs(offset) / 60 % 60, 2)
        return padded(day.year, 4) + "-" + padded(day.month, 2) + "-" + padded(day.day, 2) + " " + padded(hour, 2) + ":"
            + padded(minute, 2) + ":" + padded(second, 2) + zone
    }
}

/// A length of time in calendar units.
struct CivilDuration: Sendable, Equatable {
    var years: Int64 = 0
    var months: Int64 = 0
    var weeks: Int64 = 0
    var days: Int64 = 0
    var hours: Int64 = 0
    var minutes: Int64 = 0
    var seconds: Int64 = 0

    init() {}

    /// The ISO form `P1Y2M3W4DT5H6M7S`, where the `T` matters only for an `M`; `nil` when malformed or a number has more than nine digits.
    init?(iso text: String) {
        var bytes = Array(text.utf8)[...]
        guard bytes.popFirst() == UInt8(ascii: "P"), !bytes.isEmpty else { return nil }
        var inTime = false
        while let first = bytes.first {
            if first == UInt8(ascii: "T") {
                inTime = true
                bytes = bytes.dropFirst()
                continue
            }
            let digits = bytes.prefix { (48...57).contains($0) }
            guard !digits.isEmpty, digits.count <= 9 else { return nil }
            let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
            bytes = bytes.dropFirst(digits.count)
            guard let unit = bytes.popFirst() else { return nil }
            switch (unit, inTime) {
            case (UInt8(ascii: "Y"), false): years = value
            case (UInt8(ascii: "M"), false): months = value
            case (UInt8(ascii: "W"), false): weeks = value
            case (UInt8(ascii: "D"), false): days = value
            case (UInt8(ascii: "H"), _): hours = value
            case (UInt8(ascii: "M"), true): minutes = value
            case (UInt8(ascii: "S"), _): seconds = value
            default: return nil
            }
        }
    }

    /// With months of 30 days and years of 365, for intervals.
    var approximateSeconds: Int64 {
        (years * 365 + months * 30 + weeks * 7 + days) * 86_400 + hours * 3600 + minutes * 60 + seconds
    }
}

// MARK: - Reading

extension CivilTime {
    /// Reads a date with optional time and offset (`2005-020T12:30`, `2014-05-07 00:28:00 Z`, `2009-W53-7`).
    ///
    /// - Parameter offset: seconds east of UTC of a time that names no zone.
    package init?(_ text: String, offset: Int64 = 0) {
        var parser = CivilTimeParser(text)
        guard let day = parser.day() else { return nil }
        guard let time = parser.timeOfDay(), let zone = parser.zone(default: offset), parser.isAtEnd else { return nil }
        self.init(epoch: day * 86_400 + time - zone, offset: zone)
    }
}

private struct CivilTimeParser {
    private var bytes: ArraySlice<UInt8>

    init(_ text: String) {
        bytes = Array(text.utf8)[...]
        while bytes.last == 32 { bytes.removeLast() }
    }

    var isAtEnd: Bool { bytes.isEmpty }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard bytes.first == byte else { return false }
        bytes = bytes.dropFirst()
        return true
    }

    private func digitCount() -> Int { bytes.prefix { (48...57).contains($0) }.count }

    private mutating func number(_ length: Int) -> Int64? {
        guard digitCount() >= length else { return nil }
        let value = bytes.prefix(length).reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
        bytes = bytes.dropFirst(length)
        return value
    }

    /// Days since 1970-01-01.
    mutating func day() -> Int64? {
        guard let year = number(4), year > 0 else { return nil }
        let newYear = CivilTime.day(of: .init(year: year, month: 1, day: 1))
        _ = skip(UInt8(ascii: "-"))
        if skip(UInt8(ascii: "W")) {
            guard let week = number(2), (1...53).contains(week) else { return nil }
            _ = skip(UInt8(ascii: "-"))
            guard let weekDay = number(1), (1...7).contains(weekDay) else { return nil }
            let fourth = newYear + 3
            let monday = fourth - ((fourth + 3) % 7 + 7) % 7
            return monday + (week - 1) * 7 + weekDay - 1
        }
        switch digitCount() {
        case 3:
            guard let yearDay = number(3), (1...366).contains(yearDay) else { return nil }
            return newYear + yearDay - 1
        case 2, 4:
            guard let month = number(2), (1...12).contains(month) else { return nil }
            _ = skip(UInt8(ascii: "-"))
            guard let day = number(2), (1...CivilTime.daysIn(month: month, of: year)).contains(day) else { return nil }
            return CivilTime.day(of: .init(year: year, month: month, day: day))
        default: return nil
        }
    }

    /// Seconds since midnight; 0 when the text ends with the date.
    mutating func timeOfDay() -> Int64? {
        while skip(32) {}
        if bytes.isEmpty { return 0 }
        _ = skip(UInt8(ascii: "T"))
        guard digitCount() >= 2, let hour = number(2), hour <= 24 else { return zoneFollows ? 0 : nil }
        var minute: Int64 = 0
        var second: Int64 = 0
        if skip(UInt8(ascii: ":")) || digitCount() >= 2 {
            guard let value = number(2), value < 60 else { return nil }
            minute = value
            if skip(UInt8(ascii: ":")) || digitCount() >= 2 {
                guard let value = number(2), value <= 60 else { return nil }
                second = value
            }
        }
        return hour * 3600 + minute * 60 + second
    }

    private var zoneFollows: Bool {
        bytes.first == UInt8(ascii: "Z") || bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-")
    }

    mutating func zone(default fallback: Int64) -> Int64? {
        while skip(32) {}
        if bytes.isEmpty { return fallback }
        if skip(UInt8(ascii: "Z")) { return 0 }
        let sign: Int64 = bytes.first == UInt8(ascii: "-") ? -1 : 1
        guard skip(UInt8(ascii: "-")) || skip(UInt8(ascii: "+")), let hours = number(2) else { return nil }
        _ = skip(UInt8(ascii: ":"))
        let minutes = digitCount() >= 2 ? number(2) ?? 0 : 0
        return sign * (hours * 3600 + minutes * 60)
    }
}
