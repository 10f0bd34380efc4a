/// A moment as `cib-last-written` states it: `Wed Oct  2 13:07:16 2013`, in UTC on every node so that replicas are equal.
struct CivilTime {
    let seconds: Int64

    var text: String {
        // Beyond the year 9999 nothing sensible can be said; the bound also keeps the arithmetic in range.
        let seconds = max(0, min(self.seconds, 253_402_300_799))
        let days = seconds / 86400
        let time = seconds % 86400
        let (year, month, day) = Self.date(daysSince1970: days)
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let clock = [time / 3600, time / 60 % 60, time % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(weekdays[Int(days % 7)]) \(names[month - 1]) \(day < 10 ? " " : "")\(day) "
            + clock.joined(separator: ":") + " \(year)"
    }

    /// - Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March there.
    private static func date(daysSince1970: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSince1970 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5) + 1
        let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month, day)
    }
}
