internal import TransitionGraph
internal import XMLTree

/// Why a cluster does not come to rest although all of its actions succeed, as far as document and runs show a reason.
enum Restlessness: String {
    /// Orderings contradict each other: what they keep from running stays wanted.
    case contradiction
    /// No node is up that could ask for a schedule.
    case nobody = "no-controller"
    /// A guest or remote node has the name of another node, or an id that is another's: a result cannot say whose it is.
    case namesake
    /// A placement depends on where things are: what was moved or started takes effect, and is then wanted elsewhere.
    case changingMind = "changing-mind"
    /// Clones are told again and again of an action that is not allowed to run.
    case blockedNotification = "blocked-notification"
    /// A failure is kept (what is not managed keeps all, and what has expired need not be forgotten), and the recurring
    /// operation that failed is begun anew with each schedule.
    case keptFailure = "kept-failure"
    /// A connection is recorded on a node that is lost and cannot be fenced: its remote node is fenced again and again.
    case lostHost = "lost-host"
    /// A resource in a container failed to stop, and nobody forgets that: its container is stopped by each schedule.
    case failedInside = "failed-inside"

    /// A run and what it planned.
    struct Run {
        var graph: TransitionGraph
        /// Lines of the summary.
        var summary: [String]
        var hasStalled: Bool
    }

    /// - Parameters:
    ///   - cib: the document that was followed.
    ///   - runs: the last runs, each of which planned something.
    ///   - managed: the resources that are managed, by name.
    init?(_ cib: XMLElement, runs: [Run], managed: () -> Set<String>) {
        if runs.contains(where: \.hasStalled) {
            self = .contradiction
        } else if !Self.hasController(cib) {
            self = .nobody
        } else if Self.hasNamesakes(cib) {
            self = .namesake
        } else if runs.allSatisfy({ $0.graph.onlyNotifies }) {
            self = .blockedNotification
        } else if runs.allSatisfy({ $0.graph.onlyRepeats }), let last = runs.last?.graph,
            Self.hasFailures(cib, of: last) || managed().isDisjoint(with: last.resources)
        {
            self = .keptFailure
        } else if runs.allSatisfy({ $0.graph.onlyFences }), Self.hasLostNode(cib) {
            self = .lostHost
        } else if Self.stopContainers(runs, cib) {
            self = .failedInside
        } else if Self.goesBackAndForth(runs) {
            self = .changingMind
        } else {
            return nil
        }
    }

    private static func hasController(_ cib: XMLElement) -> Bool {
        let nodes = cib.child("configuration")?.child("nodes")?.children ?? []
        return cib.child("status")?.children("node_state").contains { state in
            state["remote_node"] == nil && state["crmd"] != nil && state["crmd"] != "offline"
                && state["in_ccm"] != "false" && nodes.contains { $0["uname"] == state["uname"] }
        } ?? false
    }

    private static func hasLostNode(_ cib: XMLElement) -> Bool {
        cib.child("status")?.children("node_state").contains {
            $0["remote_node"] == nil && $0["in_ccm"] == "false" && $0["expected"] == "member"
        } ?? false
    }

    private static func hasNamesakes(_ cib: XMLElement) -> Bool {
        let configuration = cib.child("configuration")
        var names: [String] = []
        for node in configuration?.child("nodes")?.children("node") ?? []
        where node["type"] != "remote" || node.id != node["uname"] {
            names += Set([node["uname"], node.id].compactMap { $0 })
        }
        configuration?.child("resources")?.forEachDescendant { element in
            switch element.name {
            case "primitive" where element["type"] == "remote": if let id = element.id { names.append(id) }
            case "nvpair" where element["name"] == "remote-node": if let name = element["value"] { names.append(name) }
            default: break
            }
        }
        return Set(names).count < names.count
    }

    /// Whether each of the recurring operations that a graph begins has failed where it is begun.
    private static func hasFailures(_ cib: XMLElement, of graph: TransitionGraph) -> Bool {
        graph.actions.filter { $0.kind == .resource }.allSatisfy { action in
            let histories = cib.nodeState(named: action.node)?.histories ?? []
            return histories.contains { history in
                action.resource?.isRecorded(as: (history.id ?? "")[...]) == true
                    && history.children.contains {
                        $0.id?.hasSuffix("_last_failure_0") == true && $0["operation"] == action.operation
                            && $0["interval"] == action["CRM_meta_interval"]
                    }
            }
        }
    }

    /// Whether each run stops a resource that contains, by a `container` meta-attribute, one whose stop failed there.
    private static func stopContainers(_ runs: [Run], _ cib: XMLElement) -> Bool {
        var contents: [String: [String]] = [:]
        for resource in cib.child("configuration")?.child("resources")?.children ?? [] {
            for pair in resource.children("meta_attributes").flatMap(\.children) where pair["name"] == "container" {
                contents[pair["value"] ?? "", default: []].append(resource.id ?? "")
            }
        }
        if contents.isEmpty { return false }
        return runs.allSatisfy { run in
            run.graph.actions.contains { action in
                guard action.operation == "stop", let inside = action.resource.flatMap({ contents[$0.id] }) else {
                    return false
                }
                let histories = cib.nodeState(named: action.node)?.histories ?? []
                return histories.contains { history in
                    history.id.map(inside.contains) == true && history.children.contains(where: \.isFailedStop)
                }
            }
        }
    }

    // MARK: - Back and forth

    private static func goesBackAndForth(_ runs: [Run]) -> Bool {
        guard runs.count > 1, !runs.contains(where: { $0.summary.contains { $0.contains("definition change") } }) else {
            return false
        }
        let steps = runs.map { PlacementSteps($0.graph) }
        return zip(steps, steps.dropFirst()).allSatisfy { before, after in
            // What was begun is known to have begun: it is not begun again without being ended before, and the other way round.
            guard before.begun.intersection(after.begun).isSubset(of: after.ended),
                before.ended.intersection(after.ended).isSubset(of: before.begun)
            else { return false }
            return after.moves || !before.begun.isDisjoint(with: after.ended)
                || !before.ended.isDisjoint(with: after.begun)
        }
    }
}

/// What a run begins and ends where.
private struct PlacementSteps {
    struct Step: Hashable {
        var resource: String
        var node: String
        var isPromotion: Bool
    }

    var begun: Set<Step> = []
    var ended: Set<Step> = []
    /// Whether an instance ends on one node and begins on another.
    var moves: Bool

    init(_ graph: TransitionGraph) {
        var left: [String: Set<String>] = [:]
        var reached: [String: Set<String>] = [:]
        for action in graph.actions {
            guard let resource = action.resource, let node = action.node else { continue }
            let instance = resource.longID ?? resource.id
            switch action.operation {
            case "start", "promote", "migrate_from":
                begun.insert(Step(resource: resource.id, node: node, isPromotion: action.operation == "promote"))
                reached[instance, default: []].insert(node)
            case "stop", "demote", "migrate_to":
                ended.insert(Step(resource: resource.id, node: node, isPromotion: action.operation == "demote"))
                left[instance, default: []].insert(node)
            default: break
            }
        }
        moves = left.contains { instance, nodes in reached[instance].map { !$0.isSubset(of: nodes) } ?? false }
    }
}

extension XMLElement {
    fileprivate var isFailedStop: Bool {
        self["operation"] == "stop" && id?.hasSuffix("_last_failure_0") == true
    }
}

extension TransitionGraph {
    /// Whether nothing is done but to tell instances of what is done.
    fileprivate var onlyNotifies: Bool { actions.allSatisfy { $0.kind == .pseudo || $0.operation == "notify" } }

    /// Whether nothing is done but to fence.
    fileprivate var onlyFences: Bool { actions.allSatisfy { $0.kind == .pseudo || $0.operation == "stonith" } }

    /// Whether nothing is done but to begin recurring operations.
    fileprivate var onlyRepeats: Bool {
        actions.allSatisfy { $0.kind == .pseudo || ($0["CRM_meta_interval"] ?? "0") != "0" && $0.operation != "cancel" }
    }

    /// The names of what is operated on.
    fileprivate var resources: Set<String> {
        Set(actions.filter { $0.kind == .resource }.compactMap { $0.resource?.id })
    }
}
