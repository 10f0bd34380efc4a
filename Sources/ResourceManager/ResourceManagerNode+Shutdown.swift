import CIB
import ClusterTypes
import Executor

// A clean stop: the node asks to be relieved, the cluster moves its resources away and lets it go.
extension ResourceManagerNode {
    mutating func beginShutdown() {
        switch phase {
        case .leaving, .departing, .ended: return
        case .unstarted:
            exit(.shutDown)
            return
        case .running: break
        }
        guard roster.isEstablished else {
            // Nothing can run here yet: the group has not taken this node in.
            depart()
            return
        }
        phase = .leaving
        report(.info, "shutting down: resources move away first")
        publish(.shutdownRequested(node: settings.nodeName))
        emit(.arm(.shutdownEscalation, after: options.shutdownEscalation))
        markShutdown()
    }

    /// Says in the document that this node wants to leave, unless it does already.
    mutating func markShutdown() {
        guard document.transientAttribute("shutdown", of: settings.node) == nil else { return }
        change([NodeStates.setAttribute("shutdown", to: String(wallTime.seconds), of: settings.node)])
        askToReconsider("\(settings.nodeName) shuts down")
    }

    /// This node is let go.
    mutating func depart() {
        phase = .departing
        control(.deactivated)
        perform(executor.receive(.stopped, at: now, wallTime: wallTime))
        emit(.cancel(.shutdownEscalation))
        emit(.messaging(.leave(.resourceManager)))
        emit(.arm(.departure, after: .seconds(1)))
    }
}
