package import XMLTree

/// An entry of a resource's operation history: an `lrm_rsc_op` element of the CIB's status section.
package struct OperationRecord: Sendable, Equatable {
    package var result: OperationResult
    package var node: String
    /// What wrote it, for people: `crm-debug-origin`.
    package var origin: String
    package var featureSet: String

    package init(_ result: OperationResult, node: String, origin: String = "lockstep", featureSet: String = "3.16.2") {
        self.result = result
        self.node = node
        self.origin = origin
        self.featureSet = featureSet
    }

    /// The history entries that this result writes, one or two, each replacing the entry of the same id.
    ///
    /// A failure goes to `RSC_last_failure_0` and, when it ran once, also to `RSC_last_0`; other results of recurring
    /// operations to `RSC_OPERATION_INTERVAL`, of others to `RSC_last_0`.
    package var elements: [XMLElement] { [] }
}
