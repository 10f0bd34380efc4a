/// The names of recorded scheduler inputs in a node's directory: `pe-input-12.xml`.
///
/// The name is the incumbents', so that people find it; the document carries the time it was judged at
/// (`execution-date`), so that any `crm_simulate -x` decides as it was decided then.
package enum SchedulerInputName {
    /// How many are kept; about 50 kB each on a small cluster.
    package static let kept: UInt64 = 500

    package static func path(in folder: String, number: UInt64) -> String { "\(folder)/pe-input-\(number).xml" }

    /// The number of a recorded input; `nil` for other files.
    package static func number(of name: String) -> UInt64? {
        guard name.hasPrefix("pe-input-"), name.hasSuffix(".xml") else { return nil }
        return UInt64(name.dropFirst(9).dropLast(4))
    }
}
