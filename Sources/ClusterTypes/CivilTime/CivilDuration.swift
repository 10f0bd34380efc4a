/// A length of time in calendar units: years and months have no length until they are added to a date.
///
/// - Source: ISO 8601 durations, `P1Y2M3W4DT5H6M7S`.
package struct CivilDuration: Sendable, Equatable {
    package var years: Int64 = 0
    package var months: Int64 = 0
    package var days: Int64 = 0
    package var seconds: Int64 = 0

    package init(years: Int64 = 0, months: Int64 = 0, days: Int64 = 0, seconds: Int64 = 0) {
        self.years = years
        self.months = months
        self.days = days
        self.seconds = seconds
    }

    /// The length with months of 30 days and years of 365, for intervals; saturates.
    package var approximateSeconds: Int64 {
        let (product, overflow) = (years * 365 + months * 30 + days).multipliedReportingOverflow(by: 86_400)
        return overflow ? (years < 0 ? .min : .max) : product + seconds
    }
}

extension CivilTime {
    /// Adds the years, then the months with the day clipped to the month, then days and seconds.
    ///
    /// A year keeps the number of the day in the year, so 29 February plus a year is 1 March, and the 366th day plus a year
    /// is 31 December: the incumbents' arithmetic.
    package func adding(_ duration: CivilDuration) -> CivilTime {
        let start = local
        let year = max(1, min(date.year + duration.years, Int64(Int32.max)))
        return moved(
            toDay: yearDay, of: year, months: duration.months, clipsYear: true,
            seconds: duration.days * 86_400 + start.second + duration.seconds)
    }

    /// Goes back by the years, the months, then days and seconds; see `adding(_:)`.
    package func subtracting(_ duration: CivilDuration) -> CivilTime {
        let start = local
        let year = max(1, min(date.year - duration.years, Int64(Int32.max)))
        return moved(
            toDay: yearDay, of: year, months: -duration.months, clipsYear: false,
            seconds: start.second - duration.days * 86_400 - duration.seconds)
    }

    private func moved(
        toDay yearDay: Int64, of year: Int64, months: Int64, clipsYear: Bool, seconds: Int64
    ) -> CivilTime {
        let length = CivilDate.daysIn(year: year)
        let day: Int64
        if yearDay > length, clipsYear || months > 0, months >= 0 {
            // There is no 366th day to count months from.
            day = CivilDate.eve(ofYear: year) + length
        } else if months == 0 {
            day = CivilDate.eve(ofYear: year) + yearDay
        } else {
            let from = CivilDate(dayNumber: CivilDate.eve(ofYear: year) + yearDay)
            let index = from.year * 12 + from.month - 1 + months
            let newYear = index >= 0 ? index / 12 : -((-index + 11) / 12)
            let month = index - newYear * 12 + 1
            let last = CivilDate.daysIn(month: month, of: newYear)
            day = CivilDate(year: newYear, month: month, day: min(from.day, last)).dayNumber
        }
        return CivilTime(dayNumber: day, second: seconds, offset: offset)
    }
}
