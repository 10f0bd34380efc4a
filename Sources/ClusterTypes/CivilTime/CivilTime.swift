/// A calendar date and time of day with its offset from UTC: what rules compare, and what people read.
///
/// Years are 1 to 2,147,483,647, as the incumbents have them.
///
/// - Source: ISO 8601; the forms that Pacemaker Explained allows in date expressions.
package struct CivilTime: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package var epoch: Int64
    /// Seconds east of UTC.
    package var offset: Int64

    /// - Parameters:
    ///   - epoch: taken to the nearest second within the years above.
    ///   - offset: at most a day in either direction.
    package init(epoch: Int64, offset: Int64 = 0) {
        self.epoch = max(Self.earliest, min(epoch, Self.latest))
        self.offset = max(-86_400, min(offset, 86_400))
    }

    /// The moment on a day, counted from 1970-01-01, and a second of it in local time.
    init(dayNumber: Int64, second: Int64, offset: Int64) {
        self.init(epoch: dayNumber * 86_400 + second - offset, offset: offset)
    }

    private static let earliest: Int64 = -62_135_596_800
    private static let latest: Int64 = 67_767_976_233_446_399
}

// MARK: - Fields

extension CivilTime {
    /// Days since 1970-01-01 in the local calendar, and seconds within the day.
    var local: (day: Int64, second: Int64) {
        let total = epoch + offset
        let day = total >= 0 ? total / 86_400 : -((-total + 86_399) / 86_400)
        return (day, total - day * 86_400)
    }

    package var date: CivilDate { CivilDate(dayNumber: local.day) }
    package var hour: Int64 { local.second / 3600 }
    package var minute: Int64 { local.second / 60 % 60 }
    package var second: Int64 { local.second % 60 }
    /// 1 to 366.
    package var yearDay: Int64 { local.day - CivilDate.eve(ofYear: date.year) }
    /// 1 is Monday, 7 Sunday.
    package var weekDay: Int64 { CivilDate.weekDay(ofDay: local.day) }

    /// The ISO week and the year it belongs to: that of its Thursday.
    package var week: (year: Int64, week: Int64) {
        let thursday = local.day - (weekDay - 1) + 3
        let year = CivilDate(dayNumber: thursday).year
        return (year, (thursday - CivilDate.eve(ofYear: year) - 1) / 7 + 1)
    }
}

/// What a time without date, or without zone, refers to.
package struct CivilClock: Sendable, Equatable {
    /// Where a time without date falls: on this day.
    package var now: WallTime
    /// Seconds east of UTC of a time that names no zone.
    package var offset: Int64

    package init(now: WallTime, offset: Int64 = 0) {
        self.now = now
        self.offset = offset
    }

    /// The present as a civil time in the local zone.
    package var time: CivilTime { CivilTime(epoch: now.seconds, offset: offset) }
}
