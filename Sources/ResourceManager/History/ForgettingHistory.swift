import CIB
import ClusterTypes
import Executor
import XMLTree

/// Finds what a cleanup or refresh has to forget.
struct ForgettingHistory {
    struct Place: Equatable {
        var resource: String
        var node: NodeID
    }

    var document: CIBDocument
    /// Only resources that failed on the node (cleanup), or all (refresh).
    var onlyFailed: Bool

    /// Where something is to be forgotten, by node, then resource, in document order.
    ///
    /// - Throws: `.notFound` for a resource that neither configuration nor history knows, or a node without state.
    func places(resource: String?, node: String?) throws(ClientFailure) -> [Place] {
        let states = document.status.children("node_state").filter { node == nil || $0["uname"] == node }
        if let node, states.isEmpty { throw ClientFailure(.notFound, "nothing is known about a node \"\(node)\"") }
        let wanted = try resource.map { (resource) throws(ClientFailure) in try members(of: resource) }
        var places: [Place] = []
        for state in states {
            guard let id = state.id.flatMap({ UInt32($0) }) else { continue }
            for name in resources(of: state) where wanted?.contains(name) ?? true {
                if onlyFailed && !hasFailed(name, on: state) { continue }
                places.append(Place(resource: name, node: NodeID(id)))
            }
        }
        return places
    }

    /// The edits that forget a resource on a node, fail counts included.
    func changes(for place: Place) -> [CIBOperation] {
        HistoryChanges.forget(resource: place.resource, node: place.node)
            + Self.clearFailCounts(of: place.resource, node: place.node, in: document)
    }

    /// Forgets that a resource ever failed on a node: its fail counts, and the recorded failure, for which the scheduler
    /// would otherwise ask for the same again and again.
    static func clearFailCounts(of resource: String, node: NodeID, in document: CIBDocument) -> [CIBOperation] {
        guard let state = document.nodeState(of: node) else { return [] }
        return FailCounts.attributeNames(of: resource, on: state).map { NodeStates.removeAttribute($0, of: node) }
            + HistoryChanges.forgetLastFailure(of: resource, node: node, in: state)
    }

    private func resources(of state: XMLElement) -> [String] {
        state.child("lrm")?.child("lrm_resources")?.children.compactMap(\.id) ?? []
    }

    /// The primitives that a name stands for: itself, or everything in the group, clone or bundle.
    private func members(of resource: String) throws(ClientFailure) -> [String] {
        let name = resource.lastIndex(of: ":").map { String(resource[..<$0]) } ?? resource
        var names: [String] = []
        if let element = document.section(.resources)?.firstDescendant(id: name) {
            element.forEachDescendant { if $0.name == "primitive", let id = $0.id { names.append(id) } }
        }
        if names.isEmpty {
            let isRecorded = document.status.children("node_state").contains {
                resources(of: $0).contains { $0 == resource || $0 == name }
            }
            guard isRecorded else { throw ClientFailure(.notFound, "there is no resource \"\(resource)\"") }
            names = [resource, name]
        }
        // Instances of unique clones have histories of their own.
        let recorded = document.status.children("node_state").flatMap { resources(of: $0) }
        return names + recorded.filter { entry in names.contains { entry.hasPrefix($0 + ":") } }
    }

    private func hasFailed(_ resource: String, on state: XMLElement) -> Bool {
        if !FailCounts.attributeNames(of: resource, on: state).isEmpty { return true }
        let entries = state.child("lrm")?.child("lrm_resources")?.children.first { $0.id == resource }?.children ?? []
        return entries.contains { entry in
            let code = entry["rc-code"] ?? ""
            let fields = (entry["transition-key"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
            let expected = fields.count > 2 ? String(fields[2]) : "0"
            return entry["op-status"] != "-1" && (code != expected || entry["op-status"] != "0")
        }
    }
}
