import ClusterTypes
import Glibc
import Scheduler
import TransitionGraph
import XMLTree

/// Exit codes of the incumbents' tools.
private enum ExitCode {
    static let ok: Int32 = 0
    static let usage: Int32 = 64
    static let noInput: Int32 = 66
    static let badData: Int32 = 65
    static let cannotCreate: Int32 = 73
    static let graph: Int32 = 74
}

/// The logic of `crm_simulate`: arguments in, text out, exit code back.
package func runSimulateCommand(arguments: [String]) -> Int32 {
    do {
        return try simulate(SimulateOptions(arguments: arguments))
    } catch let failure as UsageFailure {
        complain("crm_simulate: \(failure.message)")
        return ExitCode.usage
    } catch {
        complain("crm_simulate: \(error)")
        return ExitCode.badData
    }
}

private func complain(_ message: String) { _ = writeAll(2, Array((message + "\n").utf8)) }

private func simulate(_ options: SimulateOptions) throws -> Int32 {
    guard let path = options.input else { throw UsageFailure(message: "name the input with --xml-file") }
    guard let bytes = readFile(path) else {
        complain("crm_simulate: cannot read \(path): \(errorText())")
        return ExitCode.noInput
    }
    var cib = try XMLElement(parsing: bytes)
    if cib.child("status") == nil { cib.children.append(XMLElement("status")) }
    if let file = options.saveInput, !writeFile(file, Array(cib.formatted().utf8)) { return ExitCode.cannotCreate }
    let clock = try EffectiveClock(options, cib)
    var output = TextOutput()
    if !options.isQuiet, let remark = clock.remark { output.line(remark) }
    let schedulerOptions = SchedulerOptions(
        collectsScores: options.showsScores, picturesGraph: options.dotFile != nil, isSanitized: true)
    let input = SchedulerInput(cib: cib, now: clock.now, options: schedulerOptions)
    let result = options.processes ? schedule(input) : nil
    let status = result?.status ?? readClusterStatus(input)
    if !options.isQuiet { output.print(status, "Current cluster status", withCounts: true) }
    guard let result else {
        _ = writeFile("-", Array(output.text.utf8))
        return ExitCode.ok
    }
    if options.showsScores { output.printScores(result.scores, isQuiet: options.isQuiet) }
    if let file = options.graphFile {
        guard writeFile(file, Array(result.graph.xml.formatted().utf8)) else { return ExitCode.cannotCreate }
    }
    if let file = options.dotFile {
        let text = dotDocument(result.pictured, allActions: options.showsAllActions)
        guard writeFile(file, Array(text.utf8)) else { return ExitCode.cannotCreate }
    }
    if !options.isQuiet {
        output.blank()
        output.begin("Transition Summary")
        for line in result.summary.lines { output.item(line) }
        output.end()
    }
    var code = ExitCode.ok
    if options.simulates {
        var cluster = SimulatedCluster(input.cib, now: clock.realTime.seconds, recordedNames: result.recordedNames)
        code = execute(result, input, clock, isQuiet: options.isQuiet, &cluster, &output)
        if let file = options.saveOutput, !writeFile(file, Array(cluster.cib.formatted().utf8)) {
            return ExitCode.cannotCreate
        }
    }
    _ = writeFile("-", Array(output.text.utf8))
    return code
}

private func execute(
    _ result: SchedulerOutput, _ input: SchedulerInput, _ clock: EffectiveClock, isQuiet: Bool,
    _ cluster: inout SimulatedCluster, _ output: inout TextOutput
) -> Int32 {
    var text = TextOutput()
    text.blank()
    text.begin("Executing Cluster Transition")
    let isComplete = cluster.run(result.graph, &text)
    if !isQuiet { output.append(text) }
    if !isComplete {
        complain("Transition failed: terminated")
        complain("An invalid transition was produced")
    }
    if !isQuiet {
        if let remark = clock.remark { output.line(remark) }
        var later = input
        later.cib = cluster.cib
        later.options.showsPending = false
        output.blank()
        output.print(readClusterStatus(later), "Revised Cluster Status", withCounts: false)
    }
    return isComplete ? ExitCode.ok : ExitCode.graph
}

/// The time to judge by: the one asked for, the one the input was saved at, or the present.
private struct EffectiveClock {
    var now: WallTime
    var realTime: WallTime
    var remark: String?

    init(_ options: SimulateOptions, _ cib: XMLElement) throws(UsageFailure) {
        realTime = WallTime(seconds: Int64(time(nil)))
        now = realTime
        if let text = options.date {
            guard let date = CivilTime(text) else { throw UsageFailure(message: "\(text) is not a date") }
            now = WallTime(seconds: date.epoch)
            remark = "Setting effective cluster time: \(text)"
        } else if let saved = cib["execution-date"].flatMap({ Int64($0) }) {
            now = WallTime(seconds: saved)
            remark = "Using the original execution date of: \(CivilTime(epoch: saved).description)"
        }
    }
}

extension TextOutput {
    fileprivate mutating func append(_ other: TextOutput) {
        for line in other.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            self.line(String(line))
        }
    }

    fileprivate mutating func print(_ status: ClusterStatus, _ title: String, withCounts: Bool) {
        if withCounts {
            var any = false
            if status.isInMaintenance {
                blank()
                line("              *** Resource management is DISABLED ***")
                line("  The cluster will not attempt to start, stop or recover services")
                any = true
            }
            if status.disabledCount > 0 || status.blockedCount > 0 {
                if any { blank() }
                line(
                    "\(status.disabledCount) of \(status.instanceCount) resource instances DISABLED and "
                        + "\(status.blockedCount) BLOCKED from further action due to failure")
                any = true
            }
            if any { blank() }
        }
        begin(title)
        if !status.nodes.isEmpty {
            begin("Node List")
            for line in status.nodes { item(line.text, deeper: line.depth) }
            end()
        }
        if !status.resources.isEmpty {
            blank()
            begin("Full List of Resources")
            for line in status.resources { item(line.text, deeper: line.depth) }
            end()
        }
        end()
    }

    fileprivate mutating func printScores(_ scores: [String], isQuiet: Bool) {
        if !isQuiet {
            blank()
            begin("Assignment Scores")
        }
        for score in scores { if isQuiet { line(score) } else { item(score) } }
        if !isQuiet { end() }
    }
}
