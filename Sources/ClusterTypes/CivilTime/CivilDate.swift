/// A day of the proleptic Gregorian calendar.
///
/// - Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March there.
package struct CivilDate: Sendable, Equatable {
    package var year: Int64
    /// 1 to 12; others carry into the year when days are counted.
    package var month: Int64
    package var day: Int64

    package init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date of a day counted from 1970-01-01.
    package init(dayNumber: Int64) {
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// Days from 1970-01-01.
    package var dayNumber: Int64 {
        let monthIndex = month - 1
        let carry = monthIndex >= 0 ? monthIndex / 12 : -((-monthIndex + 11) / 12)
        let month = monthIndex - carry * 12 + 1
        let year = year + carry - (month <= 2 ? 1 : 0)
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The day before the year begins, as a number of days from 1970-01-01: where days of the year are counted from.
    package static func eve(ofYear year: Int64) -> Int64 { CivilDate(year: year, month: 1, day: 1).dayNumber - 1 }

    package static func daysIn(month: Int64, of year: Int64) -> Int64 {
        CivilDate(year: year, month: month + 1, day: 1).dayNumber
            - CivilDate(year: year, month: month, day: 1).dayNumber
    }

    package static func daysIn(year: Int64) -> Int64 { eve(ofYear: year + 1) - eve(ofYear: year) }

    /// 52 or 53: a year has the weeks whose Thursdays it has.
    package static func weeksIn(year: Int64) -> Int64 {
        let newYear = weekDay(ofDay: eve(ofYear: year) + 1)
        return newYear == 4 || weekDay(ofDay: eve(ofYear: year + 1) + 1) == 5 ? 53 : 52
    }

    /// 1 is Monday, 7 Sunday.
    package static func weekDay(ofDay dayNumber: Int64) -> Int64 { ((dayNumber + 3) % 7 + 7) % 7 + 1 }
}
