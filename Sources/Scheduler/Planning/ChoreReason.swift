/// Why something is tidied up that is no step of a resource from one state to another: the `reason` of such actions.
package enum ChoreReason: String, Sendable {
    /// The failure is older than `failure-timeout`.
    case expired = "failure expired"
    case parametersChanged = "parameters changed"
    /// No longer configured.
    case removed = "resource removed"
    case agentChanged = "agent changed"
    /// The operation is no longer configured.
    case notConfigured = "operation removed"
    /// The operation is for another role than the resource has or gets.
    case otherRole = "operation of another role"
    /// What was reserved for a node that shut down (`shutdown-lock`) is free again.
    case lockEnded = "shutdown lock ended"
    case maintenance = "maintenance"
    /// The recurring operation's own definition is another.
    case operationChanged = "operation definition change"
}
