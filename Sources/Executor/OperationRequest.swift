package import Agents
internal import ClusterTypes
package import XMLTree

/// An operation that the controller wants run on this node: a `rsc_op` of the transition graph.
package struct OperationRequest: Sendable, Equatable {
    /// The resource as its history names it (`web`, `web:0`).
    package var resource: String
    package var agent: AgentReference
    /// `start`, `stop`, `monitor`, `promote`, `demote`, `notify`, `migrate_to`, `migrate_from`, `reload-agent`, …
    package var operation: String
    /// As the graph's action gives them: parameters by plain name, meta-attributes as `CRM_meta_…`.
    package var attributes: [XMLElement.Attribute]
    /// `ACTION:TRANSITION:EXPECTED-RC:UUID`.
    package var transitionKey: String

    package init(
        resource: String, agent: AgentReference, operation: String, attributes: [XMLElement.Attribute],
        transitionKey: String
    ) {
        self.resource = resource
        self.agent = agent
        self.operation = operation
        self.attributes = attributes
        self.transitionKey = transitionKey
    }

    /// The value of an attribute.
    package subscript(_ name: String) -> String? {
        for attribute in attributes where attribute.name == name { return attribute.value }
        return nil
    }

    /// Zero for an operation that runs once.
    package var interval: Duration { duration("CRM_meta_interval") ?? .zero }

    /// `CRM_meta_timeout`; 20 s when absent or not positive.
    package var timeout: Duration {
        guard let value = duration("CRM_meta_timeout"), value > .zero else { return .seconds(20) }
        return value
    }

    /// How long the first run waits.
    package var startDelay: Duration { duration("CRM_meta_start_delay") ?? .zero }

    /// The result that the controller counts on: the third field of the transition key; 0 when it cannot be read.
    package var expectedCode: ResultCode {
        let fields = transitionKey.split(separator: ":", omittingEmptySubsequences: false)
        return ResultCode(rawValue: fields.count > 2 ? Int32(fields[2]) ?? 0 : 0)
    }

    package var key: OperationKey { OperationKey(resource: resource, operation: operation, interval: interval) }

    /// Meta-attributes of time are written in milliseconds; as in the incumbent they are at most 2^32 - 1, 49 days.
    private func duration(_ name: String) -> Duration? {
        guard let text = self[name], let value = Int64(text), value >= 0 else { return nil }
        return .milliseconds(min(value, 4_294_967_295))
    }
}

/// Identifies an operation of a resource: `web_monitor_10000`.
package struct OperationKey: Hashable, Sendable, CustomStringConvertible {
    package var resource: String
    package var operation: String
    package var interval: Duration

    package init(resource: String, operation: String, interval: Duration = .zero) {
        self.resource = resource
        self.operation = operation
        self.interval = interval
    }

    package var description: String { "\(resource)_\(operation)_\(interval.milliseconds)" }
}
