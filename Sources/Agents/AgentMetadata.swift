/// What an agent says about itself: parameters and operations.
///
/// - Source: OCF Resource Agent API 1.1, "Metadata" (ra-api.rng); fence agents use the same form.
package struct AgentMetadata: Sendable, Equatable {
    package struct Parameter: Sendable, Equatable {
        package var name: String
        /// `string`, `integer`, `boolean`, `select`, …; `string` when not said.
        package var type: String
        package var defaultValue: String?
        package var isRequired: Bool
        /// API 1.0 `unique="1"` or a `unique-group`: no two resources may share the value.
        package var isUnique: Bool
        /// Whether a change is taken in by `reload-agent` instead of a restart (API 1.1 `reloadable`).
        package var isReloadable: Bool
        /// Whether the value must not be shown (API 1.1 `private`).
        package var isPrivate: Bool
        package var shortDescription: String
        package var longDescription: String
    }

    package struct Action: Sendable, Equatable {
        package var name: String
        package var timeout: Duration?
        /// Zero for one-off operations.
        package var interval: Duration
        package var role: String?
        package var depth: String?
        /// Fence agents: whether `on` is unfencing to be run by the target itself.
        package var isOnTarget: Bool
        package var isAutomatic: Bool
    }

    package var name: String
    package var version: String
    package var shortDescription: String
    package var longDescription: String
    package var parameters: [Parameter]
    package var actions: [Action]

    /// The parameter of that name.
    package func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

    /// Whether the agent knows an operation.
    package func supports(_ action: String) -> Bool { actions.contains { $0.name == action } }
}
