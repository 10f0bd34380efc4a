/// Decides where every resource should be and what must be done to bring it there.
///
/// A pure function: the same document and time give the same graph, on every node. Total: whatever the document holds,
/// it returns, with `notices` for what could not be understood.
package func schedule(_ input: SchedulerInput) -> SchedulerOutput {
    var work = Scheduling(input)
    work.readCluster()  // CIB → ClusterState
    let status = input.options.reportsStatus ? ClusterStatus(work) : nil
    work.readConstraints()  // ClusterState → ConstraintSet
    work.applyNodeCriteria()
    work.addInternalConstraints()
    work.planForChanges()
    work.place()  // ConstraintSet → Placement
    work.planActions()  // Placement → ActionPlan
    work.orderActions()
    let graph = work.buildGraph()  // ActionPlan → TransitionGraph
    return work.output(graph, status)
}

/// Reads only the present state of a cluster, as status commands show it.
package func readClusterStatus(_ input: SchedulerInput) -> ClusterStatus {
    var work = Scheduling(input)
    work.readCluster()
    return ClusterStatus(work)
}
