internal import XMLTree

/// Something in a CIB that is wrong (error) or probably not meant (warning).
package struct CIBProblem: Sendable, Equatable, CustomStringConvertible {
    package enum Severity: String, Sendable { case error, warning }

    /// Which part of the incumbents' software reports it; empty for what only we report.
    package var origin = ""
    /// Whether the configuration counts as faulty because of it; what is not is only logged.
    package var isFault = true

    package var severity: Severity
    package var message: String
    /// The line in the parsed text, from 1; 0 when unknown.
    package var line: Int
    /// The `id` of the element concerned.
    package var elementID: String?

    package init(_ severity: Severity, _ message: String, line: Int = 0, elementID: String? = nil) {
        self.severity = severity
        self.message = message
        self.line = line
        self.elementID = elementID
    }

    package var description: String { "\(severity.rawValue): " + (line > 0 ? "line \(line): " : "") + message }
}

extension CIBDocument {
    /// Checks what is in the configuration: the schema, and what a schema cannot check: that ids are unique, references
    /// lead somewhere, values can be read, and resources can be started at all.
    ///
    /// - Returns: all problems found: that of the schema first, then in the order of the document.
    /// - Complexity: linear in the size of the configuration.
    package func verify() -> [CIBProblem] {
        var problems: [CIBProblem] = []
        do { problems += try Self.checkSchema(root).1 } catch {
            problems.append(CIBProblem(.error, error.message, line: error.line, elementID: error.elementID))
        }
        let index = ConfigurationIndex(configuration)
        var found = index.duplicates + ReferenceCheck(index).problems(in: configuration)
        found += ValueCheck().problems(in: configuration)
        let ordered = found.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
        problems += ordered.map(\.element) + FencingCheck.problems(in: configuration)
        return problems + objections(besides: problems)
    }

    /// What the incumbents would object to at elements where nothing was found yet: as warnings, since the cluster runs.
    private func objections(besides problems: [CIBProblem]) -> [CIBProblem] {
        guard !problems.contains(where: { $0.severity == .error }) else { return [] }
        let known = Set(problems.compactMap(\.elementID))
        var configured = root
        configured.children.removeAll { $0.name == "status" }
        return ConfigurationReview(configured).run().compactMap { problem in
            guard problem.isFault, problem.line > 0, let id = problem.elementID, !known.contains(id) else { return nil }
            return CIBProblem(.warning, problem.message, line: problem.line, elementID: id)
        }
    }
}
