/// The arguments of `lockstep-simulator`.
package struct SimulatorArguments: Sendable, Equatable {
    package struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
    }

    package var seeds: ClosedRange<UInt64> = 1...100
    /// A file of seeds to run instead.
    package var seedFile: String?
    /// 1 or more.
    package var jobCount = 1
    package var isTracing = false
    package var nodeCount: Int?
    package var scope = SimulationOptions.Scope.cluster
    /// 0 to 90.
    package var lossPercent = 5
    package var sabotage: Sabotage?
    package var wantsHelp = false

    package static let help = """
        Usage: lockstep-simulator [options]

        Runs clusters in a simulated world and checks what must hold: each seed draws the network, the crashes, the
        partitions and the load. The same seed gives the same run.

          --seed N            run one seed
          --seeds A..B        run the seeds from A to B (default 1..100)
          --seed-file FILE    run the seeds of a file: each line a scope, a seed and what it once found
          --jobs N            use N threads (default 1)
          --scope WHAT        cluster: whole nodes (default); messaging: only that, under more load;
                              wide-area: that, for an hour on a bad network; decoders: damaged packets and requests;
                              transport: damaged packets of kronosnet; tools: damaged answers to our tools
          --nodes N           2 to 8 nodes (default: drawn from the seed)
          --loss PERCENT      what the wide-area network loses (default 5)
          --trace             print every event
          --sabotage LIE      let the world lie, to see that the checkers notice: \(
            Sabotage.allCases.map(\.rawValue).joined(separator: ", "))
          --help              print this

        The exit status is 0 when everything held, 1 when something was violated, 2 for wrong arguments.
        """

    package init(_ arguments: [String]) throws(Failure) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--help", "-h": wantsHelp = true
            case "--trace": isTracing = true
            case "--seed":
                let seed = try Self.number(option, &rest, in: 0...UInt64.max)
                seeds = seed...seed
            case "--seeds": seeds = try Self.range(option, &rest)
            case "--seed-file": seedFile = try Self.value(option, &rest)
            case "--jobs": jobCount = Int(try Self.number(option, &rest, in: 1...256))
            case "--nodes": nodeCount = Int(try Self.number(option, &rest, in: 2...8))
            case "--loss": lossPercent = Int(try Self.number(option, &rest, in: 0...90))
            case "--scope": scope = try Self.choice(option, &rest)
            case "--sabotage": sabotage = try Self.choice(option, &rest)
            default: throw Failure(description: "unknown option '\(option)'; see --help")
            }
        }
    }

    private static func value(_ option: String, _ rest: inout ArraySlice<String>) throws(Failure) -> String {
        guard let value = rest.popFirst() else { throw Failure(description: "\(option) needs a value; see --help") }
        return value
    }

    private static func number(
        _ option: String, _ rest: inout ArraySlice<String>, in range: ClosedRange<UInt64>
    ) throws(Failure) -> UInt64 {
        let text = try value(option, &rest)
        guard let number = UInt64(text), range.contains(number) else {
            throw Failure(
                description: "\(option) must be a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'"
            )
        }
        return number
    }

    private static func range(
        _ option: String, _ rest: inout ArraySlice<String>
    ) throws(Failure) -> ClosedRange<UInt64> {
        let text = try value(option, &rest)
        let parts = text.split(separator: ".", omittingEmptySubsequences: true).map { UInt64($0) }
        guard parts.count == 2, let first = parts[0], let last = parts[1], first <= last, last < UInt64.max else {
            throw Failure(description: "\(option) must be two numbers like 1..100, not '\(text)'")
        }
        return first...last
    }

    private static func choice<Value: RawRepresentable & CaseIterable>(
        _ option: String, _ rest: inout ArraySlice<String>
    ) throws(Failure) -> Value where Value.RawValue == String {
        let text = try value(option, &rest)
        guard let choice = Value(rawValue: text) else {
            let known = Value.allCases.map { $0.rawValue }.joined(separator: ", ")
            throw Failure(description: "\(option) must be one of \(known), not '\(text)'")
        }
        return choice
    }
}
