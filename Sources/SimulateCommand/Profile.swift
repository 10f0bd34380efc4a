internal import Glibc
internal import Scheduler
internal import ToolReports
internal import XMLTree

/// Schedules every CIB of a directory, the last name first, and says how much processor time each took.
func profile(_ directory: String, _ options: SimulateOptions, _ output: inout ToolOutput) {
    guard isDirectory(directory) else { return }
    output.begin("Timings", XMLElement("timings"))
    defer { output.end() }
    for path in files(in: directory, suffix: ".xml").reversed() {
        do throws(InputFailure) {
            let document = try readInput(.file(path))
            let start = clock()
            for _ in 0..<max(0, options.repetitions) { schedule(document, options, &output) }
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            output.item(
                "Testing \(path) ... \(decimal(seconds, places: 2)) secs",
                XMLElement("timing", ["file": path, "duration": decimal(seconds, places: 6)]))
        } catch {
            complain(error.message)
        }
    }
}

private func schedule(_ document: XMLElement, _ options: SimulateOptions, _ output: inout ToolOutput) {
    let clock = EffectiveClock(document, options, Int64(time(nil)), saysOriginal: false, &output)
    var choices = SchedulerOptions(collectsScores: options.showsScores)
    choices.collectsUtilization = options.showsUtilization
    let result = schedule(SchedulerInput(cib: document, now: clock.now, options: choices))
    for entry in result.scores { output.item(entry.text, entry.element) }
}

/// A number of seconds with that many decimal places.
private func decimal(_ seconds: Double, places: Int) -> String {
    let scale = places == 2 ? 100.0 : 1_000_000.0
    let scaled = Int64((seconds * scale).rounded())
    let fraction = String(scaled % Int64(scale))
    return "\(scaled / Int64(scale))." + String(repeating: "0", count: max(0, places - fraction.count)) + fraction
}
