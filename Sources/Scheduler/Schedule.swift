/// Decides where every resource should be and what must be done to bring it there.
///
/// A pure function: the same document and time give the same graph, on every node. Total: whatever the document holds,
/// it returns, with `notices` for what could not be understood.
package func schedule(_ input: SchedulerInput) -> SchedulerOutput {
    SchedulerOutput()
}
