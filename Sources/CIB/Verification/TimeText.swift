/// Times as they stand in a CIB: `30`, `30s`, `500ms`, `5min`, `PT1H`.
///
/// - Source: Pacemaker Explained, "Time specifications" of intervals and timeouts.
enum TimeText {
    static func isReadable(_ text: String) -> Bool { milliseconds(text) != nil || isISO8601(text) }

    /// The time in milliseconds; `nil` when it cannot be read, is negative, or is an ISO 8601 duration.
    static func milliseconds(_ text: String) -> Int? {
        let trimmed = text.split(separator: " ").joined()
        let digits = trimmed.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        let factor: Int
        switch trimmed.dropFirst(digits.count) {
        case "", "s", "sec": factor = 1000
        case "ms", "msec": factor = 1
        case "us", "usec": return number / 1000
        case "m", "min": factor = 60_000
        case "h", "hr": factor = 3_600_000
        default: return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    private static func isISO8601(_ text: String) -> Bool {
        guard text.first == "P", text.count > 2 else { return false }
        return text.dropFirst().allSatisfy { ($0.isASCII && $0.isNumber) || "YMWDTHS.,".contains($0) }
    }
}
