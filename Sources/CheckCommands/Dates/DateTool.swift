internal import ClusterTypes
internal import ToolReports

/// `iso8601`: reads dates, durations and periods, and prints them.
///
/// - Parameters:
///   - words: the arguments without the tool's name.
///   - console: the outside world.
/// - Returns: the exit code: 0, 1 when the result is not the expected one, 2 for what cannot be read, 64 for wrong arguments.
/// - Source: iso8601(8) of Pacemaker 2.1.5.
package func runDateTool(_ words: [String], _ console: ToolConsole) -> Int32 {
    switch DateTool.description.start(words, console) {
    case .done(let code): return code
    case .arguments(let arguments): return DateTool(arguments, console).run().rawValue
    }
}

struct DateTool {
    let arguments: ToolArguments
    let console: ToolConsole
    let clock: CivilClock
    let style: CivilTime.Style
    let showsOffset: Bool

    init(_ arguments: ToolArguments, _ console: ToolConsole) {
        self.arguments = arguments
        self.console = console
        let (seconds, offset) = console.clock()
        clock = CivilClock(now: WallTime(seconds: seconds), offset: offset)
        showsOffset = arguments.has("local")
        style =
            arguments.has("seconds")
            ? .seconds
            : arguments.has("epoch")
                ? .epoch : arguments.has("week") ? .week : arguments.has("ordinal") ? .ordinal : .calendar
    }

    func run() -> ToolExit {
        do {
            let date = try readDate()
            let duration = try readDuration()
            try readPeriod()
            var result = date
            if let date, let duration {
                let later = date.adding(duration)
                print("Duration ends at: " + later.text(style, showsOffset: true))
                result = later
            }
            if let result, let expected = arguments.value("expected"),
                expected.lowercased() != result.text(style, showsOffset: showsOffset).lowercased()
            {
                return .error
            }
            return .ok
        } catch {
            return .invalidParameter
        }
    }

    private func print(_ line: String) { console.write(.output, line + "\n") }

    private func refuse(_ failure: CivilTimeFailure, _ what: String) -> CivilTimeFailure {
        if arguments.verbosity > 0 { console.log(failure.origin, "error", failure.message) }
        console.write(.error, "iso8601: \(what)\n")
        return failure
    }

    private func readDate() throws(CivilTimeFailure) -> CivilTime? {
        guard let given = arguments.given.last(where: { $0.name == "now" || $0.name == "date" }) else { return nil }
        if given.name == "now" || given.value.lowercased() == "now" {
            print("Current date/time: " + clock.time.text(style, showsOffset: showsOffset))
            return clock.time
        }
        do {
            let date = try CivilTime(reading: given.value, clock: clock)
            print("Date: " + date.text(style, showsOffset: showsOffset))
            return date
        } catch {
            throw refuse(error, "Invalid date/time specified: \(given.value)")
        }
    }

    private func readDuration() throws(CivilTimeFailure) -> CivilDuration? {
        guard let text = arguments.value("duration") else { return nil }
        do {
            let duration = try CivilDuration(reading: text)
            print("Duration: " + duration.text)
            return duration
        } catch {
            throw refuse(error, "Invalid duration specified: \(text)")
        }
    }

    private func readPeriod() throws(CivilTimeFailure) {
        guard let text = arguments.value("period") else { return }
        do {
            let period = try CivilPeriod(reading: text, clock: clock)
            let ends = [period.start, period.end].map { $0.text(style, showsOffset: showsOffset) }
            print("Period: " + ends.joined(separator: " to "))
        } catch {
            throw refuse(error, "Invalid interval specified: \(text)")
        }
    }
}

extension CivilTimeFailure {
    /// What the incumbents' log says it comes from.
    var origin: String {
        switch subject {
        case .date: "parse_date"
        case .time: "crm_time_parse_sec"
        case .duration: "crm_time_parse_duration"
        case .period: "crm_time_parse_period"
        }
    }
}
