import ClusterTypes
import TransitionGraph

extension Scheduling {
    mutating func readBundle(_ index: ResourceIndex) -> Bool { false }
    func bundleReplica(of bundle: ResourceIndex, on node: NodeIndex) -> ResourceIndex? { nil }
    func bundleContainers(_ index: ResourceIndex) -> [ResourceIndex] { [] }
    func resourceInContainer(_ index: ResourceIndex) -> ResourceIndex? { nil }
    mutating func assignBundle(_ index: ResourceIndex, prefer: NodeIndex?, stopIfFailed: Bool) -> NodeIndex? { nil }
    mutating func addBundleConstraints(_ index: ResourceIndex) {}
    mutating func colocate(_ dependent: ResourceIndex, withBundle bundle: ResourceIndex, _ colocation: Colocation)
        -> Score
    { .zero }
    mutating func planBundle(_ index: ResourceIndex) {}
    mutating func probeBundle(_ index: ResourceIndex, on node: NodeIndex) -> Bool { false }
    mutating func bundleFlags(_ action: ActionIndex, _ bundle: ResourceIndex, _ node: NodeIndex?) -> Action.Flags { [] }
    mutating func addBundleActions(of index: ResourceIndex, to graph: inout TransitionGraph) {}
    func addBundleNeed(of index: ResourceIndex, _ together: [ResourceIndex], into need: inout [String: Int]) {}
    func needsRemoteName(_ index: ResourceIndex) -> Bool { false }
    func remoteAddress(of index: ResourceIndex) -> String? { nil }
    func substituteRemoteAddress(_ index: ResourceIndex, _ parameters: inout [String: String]) {}
    func placeTarget(_ node: NodeIndex, _ resource: ResourceIndex?) -> String? {
        resource.flatMap { state.resources[$0].meta["container-attribute-target"] }
    }
    func resourceForRole(_ index: ResourceIndex) -> ResourceIndex { index }
    func summaryChildren(_ index: ResourceIndex) -> [ResourceIndex] { state.resources[index].children }
}
