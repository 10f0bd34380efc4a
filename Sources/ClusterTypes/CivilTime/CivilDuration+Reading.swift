extension CivilDuration {
    /// Reads `P1Y2M3W4DT5H6M7S`, in any order and with signs, up to white space or `/`; the `T` matters only for an `M`.
    ///
    /// Units given twice add up, except years and months, of which the last counts.
    ///
    /// - Throws: the reason, as the incumbents word it: malformed, beyond the range of `Int32`, or without any length.
    package init(reading text: some StringProtocol) throws(CivilTimeFailure) {
        var reader = CivilDurationReader(text: String(text))
        self = try reader.read()
    }

    /// As `init(reading:)`; `nil` when the text cannot be read.
    package init?(_ text: some StringProtocol) {
        guard let duration = try? CivilDuration(reading: text) else { return nil }
        self = duration
    }
}

private struct CivilDurationReader {
    let text: String
    private var rest: ArraySlice<UInt8>
    private var duration = CivilDuration()
    private var inTime = false

    init(text: String) {
        self.text = text
        rest = Array(text.utf8)[...]
    }

    private func refusal(_ reason: String) -> CivilTimeFailure {
        CivilTimeFailure(.duration, "'\(text)' is not a valid ISO 8601 time duration because \(reason)")
    }

    mutating func read() throws(CivilTimeFailure) -> CivilDuration {
        guard !rest.isEmpty else { throw CivilTimeFailure(.duration, "No ISO 8601 time duration given") }
        guard rest.popFirst() == UInt8(ascii: "P") else { throw refusal("it does not start with a 'P'") }
        guard let first = rest.first, !DateScanner.isSpace(first) else { throw refusal("nothing follows 'P'") }
        while let byte = rest.first, byte != UInt8(ascii: "/"), !DateScanner.isSpace(byte) {
            if byte == UInt8(ascii: "T") {
                inTime = true
                rest = rest.dropFirst()
                continue
            }
            let number = try number()
            guard let unit = rest.popFirst() else { throw refusal("no units after \(number)") }
            try add(number, unit)
        }
        guard duration != CivilDuration() else { throw refusal("no amounts and units given") }
        return duration
    }

    /// An optional sign (or colon) and up to ten digits.
    private mutating func number() throws(CivilTimeFailure) -> Int64 {
        let start = rest
        let sign = rest.first
        if let sign, [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ":")].contains(sign) {
            rest = rest.dropFirst()
        }
        let digits = rest.prefix(while: DateScanner.isDigit).prefix(10)
        let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
        guard !digits.isEmpty, value <= Int64(Int32.max) else {
            throw refusal("no integer at '\(String(decoding: start, as: UTF8.self))'")
        }
        rest = rest.dropFirst(digits.count)
        return sign == UInt8(ascii: "-") ? -value : value
    }

    private mutating func add(_ number: Int64, _ unit: UInt8) throws(CivilTimeFailure) {
        switch (unit, inTime) {
        case (UInt8(ascii: "Y"), _): duration.years = number
        case (UInt8(ascii: "M"), false): duration.months = number
        case (UInt8(ascii: "M"), true): duration.seconds += number * 60
        case (UInt8(ascii: "W"), _): duration.days += number * 7
        case (UInt8(ascii: "D"), _): duration.days += number
        case (UInt8(ascii: "H"), _): duration.seconds += number * 3600
        case (UInt8(ascii: "S"), _): duration.seconds += number
        default: throw refusal("'\(String(decoding: [unit], as: UTF8.self))' is not a valid time unit")
        }
        guard Int32(exactly: duration.days) != nil, Int32(exactly: duration.seconds) != nil else {
            throw refusal("\(number) is too large for its unit")
        }
    }
}
