package import XMLTree

/// What the incumbents' scheduler objects to in a configuration that conforms to its schema, in their words and order.
///
/// - Source: behaviour of `crm_verify` 2.1.5.
package struct ConfigurationReview {
    let configuration: XMLElement
    let status: XMLElement?
    let hasQuorum: Bool
    let index: ConfigurationIndex
    let options: [String: XMLElement]
    private(set) var problems: [CIBProblem] = []
    private var said: Set<String> = []

    /// - Parameter root: the document; without a status section, only what needs none is looked at.
    package init(_ root: XMLElement) {
        configuration = root.child("configuration") ?? XMLElement("configuration")
        status = root.child("status")
        hasQuorum = ["true", "on", "yes", "y", "1"].contains(root["have-quorum"]?.lowercased())
        index = ConfigurationIndex(configuration)
        let sets = configuration.child("crm_config")?.children("cluster_property_set") ?? []
        options = MetaSets(sets, first: "cib-bootstrap-options").pairs
    }

    /// All objections.
    package consuming func run() -> [CIBProblem] {
        reviewOptions()
        reviewNodes()
        reviewResources()
        if let status { reviewStates(status) }
        reviewConstraints()
        if status != nil { reviewOperations() }
        return problems
    }

    var isFencingEnabled: Bool { flag("stonith-enabled") ?? true }

    func flag(_ name: String) -> Bool? {
        switch options[name]?["value"]?.lowercased() {
        case "true", "on", "yes", "y", "1": true
        case "false", "off", "no", "n", "0": false
        default: nil
        }
    }

    // MARK: - Reporting

    mutating func error(_ origin: String, _ message: String, _ element: XMLElement? = nil, isFault: Bool = true) {
        add(.error, origin, message, element, isFault: isFault)
    }

    mutating func warn(_ origin: String, _ message: String, _ element: XMLElement? = nil, isFault: Bool = true) {
        add(.warning, origin, message, element, isFault: isFault)
    }

    /// Warns of a kind of thing at its first occurrence only.
    mutating func warnOnce(_ kind: String, _ origin: String, _ message: String, _ element: XMLElement? = nil) {
        if said.insert(kind).inserted { warn(origin, message, element) }
    }

    private mutating func add(
        _ severity: CIBProblem.Severity, _ origin: String, _ message: String, _ element: XMLElement?,
        isFault: Bool
    ) {
        var problem = CIBProblem(severity, message, line: Int(element?.line ?? 0), elementID: element?.id)
        problem.origin = origin
        problem.isFault = isFault
        problems.append(problem)
    }
}

/// The pairs that sets of values give, the first of a name, sets of higher score first; sets with rules are left out.
struct MetaSets {
    /// The elements `nvpair` by name.
    private(set) var pairs: [String: XMLElement] = [:]

    init(_ sets: [XMLElement], first: String? = nil) {
        func rank(_ set: XMLElement) -> Int {
            if let first, set.id == first { return .max }
            return switch set["score"] {
            case "INFINITY", "+INFINITY": 1_000_000
            case "-INFINITY": -1_000_000
            case let text: text.flatMap { Int($0) } ?? 0
            }
        }
        let ordered = sets.filter { $0.child("rule") == nil }.enumerated().sorted {
            (rank($1.element), $0.offset) < (rank($0.element), $1.offset)
        }
        for (_, set) in ordered {
            for pair in set.children where pair.name == "nvpair" {
                guard let name = pair["name"], pair["value"] != nil, pairs[name] == nil else { continue }
                pairs[name] = pair
            }
        }
    }
}
