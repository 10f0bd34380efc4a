package import Agents
package import ClusterTypes

/// What came of an operation on this node.
package struct OperationResult: Sendable, Equatable {
    package var request: OperationRequest
    /// Numbers the operations of this node, from 1; all results of a recurring operation share one.
    package var callID: Int32
    package var status: ExecutionStatus
    package var code: ResultCode
    /// Why it failed, in the agent's words or ours; empty when there is nothing to say.
    package var exitReason: String
    /// What the agent printed on standard output and standard error, cut at the limit.
    package var output: String
    package var errorOutput: String
    /// When this run began.
    package var lastRun: WallTime
    /// When the result last differed from the one before it.
    package var lastChange: WallTime
    /// How long the agent ran.
    package var executionTime: Duration
    /// How long it waited for another operation of its resource.
    package var queueTime: Duration
    package var digests: OperationDigests

    package init(
        request: OperationRequest, callID: Int32, status: ExecutionStatus, code: ResultCode, exitReason: String = "",
        output: String = "", errorOutput: String = "", lastRun: WallTime, lastChange: WallTime,
        executionTime: Duration = .zero, queueTime: Duration = .zero, digests: OperationDigests = OperationDigests()
    ) {
        self.request = request
        self.callID = callID
        self.status = status
        self.code = code
        self.exitReason = exitReason
        self.output = output
        self.errorOutput = errorOutput
        self.lastRun = lastRun
        self.lastChange = lastChange
        self.executionTime = executionTime
        self.queueTime = queueTime
        self.digests = digests
    }

    /// Whether the history calls this a failure: the agent gave no proper result, or another one than was expected.
    package var isFailure: Bool {
        switch status {
        case .pending, .cancelled: false
        case .done: code != request.expectedCode
        case .timedOut, .notSupported, .error, .hardError, .fatalError, .notInstalled, .notConnected, .invalid,
            .noFenceDevice, .noSecrets:
            true
        }
    }
}
