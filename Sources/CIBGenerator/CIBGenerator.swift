internal import ClusterTypes
package import XMLTree

/// Draws a whole CIB from a seed: a small cluster with a handful of features at a time, so that a difference has few causes.
///
/// The documents are valid for Pacemaker's schema 3.7 and use the option names that all releases know.
package struct CIBGenerator {
    var random: SeededGenerator
    var shape = Shape()
    private var idNumber = 0

    /// What later parts of the document refer to.
    struct Shape {
        var nodes: [String] = []
        var remotes: [String] = []
        /// Everything a constraint may name.
        var targets: [Target] = []
        var primitives: [Primitive] = []
        var features: Set<Feature> = []
    }

    /// A family of settings that a document uses or does not.
    enum Feature: CaseIterable {
        case attributes, bundles, clones, colocations, colocationSets, failures, fencing, groups, guests, health,
            history
        case locations, locationRules, maintenance, migration, orders, orderSets, promotables, priorities, remotes
        case recurring, shutdowns, stickiness, tickets, utilization, digests
    }

    struct Target {
        enum Kind { case primitive, group, clone, promotable, bundle }
        var id: String
        var kind: Kind
    }

    struct Primitive {
        var id: String
        var standard = "ocf"
        var provider: String? = "pacemaker"
        var type = "Stateful"
        var clone: Clone?
        var parameters: [String: String] = [:]
        /// Milliseconds.
        var monitors: [(interval: Int, role: String?)] = []
        var mayMigrate = false
        var isFenceDevice = false
    }

    struct Clone {
        var isUnique: Bool
        var isPromotable: Bool
        var maximum: Int
    }

    package init(seed: UInt64) { random = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ 1) }

    /// The document of this seed.
    package mutating func document() -> XMLElement {
        for feature in Feature.allCases where random.chance(feature.probability) { shape.features.insert(feature) }
        let nodes = nodes()
        let resources = resources()
        let constraints = constraints()
        var cib = XMLElement(
            "cib",
            [
                "admin_epoch": "0", "epoch": "1", "num_updates": "1", "validate-with": "pacemaker-3.7",
                "crm_feature_set": "3.16.1", "have-quorum": random.chance(0.93) ? "1" : "0", "dc-uuid": "1",
                "execution-date": String(Self.now), "cib-last-written": "Tue May  5 10:00:00 2026",
            ])
        let configuration = XMLElement(
            "configuration",
            children: [properties(), nodes, resources, constraints] + defaults() + topology())
        cib.children = [configuration, status()]
        return cib
    }

    /// The time at which generated documents are judged.
    package static let now: Int64 = 1_777_975_200

    // MARK: - Choices

    func has(_ feature: Feature) -> Bool { shape.features.contains(feature) }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[random.below(values.count)] }

    mutating func chance(_ probability: Double) -> Bool { random.chance(probability) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + random.below(range.count) }

    mutating func freshID(_ prefix: String) -> String {
        idNumber += 1
        return "\(prefix)-\(idNumber)"
    }

    mutating func block(_ name: String, of owner: String, _ values: [(String, String)]) -> [XMLElement] {
        if values.isEmpty { return [] }
        let id = freshID("\(owner)-\(name)")
        return [
            XMLElement(
                name, ["id": id],
                children: values.map { XMLElement("nvpair", ["id": "\(id)-\($0.0)", "name": $0.0, "value": $0.1]) })
        ]
    }

    mutating func score() -> String {
        pick(["INFINITY", "-INFINITY", "100", "-100", "1", "5", "50", "500", "1000", "-5", "INFINITY", "200"])
    }
}

extension CIBGenerator.Feature {
    fileprivate var probability: Double {
        switch self {
        case .bundles, .guests, .health, .tickets, .remotes: 0.08
        case .colocationSets, .orderSets, .locationRules, .maintenance, .shutdowns, .utilization: 0.12
        case .digests, .migration, .priorities, .promotables, .attributes: 0.25
        case .clones, .groups, .stickiness, .fencing, .recurring, .failures: 0.4
        case .colocations, .locations, .orders: 0.55
        case .history: 0.75
        }
    }
}
