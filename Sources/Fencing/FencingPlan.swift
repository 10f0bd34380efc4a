internal import XMLTree

/// The ways to fence a node, best first; a way is done when each of its calls has succeeded, in order.
struct FencingPlan: Sendable {
    struct Call: Sendable, Equatable {
        let device: String
        let action: FencingAction
        /// Whether the node counts as fenced even when this call fails: switching on again after it was off.
        let mayFail: Bool
    }

    let ways: [[Call]]

    /// With topology levels for the node these are the ways; without, each device that may fence it is one.
    init(_ configuration: FencingConfiguration, target: String, action: FencingAction, candidates: [String]) {
        let levels = Self.levels(configuration, target)
        if levels.isEmpty {
            ways = candidates.map { [Call(device: $0, action: action, mayFail: false)] }
        } else {
            ways = levels.map { Self.calls($0.devices, action) }
        }
    }

    /// A node behind several devices is only down when all of them are off at once, so a reboot of it is two passes.
    private static func calls(_ devices: [String], _ action: FencingAction) -> [Call] {
        guard action == .reboot, devices.count > 1 else {
            return devices.map { Call(device: $0, action: action, mayFail: false) }
        }
        return devices.map { Call(device: $0, action: .off, mayFail: false) }
            + devices.map { Call(device: $0, action: .on, mayFail: true) }
    }

    /// The levels for a node in ascending order: those that name it or, without any, those whose pattern matches it or,
    /// without any, those for an attribute that it has.
    private static func levels(_ configuration: FencingConfiguration, _ target: String) -> [TopologyLevel] {
        let attributes = configuration.nodes.first { $0.name == target }?.attributes ?? []
        let rules: [(TopologyLevel.Target) -> Bool] = [
            { $0 == .node(target) },
            {
                guard case .pattern(let pattern) = $0, let expression = try? Regex(pattern) else { return false }
                return target.firstMatch(of: expression) != nil
            },
            {
                guard case .attribute(let name, let value) = $0 else { return false }
                return attributes.contains { $0.name == name && $0.value == value }
            },
        ]
        for applies in rules {
            let levels = configuration.levels.filter { applies($0.target) }
            // Sorted by position too, since `sort` promises nothing about equal elements.
            let sorted = levels.enumerated().sorted { ($0.element.index, $0.offset) < ($1.element.index, $1.offset) }
            if !sorted.isEmpty { return sorted.map(\.element) }
        }
        return []
    }
}
