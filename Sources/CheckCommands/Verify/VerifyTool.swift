internal import BZip2
internal import CIB
internal import ClusterTypes
internal import Scheduler
internal import ToolReports
internal import XMLTree

/// `crm_verify`: checks a configuration for what keeps a cluster from working.
///
/// - Parameters:
///   - words: the arguments without the tool's name.
///   - console: the outside world.
/// - Returns: the exit code: 0, 78 for a faulty configuration, 76 for something that is no CIB, 1 for what cannot be read, 64
///   for wrong arguments.
/// - Source: crm_verify(8) of Pacemaker 2.1.5. Breaches of the schema are worded by us: file, line, element, what was expected.
package func runVerifyTool(_ words: [String], _ console: ToolConsole) -> Int32 {
    switch VerifyTool.description.start(words, console) {
    case .done(let code): return code
    case .arguments(let arguments):
        guard var output = ToolAnswer("crm_verify", words, arguments, console) else { return ToolExit.error.rawValue }
        let code = VerifyTool(arguments: arguments, console: console).run()
        return output.finish(code)
    }
}

private struct VerifyTool {
    let arguments: ToolArguments
    let console: ToolConsole

    private struct Refusal: Error {
        var code: ToolExit
        var message: String
    }

    private enum Verdict { case sound, doubtful, faulty }

    func run() -> ToolExit {
        do throws(Refusal) {
            let (root, place) = try readConfiguration()
            guard let root else { return conclude(.faulty) }
            guard root.name.lowercased() == "cib" else {
                throw Refusal(
                    code: .protocolViolated,
                    message: "This tool can only check complete configurations (i.e. those starting with <cib>).")
            }
            if let path = arguments.value("save-xml"), !console.save(root.formatted(), path) {
                throw Refusal(code: .cannotCreate, message: "Couldn't write \(path)")
            }
            return conclude(judge(root, place))
        } catch {
            console.write(.error, "crm_verify: \(error.message)\n")
            return error.code
        }
    }

    // MARK: - Reading

    /// The document; `nil` when it is not well-formed, which has been said.
    private func readConfiguration() throws(Refusal) -> (root: XMLElement?, place: String) {
        if arguments.has("live-check") {
            switch console.clusterCIB() {
            case .success(let bytes): return (try parse(bytes, "cluster"), "cluster")
            case .failure(let failure):
                throw Refusal(code: failure.exit, message: "CIB query failed: " + failure.exit.message)
            }
        }
        if let path = arguments.value("xml-file") {
            guard let bytes = console.read(path).flatMap(decompressed), bytes.contains(UInt8(ascii: "<")) else {
                throw Refusal(code: .error, message: "Couldn't parse input file: \(path)")
            }
            return (try parse(bytes, path), path)
        }
        if let text = arguments.value("xml-text") {
            guard !text.isEmpty else { throw Refusal(code: .error, message: "Couldn't parse input string: ") }
            return (try parse(Array(text.utf8), ""), "")
        }
        guard arguments.has("xml-pipe") else {
            throw Refusal(
                code: .error, message: "No configuration source specified.  Use --help for usage information.")
        }
        guard let bytes = console.read("-"), bytes.contains(UInt8(ascii: "<")) else {
            throw Refusal(code: .error, message: "Couldn't parse input from STDIN.")
        }
        return (try parse(bytes, ""), "")
    }

    /// The content of a file that may be compressed, as `pe-input-*.bz2` are; `nil` when it is damaged.
    private func decompressed(_ bytes: [UInt8]) -> [UInt8]? {
        isBZip2(bytes) ? try? decompressBZip2(bytes, limit: XMLLimits.documentSize) : bytes
    }

    private func parse(_ bytes: [UInt8], _ place: String) throws(Refusal) -> XMLElement? {
        do { return try XMLElement(parsing: bytes) } catch {
            console.write(.error, position(place, error.line) + "parser error : \(error.message)\n")
            return nil
        }
    }

    private func position(_ place: String, _ line: Int) -> String {
        (place.isEmpty ? "" : place + ":") + (line > 0 ? "\(line): " : place.isEmpty ? "" : " ")
    }

    // MARK: - Judging

    private func judge(_ root: XMLElement, _ place: String) -> Verdict {
        if let failure = schemaFailure(root) {
            if !failure.message.isEmpty {
                console.write(.error, position(place, failure.line) + failure.message + "\n")
            }
            log("main", .error, "CIB did not pass schema validation")
            return .faulty
        }
        let readable: XMLElement
        do throws(CIBFailure) {
            let (form, warnings) = try CIBDocument.readableForm(of: root)
            readable = form
            for warning in warnings where arguments.verbosity > 1 { console.write(.error, "WARNING: \(warning)\n") }
        } catch {
            console.write(.error, "\(error.message)\n")
            return .faulty
        }
        if StatedSchema(readable) == .unchecked {
            console.write(
                .error,
                "Schema validation of configuration is disabled (enabling is encouraged and prevents common "
                    + "misconfigurations)\n")
        }
        var verdict = Verdict.sound
        for problem in ConfigurationReview(readable).run() {
            log(problem.origin, problem.severity, problem.message)
            guard problem.isFault else { continue }
            if problem.severity == .error { verdict = .faulty } else if verdict == .sound { verdict = .doubtful }
        }
        for node in unfenceableNodes(readable) {
            log("schedule_fencing_and_shutdowns", .warning, "Node \(node) is unclean but cannot be fenced")
            if verdict == .sound { verdict = .doubtful }
        }
        return verdict
    }

    /// Nodes that the recorded state does not show to be safe and that cannot be fenced, for want of quorum or of a device: of all
    /// that a schedule would do this alone counts against the configuration, with the incumbent as well.
    private func unfenceableNodes(_ root: XMLElement) -> [String] {
        guard root.child("status") != nil else { return [] }
        let clock = console.clock()
        var input = SchedulerInput(cib: root, now: WallTime(seconds: clock.seconds))
        input.utcOffset = clock.offset
        return schedule(input).unfenceable
    }

    private func schemaFailure(_ root: XMLElement) -> CIBFailure? {
        if case .unknown(let name) = StatedSchema(root) {
            return CIBFailure(
                .unknownSchema, "cib has validate-with=\"\(name)\", a schema that is not known here",
                line: Int(root.line))
        }
        do throws(CIBFailure) {
            try CIBDocument.validate(root)
            return nil
        } catch {
            return error
        }
    }

    private func log(_ origin: String, _ severity: CIBProblem.Severity, _ message: String) {
        guard arguments.verbosity >= (severity == .error ? 1 : 2) else { return }
        console.log(origin, severity.rawValue, message)
    }

    private func conclude(_ verdict: Verdict) -> ToolExit {
        let hint = arguments.verbosity > 0 ? "" : "\n-V may provide more details"
        switch verdict {
        case .sound: return .ok
        case .doubtful:
            console.write(
                .error, "crm_verify: Warnings found during check: config may not be valid\(hint)\n")
        case .faulty:
            console.write(.error, "crm_verify: Errors found during check: config not valid\(hint)\n")
        }
        return .configuration
    }
}

extension VerifyTool {
    fileprivate static let description = ToolDescription(
        name: "crm_verify",
        summary: """
            Check a Pacemaker configuration for errors

            Check the well-formedness of a complete Pacemaker XML configuration,
            its conformance to the configured schema, and the presence of common
            misconfigurations. Problems reported as errors must be fixed before the
            cluster will work properly. It is left to the administrator to decide
            whether to fix problems reported as warnings.
            """,
        groups: [
            ToolDescription.outputGroup,
            .init(
                name: "data", title: "Data sources:", help: "Show data options",
                options: [
                    .init("L", "live-check", "Check the configuration used by the running cluster"),
                    .init("x", "xml-file", "Check the configuration in the named file", value: "FILE"),
                    .init("p", "xml-pipe", "Check the configuration piped in via stdin"),
                    .init("X", "xml-text", "Check the configuration in the supplied string", value: "XML"),
                ]),
            .init(
                name: "additional", title: "Additional options:", help: "Show additional options",
                options: [
                    .init("S", "save-xml", "Save verified XML to named file (most useful with -L)", value: "FILE")
                ]),
        ],
        epilogue: """
            Examples:

            Check the consistency of the configuration in the running cluster:

            \tcrm_verify --live-check

            Check the consistency of the configuration in a given file and produce verbose output:

            \tcrm_verify --xml-file file.xml --verbose


            """)
}
