internal import ClusterTypes
internal import Glibc
internal import Scheduler
package import ToolReports
internal import XMLTree

/// The logic of `crm_simulate`: arguments in, text out, exit status back.
///
/// - Parameter arguments: without the name of the program.
/// - Source: crm_simulate(8); texts and exit statuses as of Pacemaker 2.1.
package func runSimulateCommand(arguments: [String]) -> Int32 {
    let options: SimulateOptions
    do throws(UsageFailure) {
        options = try SimulateOptions(arguments: arguments)
    } catch {
        complain(error.message)
        return ToolExit.usage.rawValue
    }
    if let topic = options.help {
        _ = writeAll(1, Array(helpText(topic, ellipsis: isUTF8Terminal() ? "…" : "?").utf8))
        return ToolExit.ok.rawValue
    }
    guard let form = outputForm(options) else {
        _ = writeAll(
            2, Array("Error creating output format \(options.outputFormat ?? ""): Unknown output format\n".utf8))
        return ToolExit.noSuchObject.rawValue
    }
    let descriptor: Int32
    do throws(FileFailure) {
        descriptor = try openOutput(options.outputFile)
    } catch {
        let name = options.outputFormat ?? "text"
        _ = writeAll(2, Array("Error creating output format \(name): \(error.reason)\n".utf8))
        return ToolExit(systemError: error.code).rawValue
    }
    let request = (["crm_simulate"] + arguments).map(quoted).joined(separator: " ")
    var output = ToolOutput(form, isQuiet: options.isQuiet, request: request)
    let code = perform(options, at: Int64(time(nil)), saying: &output)
    return deliver(output, descriptor) ? code.rawValue : ToolExit.error.rawValue
}

/// Does what the options say.
///
/// - Parameters:
///   - time: the present, in seconds since the epoch: when injected and executed operations are recorded to have run, and
///     what rules are judged by unless the options or the document name a time.
///   - output: gets all that is to be printed; what keeps the work from being done goes to the standard error output.
package func perform(_ options: SimulateOptions, at time: Int64, saying output: inout ToolOutput) -> ToolExit {
    let code = options.showsVersion ? sayVersion(&output) : work(options, time, &output)
    output.finish(code)
    return code
}

/// Writes a message about what cannot be done.
func complain(_ message: String) { _ = writeAll(2, Array("crm_simulate: \(message)\n".utf8)) }

private func work(_ options: SimulateOptions, _ time: Int64, _ output: inout ToolOutput) -> ToolExit {
    if let directory = options.profileDirectory {
        profile(directory, options, &output)
        return .ok
    }
    do throws(InputFailure) {
        return try simulate(readInput(options.source), options, at: time, &output)
    } catch {
        complain(error.message)
        return error.exit
    }
}

private func outputForm(_ options: SimulateOptions) -> ToolOutput.Form? {
    switch options.outputFormat {
    case nil, "text": .text(isFancy: options.isFancy || !(options.showsScores || options.showsUtilization))
    case "xml": .xml
    case "none": ToolOutput.Form.none
    default: nil
    }
}

private func sayVersion(_ output: inout ToolOutput) -> ToolExit {
    output.verbatim(ToolVersion.text)
    output.add(
        XMLElement(
            "version",
            [
                "program": ToolVersion.program, "version": ToolVersion.number, "author": ToolVersion.author,
                "build": "lockstep", "features": "",
            ]))
    return .ok
}

/// Puts an argument into quotes when it has blanks.
private func quoted(_ argument: String) -> String {
    guard argument.utf8.contains(UInt8(ascii: " ")) else { return argument }
    return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'") + "'"
}

private func isUTF8Terminal() -> Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { continue }
        return value.lowercased().hasSuffix("utf-8") || value.lowercased().hasSuffix("utf8")
    }
    return false
}

private func openOutput(_ path: String?) throws(FileFailure) -> Int32 {
    guard let path, path != "-" else { return 1 }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFailure(path: path, code: errno) }
    return descriptor
}

private func deliver(_ output: ToolOutput, _ descriptor: Int32) -> Bool {
    for chunk in output.chunks where !writeAll(chunk.isProblem ? 2 : descriptor, Array(chunk.text.utf8)) {
        return false
    }
    return true
}
