import Testing

@testable import ClusterTypes

/// 2026-03-04 12:00:00Z, seen from a zone one hour east.
private let clock = CivilClock(now: WallTime(seconds: 1_772_625_600), offset: 3600)

@Suite struct CivilTimeTests {
    @Test(arguments: [
        ("2005-01-02", "2005-01-02 00:00:00Z"), ("20050102", "2005-01-02 00:00:00Z"),
        ("2005-020", "2005-01-20 00:00:00Z"), ("2009-W53-7", "2010-01-03 00:00:00Z"),
        ("2009-W01-1", "2008-12-29 00:00:00Z"), ("2020-366", "2020-12-31 00:00:00Z"),
        ("2005-01-02 12:30Z", "2005-01-02 12:30:00Z"), ("2005-01-02T123015Z", "2005-01-02 12:30:15Z"),
        ("2005-01-02T12:30:15 -05:30", "2005-01-02 12:30:15 -05:30"), ("2005-01-02 24:00:00Z", "2005-01-03 00:00:00Z"),
        ("2005-01-02 12:30", "2005-01-02 12:30:00 +01:00"), ("T08Z", "2026-03-04 08:00:00Z"),
        ("08:15", "2026-03-04 08:15:00 +01:00"), ("epoch", "1970-01-01 00:00:00Z"),
        ("2005-01-02/P1Y", "2005-01-02 00:00:00Z"), ("2005-01-02 12:30+02:00", "2005-01-02 12:30:00 +02:00"),
        ("2005-01-02T12:30:15-0530", "2005-01-02 12:30:15 -05:30"),
        ("2005-01-02 12:30/2006-01-01", "2005-01-02 12:30:00 +01:00"),
    ])
    func reads(_ text: String, _ expected: String) throws {
        #expect(try CivilTime(reading: text, clock: clock).description == expected)
    }

    @Test(arguments: [
        ("", "No ISO 8601 date/time specification given"),
        ("soon", "'soon' is not a valid ISO 8601 date/time specification"),
        (
            "2005-13-01",
            "'2005-13-01' is not a valid ISO 8601 date/time specification because '13' is not a valid month"
        ),
        (
            "2005-02-29",
            "'2005-02-29' is not a valid ISO 8601 date/time specification because '29' is not a valid day of the month"
        ),
        (
            "2005-366",
            "'2005-366' is not a valid ISO 8601 date/time specification because '366' is not a valid day of the year (max 365)"
        ),
        (
            "2005-W53-1",
            "'2005-W53-1' is not a valid ISO 8601 date/time specification because '53' is not a valid week of the year (max 52)"
        ),
        ("2005-01-01 25", "25 is not a valid ISO 8601 time specification because 25 is not a valid hour"),
        ("2005-01-01 12:61", "12:61 is not a valid ISO 8601 time specification because 61 is not a valid minute"),
        (
            "0000-01-01",
            "'0000-01-01' is not a valid ISO 8601 date/time specification because '0' is not a valid year"
        ),
    ])
    func refuses(_ text: String, _ reason: String) {
        let failure = #expect(throws: CivilTimeFailure.self) { try CivilTime(reading: text, clock: clock) }
        #expect(failure?.message == reason)
    }

    @Test func writesEachStyle() throws {
        let time = try CivilTime(reading: "2020-12-31 23:00:00 -02:00", clock: clock)
        #expect(time.text() == "2021-01-01 01:00:00Z")
        #expect(time.text(showsOffset: true) == "2020-12-31 23:00:00 -02:00")
        #expect(time.text(.ordinal) == "2021-001 01:00:00Z")
        #expect(time.text(.week) == "2020-W53-5 01:00:00Z")
        #expect(time.text(.epoch) == "1609462800")
        #expect(time.text(.seconds) == "63745059600")
        #expect(CivilTime(epoch: 1_380_719_236).asctime == "Wed Oct  2 13:07:16 2013")
    }

    /// Leap days and month ends, as the incumbents add them.
    @Test(arguments: [
        ("2020-02-29", "P1Y", "2021-03-01 00:00:00Z"), ("2020-12-31", "P1Y", "2021-12-31 00:00:00Z"),
        ("2020-01-31", "P1M", "2020-02-29 00:00:00Z"), ("2020-11-30", "P3M", "2021-02-28 00:00:00Z"),
        ("2020-03-31", "P-1M", "2020-02-29 00:00:00Z"), ("2020-02-28", "P1W2DT36H", "2020-03-09 12:00:00Z"),
    ])
    func adds(_ date: String, _ duration: String, _ expected: String) throws {
        let sum = try CivilTime(reading: date, clock: clock).adding(CivilDuration(reading: duration))
        #expect(sum.description == expected)
    }

    @Test func everyDayIsItself() {
        for day in stride(from: Int64(-719_162), through: 2_932_896, by: 97) {
            let date = CivilDate(dayNumber: day)
            #expect(date.dayNumber == day && date.day <= CivilDate.daysIn(month: date.month, of: date.year))
        }
    }
}

@Suite struct CivilDurationTests {
    @Test(arguments: [
        ("P1Y", "   1 year "), ("P2Y3M4D", "   2 years  3 months  4 days "), ("P2WT0S", "14 days "),
        ("PT59S", "59 seconds"), ("PT1H1M1S", "3661 seconds (1 hour 1 minute 1 second)"),
        ("P1MT1M", " 1 month 60 seconds (1 minute)"),
        ("P-1D", "-1 days "),
    ])
    func saysInWords(_ text: String, _ words: String) throws { #expect(try CivilDuration(reading: text).text == words) }

    @Test("a duration of no length is none", arguments: ["P", "PT", "P0D", "PT0S", "P0M0D", "P/2026-01-01"])
    func refusesNothing(_ text: String) { #expect(CivilDuration(text) == nil) }

    @Test(arguments: ["", "1Y", "P", "PX", "P1", "P1.5D", "P1Y2", "P99999999999D", "P4000000000D", "PT999999999H"])
    func refuses(_ text: String) { #expect(CivilDuration(text) == nil) }

    @Test(arguments: [
        ("2005-040/2005-043", "2005-02-09 00:00:00Z", "2005-02-12 00:00:00Z"),
        ("2005-040/P1M", "2005-02-09 00:00:00Z", "2005-03-09 00:00:00Z"),
        ("P1M/2005-03-31", "2005-02-28 00:00:00Z", "2005-03-31 00:00:00Z"),
    ])
    func readsPeriods(_ text: String, _ start: String, _ end: String) throws {
        let period = try CivilPeriod(reading: text, clock: clock)
        #expect(period.start.description == start && period.end.description == end)
    }

    @Test(arguments: ["", "2005-040", "P1Y/P1Y", "P1Y/x", "x/P1Y", "2005-040/"])
    func refusesPeriods(_ text: String) {
        #expect(throws: CivilTimeFailure.self) { try CivilPeriod(reading: text, clock: clock) }
    }
}

/// Whatever the text, reading ends, and what was read can be written, read again and calculated with.
@Suite struct CivilReadingFuzz {
    @Test func anyTextIsReadOrRefused() {
        var random = SeededGenerator(seed: 7)
        let letters = Array("0123456789-:+TWZP/ .,YMDHSe\u{e9}".utf8)
        var readCount = 0
        for _ in 0..<20_000 {
            let length = Int(random.next() % 24)
            let text = String(
                decoding: (0..<length).map { _ in letters[Int(random.next() % UInt64(letters.count))] }, as: UTF8.self)
            let duration = CivilDuration(text)
            if let time = CivilTime(text, clock: clock) {
                readCount += 1
                #expect(CivilTime(time.description, clock: clock)?.epoch == time.epoch || time.date.year > 9999)
                if let duration { _ = (time.adding(duration).text(.week), time.subtracting(duration).text(.ordinal)) }
            }
            _ = (try? CivilPeriod(reading: text, clock: clock), duration?.text, duration?.approximateSeconds)
        }
        #expect(readCount > 50)
    }

    @Test func theEndsOfTimeHold() throws {
        let far = try CivilDuration(reading: "P2147483647Y2147483647M2147483647DT2147483647S")
        for epoch in [Int64.min, 0, .max] {
            let time = CivilTime(epoch: epoch, offset: -86_400)
            _ = (time.adding(far).text(.week), time.subtracting(far).text(), time.week, time.yearDay)
        }
    }
}
