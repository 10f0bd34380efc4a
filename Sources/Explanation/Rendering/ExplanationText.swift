import ClusterTypes

/// How a piece of an explanation stands out where colours are wanted.
package enum ExplanationStyle: Sendable { case heading, chosen, rejected, quiet }

/// An explanation for a person.
package struct ExplanationText {
    private let explanation: Explanation
    private let style: (String, ExplanationStyle) -> String
    private let width: Int

    /// - Parameters:
    ///   - width: columns of the terminal.
    ///   - style: colours a piece; returns it as it is where there are no colours.
    package init(
        _ explanation: Explanation, width: Int = 100,
        style: @escaping (String, ExplanationStyle) -> String = { text, _ in text }
    ) {
        self.explanation = explanation
        self.width = max(60, width)
        self.style = style
    }

    package func render() -> String {
        var lines: [String] = []
        for (position, subject) in distinct().enumerated() {
            if position > 0 { lines.append("") }
            lines += render(subject)
        }
        lines += alterationLines()
        if !explanation.remarks.isEmpty {
            lines.append("")
            for remark in explanation.remarks { lines += wrapped("Note: " + remark, indent: 0, hanging: 6) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The subjects; instances that say exactly the same are shown once.
    private func distinct() -> [SubjectExplanation] {
        guard explanation.subjects.count > 1 else { return explanation.subjects }
        let active = explanation.subjects.filter { $0.outcome != .staysStopped }
        return active.isEmpty ? Array(explanation.subjects.prefix(1)) : active
    }

    private func render(_ subject: SubjectExplanation) -> [String] {
        var lines: [String] = []
        let agent = subject.agent.map { " (\($0))" } ?? ""
        lines += wrapped(style(subject.name, .heading) + agent + " " + subject.headline + ".", indent: 0, hanging: 2)
        let isFollower = explanation.subjects.count > 1 && subject.follows != nil
        if isFollower, let leader = subject.follows {
            lines += wrapped("Its place follows from \(leader), before it in the group.", indent: 2, hanging: 4)
        } else if !subject.place.isEmpty {
            lines.append("")
            lines += section(subject.candidates.contains { $0.isChosen } ? "Why there" : "Why nowhere", subject.place)
        }
        // A member that only goes where the one before it goes needs no second sentence.
        let isOnlyFollowing = isFollower && subject.actions.count == 1 && subject.actions[0].contains(": goes with ")
        if !subject.actions.isEmpty, !isOnlyFollowing {
            lines.append("")
            lines += section("Why now", subject.actions)
        }
        if !subject.besides.isEmpty {
            lines.append("")
            lines += section("Besides", subject.besides)
        }
        let table = isFollower ? [] : candidateTable(subject)
        if !table.isEmpty {
            lines.append("")
            lines += table
        }
        return lines
    }

    private func section(_ title: String, _ sentences: [String]) -> [String] {
        [style(title, .heading)] + sentences.flatMap { wrapped($0, indent: 2, hanging: 4) }
    }

    // MARK: - Nodes

    private func candidateTable(_ subject: SubjectExplanation) -> [String] {
        guard !subject.candidates.isEmpty else { return [] }
        let nodeWidth = max(4, subject.candidates.map(\.node.count).max() ?? 0)
        let scores = subject.candidates.map { $0.score.map(\.description) ?? "-" }
        let scoreWidth = max(5, scores.map(\.count).max() ?? 0)
        var lines = [style("Nodes", .heading)]
        for (candidate, score) in zip(subject.candidates, scores) {
            let mark = candidate.isChosen ? "→" : candidate.isCurrent ? "·" : " "
            let row = "  \(mark) \(padded(candidate.node, nodeWidth))  \(leading(score, scoreWidth))  "
            let indent = 4 + nodeWidth + 2 + scoreWidth + 2
            let text = verdict(candidate)
            var rows = wrapped(row + text, indent: 0, hanging: indent)
            if let first = rows.first {
                rows[0] = candidate.isChosen ? style(first, .chosen) : first
            }
            lines += rows
            let terms =
                candidate.isUsable || candidate.isChosen || candidate.node == explanation.absentFrom
                ? candidate.terms : []
            guard terms.count > 1 || (terms.count == 1 && !text.contains(terms[0].text)) else { continue }
            let amountWidth = terms.map { amount($0).count }.max() ?? 0
            for term in terms {
                let suffix = term.isForPromotion ? " [promotion]" : ""
                lines += wrapped(
                    String(repeating: " ", count: indent) + leading(amount(term), amountWidth) + "  " + term.text
                        + suffix,
                    indent: 0, hanging: indent + amountWidth + 2
                ).map { style($0, .quiet) }
            }
        }
        return lines
    }

    /// Reasons that the parts repeat are left to the parts.
    private func verdict(_ candidate: Candidate) -> String {
        guard candidate.terms.count > 1 else { return candidate.verdict }
        for start in ["never", "score below zero"] where candidate.verdict.hasPrefix(start + ": ") { return start }
        return candidate.verdict
    }

    private func amount(_ term: ScoreTerm) -> String { (term.amount > .zero ? "+" : "") + term.amount.description }

    // MARK: - Alterations

    private func alterationLines() -> [String] {
        var lines: [String] = []
        func title(_ text: String) {
            if lines.isEmpty { lines += ["", style(text, .heading)] }
        }
        let heading = explanation.absentFrom.map { "What would bring it to \($0)" } ?? "What would change it"
        for alteration in explanation.alterations {
            title(heading)
            var text = "• \(capitalised(alteration.text)): \(alteration.result)."
            if let threshold = alteration.threshold { text += " A score of \(threshold) has the same effect." }
            lines += wrapped(text, indent: 2, hanging: 4)
            if let command = alteration.command { lines.append("      " + style(command, .quiet)) }
        }
        if let combination = explanation.combination {
            title(heading)
            lines += wrapped(
                "• No single change. Together: \(combination.texts.joined(separator: "; ")): \(combination.result).",
                indent: 2, hanging: 4)
        }
        if lines.isEmpty, explanation.triedCount > 0 {
            title(heading)
            lines.append("  None of the \(explanation.triedCount) changes that were tried.")
        }
        if let preference = explanation.neededPreference {
            title(heading)
            if let score = preference.score {
                let owner =
                    explanation.resource.split(separator: ":").first.map(String.init) == preference.resource
                    ? "" : " of \(preference.resource)"
                lines += wrapped(
                    "• A further preference of \(score)\(owner) for \(preference.node) brings it there.", indent: 2,
                    hanging: 4)
            } else {
                lines += wrapped(
                    "• No preference brings it to \(preference.node), not even INFINITY.", indent: 2, hanging: 4)
            }
        }
        return lines
    }

    // MARK: - Layout

    private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func leading(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private func wrapped(_ text: String, indent: Int, hanging: Int) -> [String] {
        wrappedLines(text, indent: indent, hanging: hanging, width: width)
    }
}
