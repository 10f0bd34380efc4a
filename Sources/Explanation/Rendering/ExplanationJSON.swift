import ClusterTypes
package import JSONText

extension Explanation {
    /// The answer for programs; scores are numbers, or the words INFINITY and -INFINITY.
    package var json: JSON {
        .object([
            "resource": .string(resource), "why-not": absentFrom.map(JSON.string),
            "subjects": .array(subjects.map(\.json)), "alterations": .array(alterations.map(\.json)),
            "combination": combination?.json, "needed-preference": neededPreference?.json,
            "remarks": .array(remarks.map(JSON.string)),
        ])
    }
}

extension SubjectExplanation {
    package var json: JSON {
        .object([
            "name": .string(name), "agent": agent.map(JSON.string), "outcome": .string(outcome.rawValue),
            "headline": .string(headline), "place": .array(place.map(JSON.string)),
            "actions": .array(actions.map(JSON.string)),
            "besides": .array(besides.map(JSON.string)), "nodes": .array(candidates.map(\.json)),
        ])
    }
}

extension NodeExplanation {
    package var json: JSON { .object(["node": .string(node), "headline": .string(sentence)]) }
}

extension Candidate {
    fileprivate var json: JSON {
        .object([
            "node": .string(node), "score": score.map(JSON.init), "chosen": .bool(isChosen), "active": .bool(isCurrent),
            "verdict": .string(verdict),
            "terms": .array(
                terms.map { term in
                    .object([
                        "amount": JSON(term.amount), "text": .string(term.text),
                        "constraint": term.constraint.map(JSON.string),
                        "promotion": term.isForPromotion ? .bool(true) : nil,
                    ])
                }),
        ])
    }
}

extension FoundAlteration {
    fileprivate var json: JSON {
        .object([
            "kind": .string(kind), "object": .string(object), "text": .string(text), "result": .string(result),
            "command": command.map(JSON.string), "threshold": threshold.map(JSON.init),
        ])
    }
}

extension FoundCombination {
    fileprivate var json: JSON {
        .object(["changes": .array(texts.map(JSON.string)), "result": .string(result)])
    }
}

extension NeededPreference {
    fileprivate var json: JSON {
        .object(["resource": .string(resource), "node": .string(node), "score": score.map(JSON.init) ?? .null])
    }
}

extension JSON {
    init(_ score: Score) {
        self = score.isInfinite || score.isMinusInfinite ? .string(score.description) : .integer(Int64(score.value))
    }
}
