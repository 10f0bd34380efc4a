internal import ToolReports
package import TransitionGraph
package import XMLTree

/// The document after a transition in which every agent did what was expected of it, and nothing was said.
///
/// - Parameters:
///   - recordedNames: the names resources are known by, as the scheduler gives them.
///   - time: when the results are recorded to have happened, in seconds since the epoch.
/// - Returns: `nil` when the status section has no single place for the result on a node.
package func outcome(
    of graph: TransitionGraph, in cib: XMLElement, recordedNames: Set<String>, at time: Int64
) -> XMLElement? {
    var output = ToolOutput(.none, isQuiet: true, request: "")
    var run = TransitionRun(
        graph, cib: SimulatedCIB(cib), recordedNames: recordedNames, failures: [], time: time)
    guard (try? run.execute(&output)) != nil else { return nil }
    return run.cib.document
}
