import ClusterTypes
import XMLTree

/// What a rule may ask about, beyond the time.
struct RuleContext {
    var nodeAttributes: [String: String]?
    var parameters: [String: String]?
    var meta: [String: String]?
    var agent: Agent?
    var operationName: String?
    var operationInterval: UInt32 = 0
    /// The captures of the pattern that selected the resource: `%0` to `%9`.
    var captures: [String] = []
}

/// Judges rules at one moment, and notes when a judgement will change.
struct RuleEvaluator {
    let now: CivilTime
    let references: References
    /// Seconds since the epoch; the earliest change seen so far.
    private(set) var nextChange: Int64?

    init(now: CivilTime, references: References) {
        self.now = now
        self.references = references
    }

    private mutating func noteChange(at epoch: Int64) {
        if let nextChange, nextChange <= epoch { return }
        nextChange = epoch
    }

    /// Whether the rule is satisfied. Malformed conditions are not.
    mutating func passes(_ element: XMLElement, _ context: RuleContext) -> Bool {
        let rule = references.resolve(element)
        let isAny: Bool
        switch rule["boolean-op"]?.lowercased() {
        case nil, "and": isAny = false
        case "or": isAny = true
        default: return false
        }
        let conditions = rule.children
        if conditions.isEmpty { return true }
        for condition in conditions {
            let passed = passesCondition(condition, context)
            if passed && isAny { return true }
            if !passed && !isAny { return false }
        }
        return !isAny
    }

    private mutating func passesCondition(_ condition: XMLElement, _ context: RuleContext) -> Bool {
        switch condition.name {
        case "rule": passes(condition, context)
        case "expression": passesComparison(condition, context)
        case "date_expression": passesDate(condition)
        case "rsc_expression": passesAgent(condition, context)
        case "op_expression": passesOperation(condition, context)
        default: false
        }
    }

    // MARK: - Agents and operations

    private func passesAgent(_ expression: XMLElement, _ context: RuleContext) -> Bool {
        func matches(_ wanted: String?, _ actual: String?) -> Bool { wanted == nil || wanted == actual }
        return matches(expression["class"], context.agent?.standard)
            && matches(expression["provider"], context.agent?.provider)
            && matches(expression["type"], context.agent?.type)
    }

    private func passesOperation(_ expression: XMLElement, _ context: RuleContext) -> Bool {
        guard expression["name"] == context.operationName else { return false }
        guard let interval = expression["interval"] else { return true }
        return TextValue.interval(interval) == context.operationInterval
    }

    // MARK: - Attributes

    private func passesComparison(_ expression: XMLElement, _ context: RuleContext) -> Bool {
        guard let pattern = expression["attribute"], let operation = expression["operation"]?.lowercased() else {
            return false
        }
        let actual = context.nodeAttributes?[expandCaptures(pattern, context.captures)]
        switch operation {
        case "defined": return expression["value"] == nil && actual != nil
        case "not_defined": return expression["value"] == nil && actual == nil
        default: break
        }
        guard let value = expression["value"] else { return false }
        let reference: String?
        switch expression["value-source"]?.lowercased() {
        case nil, "literal": reference = value
        case "param": reference = context.parameters?[value]
        case "meta": reference = context.meta?[value]
        default: return false
        }
        guard let kind = ComparisonKind(expression["type"], operation, actual, reference) else { return false }
        let order = kind.compare(actual, reference)
        switch operation {
        case "eq": return order == 0
        case "ne": return order != 0
        case "lt": return actual != nil && reference != nil && order < 0
        case "lte": return actual != nil && reference != nil && order <= 0
        case "gt": return actual != nil && reference != nil && order > 0
        case "gte": return actual != nil && reference != nil && order >= 0
        default: return false
        }
    }

    // MARK: - Dates

    private mutating func passesDate(_ expression: XMLElement) -> Bool {
        switch expression["operation"]?.lowercased() {
        case nil, "in_range": return passesRange(expression)
        case "date_spec":
            guard let specification = expression.child("date_spec") else { return false }
            return passesSpecification(specification)
        case "gt":
            guard let start = expression["start"].flatMap({ CivilTime($0) }) else { return false }
            if now.epoch > start.epoch { return true }
            noteChange(at: start.epoch + 1)
            return false
        case "lt":
            guard let end = expression["end"].flatMap({ CivilTime($0) }) else { return false }
            if now.epoch >= end.epoch { return false }
            noteChange(at: end.epoch)
            return true
        default: return false
        }
    }

    private mutating func passesRange(_ expression: XMLElement) -> Bool {
        let start = expression["start"].map { CivilTime($0) }
        var end = expression["end"].map { CivilTime($0) }
        if case .some(nil) = start { return false }
        if case .some(nil) = end { return false }
        if start == nil && end == nil { return false }
        if end == nil, let duration = expression.child("duration"), let start, let start {
            guard let length = CivilDuration(element: duration) else { return false }
            end = .some(start.adding(length))
        }
        if let start, let start, now.epoch < start.epoch {
            noteChange(at: start.epoch)
            return false
        }
        if let end, let end {
            if now.epoch > end.epoch { return false }
            noteChange(at: end.epoch + 1)
        }
        return true
    }

    private func passesSpecification(_ specification: XMLElement) -> Bool {
        let date = now.date
        let week = now.week
        let fields: [(String, Int64)] = [
            ("years", date.year), ("months", date.month), ("monthdays", date.day), ("hours", now.hour),
            ("minutes", now.minute), ("seconds", now.second), ("yeardays", now.yearDay), ("weekyears", week.year),
            ("weeks", week.week), ("weekdays", now.weekDay),
        ]
        return fields.allSatisfy { name, value in
            guard let range = specification[name] else { return true }
            return isWithin(value, range)
        }
    }

    /// `5`, `5-10`, `5-`, `-10`.
    private func isWithin(_ value: Int64, _ range: String) -> Bool {
        let parts = range.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let low = parts[0].isEmpty ? nil : Int64(parts[0])
        if parts.count == 1 { return low == value }
        let high = parts[1].isEmpty ? nil : Int64(parts[1])
        guard low != nil || high != nil, parts[0].isEmpty || low != nil, parts[1].isEmpty || high != nil else {
            return false
        }
        return value >= low ?? .min && value <= high ?? .max
    }
}

extension CivilDuration {
    /// The `duration` element of a date expression; `nil` when a number in it is malformed.
    init?(element: XMLElement) {
        self.init()
        for name in ["years", "months", "weeks", "days", "hours", "minutes", "seconds"] {
            guard let text = element[name] else { continue }
            guard let value = Int64(text), abs(value) < 1 << 31 else { return nil }
            switch name {
            case "years": years = value
            case "months": months = value
            case "weeks": weeks = value
            case "days": days = value
            case "hours": hours = value
            case "minutes": minutes = value
            default: seconds = value
            }
        }
    }
}

/// Replaces `%1` to `%9` by what the resource pattern captured.
func expandCaptures(_ text: String, _ captures: [String]) -> String {
    guard !captures.isEmpty, text.contains("%") else { return text }
    var result = ""
    var characters = Array(text)[...]
    while let first = characters.popFirst() {
        if first == "%", let digit = characters.first?.wholeNumberValue {
            characters = characters.dropFirst()
            if digit < captures.count { result += captures[digit] }
        } else {
            result.append(first)
        }
    }
    return result
}

/// How the two sides of an expression are compared.
enum ComparisonKind {
    case string, integer, number, version

    init?(_ type: String?, _ operation: String, _ left: String?, _ right: String?) {
        switch type?.lowercased() {
        case "string": self = .string
        case "integer": self = .integer
        case "number": self = .number
        case "version": self = .version
        case nil:
            if operation == "eq" || operation == "ne" {
                self = .string
            } else {
                self = left?.contains(".") == true || right?.contains(".") == true ? .number : .integer
            }
        default: return nil
        }
    }

    /// Negative, zero or positive; a missing value is less than any.
    func compare(_ left: String?, _ right: String?) -> Int {
        guard let right else { return left == nil ? 0 : 1 }
        guard let left else { return -1 }
        switch self {
        case .string: return compareStrings(left, right)
        case .integer:
            guard let a = TextValue.leadingInteger(left), let b = TextValue.leadingInteger(right) else {
                return compareStrings(left, right)
            }
            return a < b ? -1 : a > b ? 1 : 0
        case .number:
            guard let a = leadingNumber(left), let b = leadingNumber(right) else { return compareStrings(left, right) }
            return a < b ? -1 : a > b ? 1 : 0
        case .version: return compareVersions(left, right)
        }
    }

    private func compareStrings(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left.lowercased().utf8), Array(right.lowercased().utf8))
        return a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
    }

    private func leadingNumber(_ text: String) -> Double? {
        let allowed = text.drop { $0 == " " }.prefix { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
        var candidate = String(allowed)
        while !candidate.isEmpty {
            if let value = Double(candidate) { return value }
            candidate.removeLast()
        }
        return nil
    }
}

/// Compares dotted versions number by number; missing parts count as 0.
func compareVersions(_ left: String, _ right: String) -> Int {
    func parts(_ text: String) -> [Int64] {
        text.split(separator: ".", omittingEmptySubsequences: false).map { TextValue.leadingInteger(String($0)) ?? 0 }
    }
    let (a, b) = (parts(left), parts(right))
    for position in 0..<max(a.count, b.count) {
        let (x, y) = (position < a.count ? a[position] : 0, position < b.count ? b[position] : 0)
        if x != y { return x < y ? -1 : 1 }
    }
    return 0
}
