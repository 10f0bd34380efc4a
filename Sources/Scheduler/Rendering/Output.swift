import ClusterTypes
import TransitionGraph

extension Scheduling {
    /// Gathers what the caller gets.
    mutating func output(_ graph: TransitionGraph, _ status: ClusterStatus?) -> SchedulerOutput {
        let summary = buildSummary()  // Gives actions without a node the one they are for; the picture shows it.
        let pictured = options.picturesGraph ? picture() : PicturedGraph()
        var output = SchedulerOutput(
            placement: placedResources(), graph: graph, summary: summary, scores: scoreLines,
            recheckAt: state.recheckAt.map { WallTime(seconds: $0) }, notices: state.notices, status: status,
            recordedNames: Set(state.resources.elements.flatMap { [$0.id, $0.historyID].compactMap { $0 } }),
            pictured: pictured, ledger: buildLedger())
        output.stalledCount = stalledCount
        output.unfenceable = state.unfenceable.map { state.nodes[$0].name }
        return output
    }

    private func placedResources() -> [PlacedResource] {
        var result: [PlacedResource] = []
        func add(_ index: ResourceIndex) {
            let resource = state.resources[index]
            guard resource.children.isEmpty else {
                for child in resource.children { add(child) }
                return
            }
            result.append(
                PlacedResource(
                    resource: resource.id, node: resource.assignedNode.map { state.nodes[$0].name },
                    role: resource.nextRole))
        }
        for resource in state.topLevel { add(resource) }
        return result
    }
}
