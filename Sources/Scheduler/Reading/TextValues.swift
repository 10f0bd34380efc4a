package import ClusterTypes

/// How the CIB spells values. Every reader is total: what cannot be read gives `nil` or the stated default.
package enum TextValue {
    /// `true`, `on`, `yes`, `y`, `1` and their opposites, in any case.
    package static func boolean(_ text: String?) -> Bool? {
        switch text?.lowercased() {
        case "true", "on", "yes", "y", "1": true
        case "false", "off", "no", "n", "0": false
        default: nil
        }
    }

    static func isTrue(_ text: String?) -> Bool { boolean(text) ?? false }

    /// The integer at the beginning of the text, after white space, saturated; `nil` when there is none.
    static func leadingInteger(_ text: String?) -> Int64? {
        guard let text, let parsed = scan(text) else { return nil }
        return parsed.value
    }

    /// Seconds since the epoch, kept within 30,000 years of it, so that sums of times cannot overflow.
    static func time(_ text: String?) -> Int64? {
        leadingInteger(text).map { max(-farthestTime, min($0, farthestTime)) }
    }

    private static let farthestTime: Int64 = 1_000_000_000_000

    /// As `leadingInteger`, and how many bytes it takes.
    private static func scan(_ text: String) -> (value: Int64, length: Int)? {
        var text = text
        return text.withUTF8 { bytes in
            var position = 0
            while position < bytes.count, bytes[position] == 32 || (9...13).contains(bytes[position]) { position += 1 }
            var isNegative = false
            if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
                isNegative = bytes[position] == UInt8(ascii: "-")
                position += 1
            }
            var value: Int64 = 0
            let firstDigit = position
            while position < bytes.count, (48...57).contains(bytes[position]) {
                let digit = Int64(bytes[position] - 48)
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) =
                    isNegative
                    ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
                value = overflow || carry ? (isNegative ? .min : .max) : sum
                position += 1
            }
            return position > firstDigit ? (value, position) : nil
        }
    }

    /// An integer not below `minimum`; the default when the text has none.
    static func integer(_ text: String?, atLeast minimum: Int = 0, default fallback: Int) -> Int {
        guard let value = leadingInteger(text) else { return fallback }
        return Int(max(Int64(minimum), min(value, Int64(Int32.max))))
    }

    /// A score: `INFINITY`, `-INFINITY`, a number, or a health colour. `nil` when it is none of them.
    package static func score(_ text: String?) -> Score? { score(text, health: HealthScores()) }

    static func score(_ text: String?, health: HealthScores) -> Score? {
        guard let text else { return nil }
        switch text {
        case "-INFINITY": return .minusInfinity
        case "INFINITY", "+INFINITY": return .infinity
        default: break
        }
        switch text.lowercased() {
        case "red": return health.red
        case "yellow": return health.yellow
        case "green": return health.green
        default: return leadingInteger(text).map { Score($0) }
        }
    }

    /// A length of time in milliseconds: `10s`, `500ms`, `2min`, `1h`, a bare number of seconds. `nil` when malformed.
    static func milliseconds(_ text: String?) -> Int64? {
        guard let text, let parsed = scan(text) else { return nil }
        var rest = text.utf8.dropFirst(parsed.length)
        while let byte = rest.first, (48...57).contains(byte) || byte == UInt8(ascii: ".") { rest = rest.dropFirst() }
        while let byte = rest.first, byte == 32 || (9...13).contains(byte) { rest = rest.dropFirst() }
        let unit = String(Substring(rest)).lowercased()
        let factor: (multiply: Int64, divide: Int64)
        switch unit {
        case "", "s", "sec": factor = (1000, 1)
        case "ms", "msec": factor = (1, 1)
        case "us", "usec": factor = (1, 1000)
        case "m", "min": factor = (60_000, 1)
        case "h", "hr": factor = (3_600_000, 1)
        default: return nil
        }
        let (product, overflow) = parsed.value.multipliedReportingOverflow(by: factor.multiply)
        if overflow { return parsed.value < 0 ? .min : .max }
        return product / factor.divide
    }

    /// An interval in milliseconds: as `milliseconds`, or an ISO 8601 duration (`PT1M`). Malformed and negative ones are 0.
    package static func interval(_ text: String?) -> UInt32 {
        guard let text else { return 0 }
        let value: Int64?
        if text.hasPrefix("P") {
            value = CivilDuration(text).map { $0.approximateSeconds.multipliedReportingOverflow(by: 1000) }
                .map { $0.overflow ? .max : $0.partialValue }
        } else {
            value = milliseconds(text)
        }
        return UInt32(clamping: max(0, value ?? 0))
    }

    /// A role by its present or old name; `nil` when it is neither.
    package static func role(_ text: String?) -> Role? {
        switch text?.lowercased() {
        case "stopped": .stopped
        case "started": .started
        case "unpromoted", "slave": .unpromoted
        case "promoted", "master": .promoted
        case "unknown": .unknown
        default: nil
        }
    }

    /// Compares as people number things: digits as numbers, letters in any case.
    static func compareNumerically(_ left: String, _ right: String) -> Int {
        var l = Array(left.utf8)[...]
        var r = Array(right.utf8)[...]
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        func number(_ bytes: inout ArraySlice<UInt8>) -> (value: UInt64, length: Int) {
            var value: UInt64 = 0
            var length = 0
            while let byte = bytes.first, isDigit(byte) {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 48))
                value = overflow || carry ? .max : sum
                length += 1
                bytes = bytes.dropFirst()
            }
            return (value, length)
        }
        func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }
        while let a = l.first, let b = r.first {
            if isDigit(a) && isDigit(b) {
                let (first, second) = (number(&l), number(&r))
                if first.value != second.value { return first.value < second.value ? -1 : 1 }
                if first.length != second.length { return first.length < second.length ? -1 : 1 }
            } else {
                if lower(a) != lower(b) { return lower(a) < lower(b) ? -1 : 1 }
                l = l.dropFirst()
                r = r.dropFirst()
            }
        }
        return l.isEmpty ? (r.isEmpty ? 0 : -1) : 1
    }
}
