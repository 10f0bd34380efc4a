package import ClusterConfiguration
package import ClusterTypes
internal import Glibc

/// One event for the operator.
package struct LogLine: Sendable, Equatable {
    package var time: WallTime
    package var level: LogLevel
    package var text: String

    package init(time: WallTime, level: LogLevel, text: String) {
        self.time = time
        self.level = level
        self.text = text
    }

    /// `2026-03-01T12:00:00.123Z alpha lockstepd[4711] warning: text`, on one line whatever the text holds.
    ///
    /// - Parameter timestamp: with milliseconds (`hires`), with seconds (`on`), or without the time.
    package func rendered(
        node: String, processID: Int32, timestamp: LoggingSettings.Timestamp = .highResolution
    ) -> String {
        let start =
            switch timestamp {
            case .off: ""
            case .on: "\(Self.timestamp(time, withMilliseconds: false)) "
            case .highResolution: "\(Self.timestamp(time)) "
            }
        return "\(start)\(node) lockstepd[\(processID)] \(level.word): \(Self.oneLine(text))\n"
    }

    /// Control characters would let an agent's output pretend to be lines of ours.
    private static func oneLine(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                result += "\\n"
            } else if scalar.value < 0x20 || scalar.value == 0x7F {
                result += "?"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The civil time in UTC, as ISO 8601 writes it.
    package static func timestamp(_ time: WallTime, withMilliseconds: Bool = true) -> String {
        var seconds = time_t(time.seconds)
        var civil = tm()
        gmtime_r(&seconds, &civil)
        func padded(_ number: Int32, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(civil.tm_year + 1900)-\(padded(civil.tm_mon + 1, 2))-\(padded(civil.tm_mday, 2))"
        let clock = "\(padded(civil.tm_hour, 2)):\(padded(civil.tm_min, 2)):\(padded(civil.tm_sec, 2))"
        let fraction = withMilliseconds ? ".\(padded(time.nanoseconds / 1_000_000, 3))" : ""
        return "\(date)T\(clock)\(fraction)Z"
    }
}
