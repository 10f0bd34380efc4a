internal import XMLTree

/// Where the status section keeps the entries of nodes and the histories of resources.
///
/// A transition writes one result after the other; without this each would look at all histories of its node. Positions hold
/// until entries are made or removed by other means.
struct HistoryPlaces: Sendable {
    /// Histories of one name in a node's list.
    private enum Place {
        case single(Int)
        case several
    }

    /// Positions of the `node_state` entries in the section, by the node's name.
    private var states: [String: [Int]] = [:]
    /// By position of the node's entry, then by the history's id.
    private var histories: [Int: [String: Place]] = [:]

    init(_ status: XMLElement?) {
        guard let status else { return }
        for (position, state) in status.children.enumerated() where state.name == "node_state" {
            if let name = state["uname"] { states[name, default: []].append(position) }
        }
    }

    /// The entries of a node.
    func states(of node: String) -> [Int] { states[node] ?? [] }

    /// The position of a history in the list of a node: under the name looked for first, else under the preferred one.
    ///
    /// As with the incumbent, a history that is there twice is not continued but begun anew.
    mutating func history(of name: ResourceHistoryName, state: Int, in list: XMLElement) -> Int? {
        if histories[state] == nil {
            histories[state] = [:]
            for (position, history) in list.children.enumerated() where history.name == "lrm_resource" {
                if let id = history.id { add(id, at: position, state: state) }
            }
        }
        for id in [name.resource, name.preferred] {
            if case .single(let position) = histories[state]?[id] { return position }
        }
        return nil
    }

    mutating func add(_ id: String, at position: Int, state: Int) {
        let place: Place = histories[state]?[id] == nil ? .single(position) : .several
        histories[state, default: [:]][id] = place
    }
}
