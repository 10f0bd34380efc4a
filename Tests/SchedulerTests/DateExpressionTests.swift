import ClusterTypes
import Testing
import XMLTree

@testable import Scheduler

/// Wednesday 2026-03-04 12:00:00Z, seen from one hour east.
private let clock = CivilClock(now: WallTime(seconds: 1_772_625_600), offset: 3600)

private func judge(_ text: String) throws -> (DateJudgement, Int64?) {
    let result = DateExpression(try XMLElement(parsing: text), clock: clock).judge()
    return (result.judgement, result.nextChange.map { $0 - clock.now.seconds })
}

@Suite struct DateExpressionTests {
    @Test(
        arguments: [
            ("operation='gt' start='2026-03-04 11:59:59Z'", DateJudgement.within, nil),
            ("operation='gt' start='2026-03-04 12:00:00Z'", .before, 1),
            ("operation='lt' end='2026-03-04 12:00:10Z'", .within, 10), ("operation='lt' end='2026-063'", .after, nil),
            ("start='2026-03-04 13:00:00'", .within, nil), ("start='2026-03-04 12:00:05Z'", .before, 5),
            ("end='2026-03-04 12:00:00Z'", .within, 1), ("end='2026-03-04 11:59:59Z'", .after, nil),
            ("operation='in_range'", .malformed, nil), ("operation='gt' start='soon'", .malformed, nil),
            ("operation='lt'", .malformed, nil), ("operation='odd' start='2026'", .malformed, nil),
            ("start='2026-03-04' end='late'", .malformed, nil),
        ] as [(String, DateJudgement, Int64?)])
    func ranges(_ attributes: String, _ judgement: DateJudgement, _ change: Int64?) throws {
        let result = try judge("<date_expression id='d' \(attributes)/>")
        #expect(result.0 == judgement && result.1 == change)
    }

    @Test(arguments: [
        ("hours='13'", DateJudgement.within), ("hours='12'", .after), ("hours='14-'", .before),
        ("hours='-13'", .within),
        ("years='2026' months='3' monthdays='1-7'", .within), ("weekdays='1-2'", .after), ("weekdays='3'", .within),
        ("yeardays='63'", .within), ("weeks='10' weekyears='2026'", .within), ("seconds='1-'", .before),
        ("minutes='x'", .malformed), ("minutes='-'", .malformed), ("minutes=''", .malformed),
    ])
    func specifications(_ fields: String, _ judgement: DateJudgement) throws {
        let text = "<date_expression id='d' operation='date_spec'><date_spec id='s' \(fields)/></date_expression>"
        #expect(try judge(text).0 == judgement)
    }

    @Test(arguments: [
        ("days='1'", DateJudgement.within), ("hours='11'", .after), ("weeks='x'", .malformed),
        ("years='9999999999'", .malformed),
    ])
    func durations(_ fields: String, _ judgement: DateJudgement) throws {
        let text =
            "<date_expression id='d' operation='in_range' start='2026-03-04'><duration id='u' \(fields)/></date_expression>"
        #expect(try judge(text).0 == judgement)
    }
}

/// Whatever stands in a rule, or as a time, number or score, it is judged and read.
@Suite struct RuleFuzz {
    @Test func anyRuleIsJudged() {
        var random = SeededGenerator(seed: 11)
        func pick(_ words: [String]) -> String { words[Int(random.next() % UInt64(words.count))] }
        let texts = [
            "", "1", "-1", "INFINITY", "-INFINITY", "+INFINITY", "99999999999999999999", "1.5", "1.2.10", "a", "%1",
            "%9x", "P1Y", "PT",
            "2026-03-04", "5-", "-5", "5-3", "soon", "9223372036854775807", "-9223372036854775808", "\u{e9}", "1e999",
            "nan",
        ]
        for _ in 0..<4000 {
            var rule = XMLElement("rule", ["id": "r", "boolean-op": pick(["and", "or", "xor", "AND"])])
            for _ in 0..<(random.next() % 4) {
                var condition = XMLElement(
                    pick(["expression", "date_expression", "rsc_expression", "op_expression", "rule", "odd"]),
                    ["id": "c"])
                for name in [
                    "attribute", "operation", "value", "type", "value-source", "start", "end", "name", "interval",
                ]
                where random.next() % 2 == 0 {
                    condition[name] = pick(
                        texts + [
                            "lt", "gte", "eq", "ne", "defined", "not_defined", "in_range", "date_spec", "gt", "version",
                            "number", "integer", "meta", "param",
                        ])
                }
                condition.children = [
                    XMLElement(
                        pick(["date_spec", "duration"]),
                        ["id": "x", "years": pick(texts), "hours": pick(texts), "weeks": pick(texts)])
                ]
                rule.children.append(condition)
            }
            var evaluator = RuleEvaluator(clock: clock, references: References(rule))
            let context = RuleContext(
                nodeAttributes: ["1": "1", "a": pick(texts), "": "x"], parameters: ["a": "1"], meta: ["1": "2"],
                operationName: "monitor", captures: ["a", "1"])
            _ = evaluator.passes(rule, context)
            let text = pick(texts) + pick(["", "s", "ms", "us", "min", "h", " hr", "x"])
            _ = (
                TextValue.milliseconds(text), TextValue.interval(text), TextValue.score(text),
                TextValue.leadingInteger(text)
            )
            #expect(TextValue.score(text).map { abs($0.value) <= 1_000_000 } ?? true)
        }
    }
}
