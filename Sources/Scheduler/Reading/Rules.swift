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
    let clock: CivilClock
    let references: References
    /// Seconds since the epoch; the earliest change seen so far.
    private(set) var nextChange: Int64?

    init(clock: CivilClock, references: References) {
        self.clock = clock
        self.references = references
    }

    private mutating func noteChange(at epoch: Int64) {
        if let nextChange, nextChange <= epoch { return }
        nextChange = epoch
    }

    /// Whether the rule is satisfied. Malformed conditions are not.
    mutating func passes(_ element: XMLElement, _ context: RuleContext) -> Bool {
        let rule = references.resolve(element)
        guard rule.id != nil else { return false }
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
        guard condition.id != nil || condition.name == "rule" else { return false }
        return switch condition.name {
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
        let (judgement, nextChange) = DateExpression(expression, clock: clock).judge()
        if let nextChange { noteChange(at: nextChange) }
        return judgement == .within
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
