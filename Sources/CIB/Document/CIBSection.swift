/// A section of the CIB, with the name of its element.
///
/// - Source: cibadmin(8), `--scope`.
package enum CIBSection: String, Sendable, Equatable, CaseIterable {
    case configuration
    case clusterOptions = "crm_config"
    case nodes
    case resources
    case constraints
    case fencingTopology = "fencing-topology"
    case accessRules = "acls"
    case tags
    case alerts
    case resourceDefaults = "rsc_defaults"
    case operationDefaults = "op_defaults"
    case status

    /// Whether the section is inside `configuration` (or is it).
    package var isConfiguration: Bool { self != .status }

    /// The names of the elements from below the root down to the section.
    package var path: [String] {
        switch self {
        case .configuration, .status: [rawValue]
        case .clusterOptions, .nodes, .resources, .constraints, .fencingTopology, .accessRules, .tags, .alerts,
            .resourceDefaults, .operationDefaults:
            [CIBSection.configuration.rawValue, rawValue]
        }
    }
}
