internal import ClusterTypes
internal import Scheduler
internal import ToolReports
internal import XMLTree

/// Whether one rule of the configuration is in effect, as far as dates decide it.
///
/// - Source: crm_rule(8) of Pacemaker 2.1.5: rules with exactly one date expression.
struct RuleCheck {
    enum Outcome: Equatable {
        case inEffect
        /// A `date_spec` that holds.
        case satisfied
        case expired
        case notYetInEffect
        case unknown(ToolExit, String)
    }

    let configuration: XMLElement
    let clock: CivilClock

    init(cib: XMLElement, clock: CivilClock) {
        configuration = cib.child("configuration") ?? XMLElement("configuration")
        self.clock = clock
    }

    func outcome(of id: String) -> Outcome {
        var found: [XMLElement] = []
        configuration.forEachDescendant { if $0.name == "rule", $0.id == id { found.append($0) } }
        guard let rule = found.first else { return .unknown(.noSuchObject, "Rule not found") }
        guard found.count == 1 else {
            return .unknown(.notUnique, "Found more than one rule with matching ID")
        }
        var expressions: [XMLElement] = []
        rule.forEachDescendant { if $0.name == "date_expression" { expressions.append($0) } }
        guard let expression = expressions.first else {
            return .unknown(.unimplemented, "Rule does not have a date expression")
        }
        guard expressions.count == 1 else {
            return .unknown(.unimplemented, "Rule has more than one date expression")
        }
        if expression["operation"] == "date_spec" || expression["operation"] == nil {
            guard let specification = expression.child("date_spec"), expression["operation"] != nil,
                specification["years"] != nil, specification["moon"] == nil
            else {
                return .unknown(
                    .unimplemented, "Rule must either not use date_spec, or use date_spec with years= but not moon=")
            }
        }
        return switch DateExpression(expression, clock: clock).judge().judgement {
        case .within: expression["operation"]?.lowercased() == "date_spec" ? .satisfied : .inEffect
        case .before: .notYetInEffect
        case .after: .expired
        case .malformed: .unknown(.indeterminate, "Error parsing rule")
        }
    }
}
