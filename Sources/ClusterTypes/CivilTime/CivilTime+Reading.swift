extension CivilTime {
    /// Reads a date with optional time and offset, a time alone, or `epoch`.
    ///
    /// Dates: `2014-05-07`, `20140507`, `2005-020`, `2009-W53-7`. A time follows after a space or `T`: `12`, `12:30`,
    /// `12:30:15`, `1230`, `123015`, `24:00`; then `Z` or an offset, also after a space: `+02:00`, `-0530`. What follows is ignored,
    /// so that the first half of a period can be read.
    ///
    /// - Parameter clock: the day of a time without date, and the offset of a time without zone; a date without time is in UTC.
    /// - Throws: the reason, as the incumbents word it.
    package init(reading text: some StringProtocol, clock: CivilClock) throws(CivilTimeFailure) {
        let reader = CivilTimeReader(text: String(text), clock: clock)
        self = try reader.read()
    }

    /// As `init(reading:clock:)`; `nil` when the text cannot be read.
    package init?(_ text: some StringProtocol, clock: CivilClock = CivilClock(now: WallTime(seconds: 0))) {
        guard let time = try? CivilTime(reading: text, clock: clock) else { return nil }
        self = time
    }
}

private struct CivilTimeReader {
    let text: String
    let bytes: [UInt8]
    let clock: CivilClock

    init(text: String, clock: CivilClock) {
        self.text = text
        self.clock = clock
        bytes = Array(text.utf8)
    }

    func read() throws(CivilTimeFailure) -> CivilTime {
        guard let first = bytes.first else {
            throw CivilTimeFailure(.date, "No ISO 8601 date/time specification given")
        }
        if first == UInt8(ascii: "T") { return try onToday(bytes[1...]) }
        if bytes.count > 2, bytes[2] == UInt8(ascii: ":") { return try onToday(bytes[...]) }
        if isEpoch { return CivilTime(epoch: 0) }
        let day = try dayNumber()
        let rest = bytes.drop { DateScanner.isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "W") }
        guard let separator = rest.first, separator == UInt8(ascii: " ") || separator == UInt8(ascii: "T") else {
            return CivilTime(dayNumber: day, second: 0, offset: 0)
        }
        return try time(rest.dropFirst(), onDay: day)
    }

    private func onToday(_ rest: ArraySlice<UInt8>) throws(CivilTimeFailure) -> CivilTime {
        try time(rest, onDay: clock.time.local.day)
    }

    private func time(_ rest: ArraySlice<UInt8>, onDay day: Int64) throws(CivilTimeFailure) -> CivilTime {
        CivilTime(dayNumber: day, second: try secondOfDay(rest), offset: try offset(rest))
    }

    private var isEpoch: Bool {
        guard bytes.count >= 5, String(decoding: bytes[..<5], as: UTF8.self).lowercased() == "epoch" else {
            return false
        }
        return bytes.count == 5 || bytes[5] == UInt8(ascii: "/") || DateScanner.isSpace(bytes[5])
    }

    // MARK: - Day

    private func refusal(_ reason: String = "") -> CivilTimeFailure {
        CivilTimeFailure(.date, "'\(text)' is not a valid ISO 8601 date/time specification" + reason)
    }

    private func dayNumber() throws(CivilTimeFailure) -> Int64 {
        var numbers = DateScanner.numbers([.number, .dash, .number, .dash, .number], in: bytes[...])
        if numbers.count == 1 {
            numbers = DateScanner.numbers([.number(4), .number(2), .number(2)], in: bytes[...])
        }
        if numbers.count == 3 { return try calendarDay(numbers[0], numbers[1], numbers[2]) }
        numbers = DateScanner.numbers([.number, .dash, .number], in: bytes[...])
        if numbers.count == 2 { return try ordinalDay(numbers[0], numbers[1]) }
        numbers = DateScanner.numbers(
            [.number, .dash, .literal(UInt8(ascii: "W")), .number, .dash, .number], in: bytes[...])
        if numbers.count == 3 { return try weekDay(numbers[0], numbers[1], numbers[2]) }
        throw refusal()
    }

    private func check(year: Int64) throws(CivilTimeFailure) {
        guard (1...Int64(Int32.max)).contains(year) else { throw refusal(" because '\(year)' is not a valid year") }
    }

    private func calendarDay(_ year: Int64, _ month: Int64, _ day: Int64) throws(CivilTimeFailure) -> Int64 {
        guard (1...12).contains(month) else { throw refusal(" because '\(month)' is not a valid month") }
        try check(year: year)
        guard day >= 1, day <= CivilDate.daysIn(month: month, of: year) else {
            throw refusal(" because '\(day)' is not a valid day of the month")
        }
        return CivilDate(year: year, month: month, day: day).dayNumber
    }

    private func ordinalDay(_ year: Int64, _ day: Int64) throws(CivilTimeFailure) -> Int64 {
        try check(year: year)
        let length = CivilDate.daysIn(year: year)
        guard day >= 1, day <= length else {
            throw refusal(" because '\(day)' is not a valid day of the year (max \(length))")
        }
        return CivilDate.eve(ofYear: year) + day
    }

    private func weekDay(_ year: Int64, _ week: Int64, _ day: Int64) throws(CivilTimeFailure) -> Int64 {
        try check(year: year)
        let weeks = CivilDate.weeksIn(year: year)
        guard week >= 1, week <= weeks else {
            throw refusal(" because '\(week)' is not a valid week of the year (max \(weeks))")
        }
        guard (1...7).contains(day) else { throw refusal(" because '\(day)' is not a valid day of the week") }
        // 4 January is in the first week.
        let fourth = CivilDate.eve(ofYear: year) + 4
        let monday = fourth - (CivilDate.weekDay(ofDay: fourth) - 1)
        return monday + (week - 1) * 7 + day - 1
    }

    // MARK: - Time and offset

    /// 0 to 86,400.
    private func secondOfDay(_ rest: ArraySlice<UInt8>) throws(CivilTimeFailure) -> Int64 {
        let colon = DateScanner.Piece.literal(UInt8(ascii: ":"))
        var numbers = DateScanner.numbers([.number, colon, .number, colon, .number], in: rest)
        if numbers.count == 1 { numbers = DateScanner.numbers([.number(2), .number(2), .number(2)], in: rest) }
        let text = String(decoding: rest, as: UTF8.self)
        guard !numbers.isEmpty else {
            throw CivilTimeFailure(.time, "\(text) is not a valid ISO 8601 time specification")
        }
        let hour = numbers[0]
        let minute = numbers.count > 1 ? numbers[1] : 0
        let second = numbers.count > 2 ? numbers[2] : 0
        func refusal(_ value: Int64, _ unit: String) -> CivilTimeFailure {
            CivilTimeFailure(
                .time, "\(text) is not a valid ISO 8601 time specification because \(value) is not a valid \(unit)")
        }
        let isMidnight = hour == 24 && minute == 0 && second == 0
        guard (0...23).contains(hour) || isMidnight else { throw refusal(hour, "hour") }
        guard (0...59).contains(minute) else { throw refusal(minute, "minute") }
        guard (0...59).contains(second) else { throw refusal(second, "second") }
        return hour * 3600 + minute * 60 + second
    }

    private func offset(_ rest: ArraySlice<UInt8>) throws(CivilTimeFailure) -> Int64 {
        // The second half of a period has dashes of its own.
        let rest = rest.prefix { $0 != UInt8(ascii: "/") }
        if rest.contains(UInt8(ascii: "Z")) { return 0 }
        guard let start = rest.firstIndex(where: { " +-".utf8.contains($0) }) else { return clock.offset }
        var zone = rest[start...].drop(while: DateScanner.isSpace)
        guard let first = zone.first else { return 0 }
        let isSigned = first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
        guard isSigned || DateScanner.isDigit(first) else { return 0 }
        if isSigned { zone = zone.dropFirst() }
        let seconds = try secondOfDay(zone)
        return first == UInt8(ascii: "-") ? -seconds : seconds
    }
}
