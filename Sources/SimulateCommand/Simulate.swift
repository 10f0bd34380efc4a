internal import ClusterTypes
internal import Scheduler
internal import ToolReports
internal import TransitionGraph
internal import XMLTree

/// Shows the state of a cluster, changes it as asked, schedules, and carries the result out on paper.
func simulate(
    _ document: XMLElement, _ options: SimulateOptions, at time: Int64, _ output: inout ToolOutput
) throws(InputFailure) -> ToolExit {
    if let code = prepareStore(document, options) { return code }
    var simulation = SimulationRun(document, options, at: time)
    let code: ToolExit
    do throws(SimulatedCIB.Failure) {
        code = try simulation.run(&output)
    } catch {
        switch error {
        case .unknownNode(let name): complain("Node \(name) is neither in the configuration nor in the status section")
        case .ambiguousNode(let name): complain("Node \(name) has several entries in the status section")
        }
        return .noSuchObject
    }
    for path in storePaths(options) {
        if let failure = write(simulation.cib.document, to: path) { return failure }
    }
    return code
}

/// Where the outcome goes: the file it came from, or the one named.
private func storePaths(_ options: SimulateOptions) -> [String] {
    if options.storesInPlace, case .file(let path) = options.source { return path == "-" ? [] : [path] }
    return options.saveOutput.map { [$0] } ?? []
}

/// Makes sure before anything is said that the outcome can be stored.
private func prepareStore(_ document: XMLElement, _ options: SimulateOptions) -> ToolExit? {
    for path in storePaths(options) {
        if let failure = write(document, to: path) { return failure }
    }
    return nil
}

private func write(_ document: XMLElement, to path: String) -> ToolExit? {
    write(Array(document.formatted().utf8), to: path)
}

/// Writes a file, and says why when it cannot.
private func write(_ bytes: [UInt8], to path: String) -> ToolExit? {
    report { () throws(FileFailure) in try writeFile(path, bytes) }
}

private func write(_ graph: TransitionGraph, to path: String) -> ToolExit? {
    report { () throws(FileFailure) in
        let file = try OutputFile(path)
        try graph.writeDocument { (piece: inout [UInt8]) throws(FileFailure) in try file.write(piece) }
    }
}

private func report(_ writing: () throws(FileFailure) -> Void) -> ToolExit? {
    do throws(FileFailure) {
        try writing()
        return nil
    } catch {
        complain("Could not create '\(error.path)': \(error.reason)")
        return ToolExit(systemError: error.code)
    }
}

/// One run of `crm_simulate`, step by step.
private struct SimulationRun {
    var cib: SimulatedCIB
    private let options: SimulateOptions
    private let realTime: Int64
    /// Whether something was said that needs an empty line behind it.
    private var needsSpacer = false

    init(_ document: XMLElement, _ options: SimulateOptions, at time: Int64) {
        cib = SimulatedCIB(document)
        self.options = options
        realTime = time
    }

    mutating func run(_ output: inout ToolOutput) throws(SimulatedCIB.Failure) -> ToolExit {
        var clock = EffectiveClock(cib.document, options, realTime, &output)
        // What nothing changes before it is scheduled is read once for both.
        let early =
            options.processes && options.injections.isEmpty ? scheduled(clock, reportsStatus: !output.isQuiet) : nil
        let status = early == nil ? readClusterStatus(input(clock)) : early?.status
        if let status, !output.isQuiet {
            let isAnySaid = output.reportRestrictions(status)
            if isAnySaid { output.spacer() }
            report(status, "Current cluster status", "cluster_status", &output)
            needsSpacer = true
        }
        if !options.injections.isEmpty {
            space(&output)
            try cib.inject(options.injections, status: status, time: realTime, saying: &output)
            clock = EffectiveClock(cib.document, options, realTime, &output)
        }
        if let path = options.saveInput, let failure = write(cib.document, to: path) { return failure }
        guard options.processes else { return .ok }
        let result = early ?? scheduled(clock, reportsStatus: false)
        reportScores(result, &output)
        if let code = saveArtifacts(result) { return code }
        if !output.isQuiet {
            space(&output)
            output.begin("Transition Summary", XMLElement("actions"))
            for (line, element) in zip(result.summary.lines, result.summary.elements) { output.item(line, element) }
            output.end()
        }
        return options.simulates ? try execute(result, clock, &output) : .ok
    }

    private mutating func execute(
        _ result: SchedulerOutput, _ clock: EffectiveClock, _ output: inout ToolOutput
    ) throws(SimulatedCIB.Failure) -> ToolExit {
        space(&output)
        if !output.isQuiet { output.begin("Executing Cluster Transition", XMLElement("transition")) }
        var transition = TransitionRun(
            result.graph, cib: cib, recordedNames: result.recordedNames, failures: options.failingOperations,
            time: realTime)
        let isComplete = try transition.execute(&output)
        cib = transition.cib
        if !isComplete {
            output.problem("Transition failed: terminated")
            output.problem("An invalid transition was produced")
        }
        let code: ToolExit = isComplete ? .ok : .error
        guard !output.isQuiet else { return code }
        output.end()
        let clock = EffectiveClock(cib.document, options, realTime, &output)
        var later = input(clock)
        later.options.showsPending = false
        output.spacer()
        report(readClusterStatus(later), "Revised Cluster Status", "revised_cluster_status", &output)
        return code
    }

    // MARK: - Parts

    private func scheduled(_ clock: EffectiveClock, reportsStatus: Bool) -> SchedulerOutput {
        var input = input(clock)
        input.options.reportsStatus = reportsStatus
        return schedule(input)
    }

    private func input(_ clock: EffectiveClock) -> SchedulerInput {
        var choices = SchedulerOptions(
            collectsScores: options.showsScores, picturesGraph: options.dotFile != nil,
            isSanitized: options.source != .live)
        choices.transitionID = 0
        choices.repeatsIncumbent = true
        choices.collectsUtilization = options.showsUtilization
        choices.reportsDetails =
            options.showsAttributes || options.showsFailCounts || !options.injections.operations.isEmpty
        return SchedulerInput(cib: cib.document, now: clock.now, options: choices)
    }

    private func report(_ status: ClusterStatus, _ title: String, _ element: String, _ output: inout ToolOutput) {
        var sections: StatusSections = []
        if options.showsAttributes { sections.insert(.attributes) }
        if options.showsFailCounts { sections.formUnion([.failCounts, .failures]) }
        output.report(status, title: title, element: element, sections: sections, clock: .local)
    }

    private mutating func space(_ output: inout ToolOutput) {
        if needsSpacer { output.spacer() }
        needsSpacer = true
    }

    private mutating func reportScores(_ result: SchedulerOutput, _ output: inout ToolOutput) {
        let (title, element): (String, String)
        switch (options.showsScores, options.showsUtilization) {
        case (true, true):
            (title, element) = ("Allocation Scores and Utilization Information", "allocations_utilizations")
        case (true, false): (title, element) = ("Allocation Scores", "allocations")
        case (false, true): (title, element) = ("Utilization Information", "utilizations")
        case (false, false): return
        }
        space(&output)
        output.begin(title, XMLElement(element))
        for entry in result.scores { output.item(entry.text, entry.element) }
        output.end()
    }

    private func saveArtifacts(_ result: SchedulerOutput) -> ToolExit? {
        if let path = options.graphFile, write(result.graph, to: path) != nil { return .readOrWrite }
        guard let path = options.dotFile else { return nil }
        let picture = result.pictured.dot(allActions: options.showsAllActions)
        return write(Array(picture.utf8), to: path) == nil ? nil : .readOrWrite
    }
}

/// The time to judge by: the one asked for, the one the input was saved at, or the present.
struct EffectiveClock {
    var now: WallTime

    /// Says which time it is when that is not the present.
    init(
        _ document: XMLElement, _ options: SimulateOptions, _ realTime: Int64, saysOriginal: Bool = true,
        _ output: inout ToolOutput
    ) {
        now = WallTime(seconds: realTime)
        if let text = options.date {
            output.remark("Setting effective cluster time: \(text)")
            if let date = CivilTime(text) {
                now = WallTime(seconds: date.epoch)
            } else {
                complain("\(text) is not a date or time as in ISO 8601; the present is taken instead")
            }
        } else if let saved = document["execution-date"].flatMap({ Int64($0) }), saved != 0 {
            now = WallTime(seconds: saved)
            if saysOriginal {
                output.remark("Using the original execution date of: \(CivilTime(epoch: saved).description)")
            }
        }
    }
}
