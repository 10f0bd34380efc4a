extension Duration {
    /// Reads a time as configuration and meta-data write it: `20`, `20s`, `5min`, `1500ms`; seconds when no unit is given.
    ///
    /// Units: `us`/`usec`, `ms`/`msec`, `s`/`sec`, `m`/`min`, `h`/`hr`, in either case; spaces around number and unit are
    /// allowed, and a fraction is cut off. `nil` for anything else, negative times included. Longer times than ten years
    /// are ten years, so that a few of them can be added to an instant.
    ///
    /// - Source: Pacemaker Explained, "Time specifications".
    package init?(timeText text: some StringProtocol) {
        let trimmed = text.utf8.drop { $0 == UInt8(ascii: " ") }
        let digits = trimmed.prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }
        guard let number = Int64(String(decoding: digits, as: UTF8.self)) else { return nil }
        var rest = trimmed.dropFirst(digits.count)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst().drop { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }
        }
        let unit = rest.filter { $0 != UInt8(ascii: " ") }
        let nanosecondsPerUnit: Int64
        switch String(decoding: unit, as: UTF8.self).lowercased() {
        case "", "s", "sec": nanosecondsPerUnit = 1_000_000_000
        case "ms", "msec": nanosecondsPerUnit = 1_000_000
        case "us", "usec": nanosecondsPerUnit = 1_000
        case "m", "min": nanosecondsPerUnit = 60_000_000_000
        case "h", "hr": nanosecondsPerUnit = 3_600_000_000_000
        default: return nil
        }
        let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: nanosecondsPerUnit)
        let tenYears: Int64 = 315_576_000_000_000_000
        self = .nanoseconds(overflow ? tenYears : min(nanoseconds, tenYears))
    }

    /// This time as `init(timeText:)` reads it, in the largest unit that loses nothing: `90s`, `1500ms`, `2h`.
    package var timeText: String {
        let nanoseconds = nanoseconds
        let units: [(text: String, length: Int64)] = [
            ("h", 3_600_000_000_000), ("min", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
        ]
        let unit = nanoseconds == 0 ? nil : units.first { nanoseconds % $0.length == 0 }
        guard let unit else { return nanoseconds == 0 ? "0s" : "\(nanoseconds / 1000)us" }
        return "\(nanoseconds / unit.length)\(unit.text)"
    }
}
