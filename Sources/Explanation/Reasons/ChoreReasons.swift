import ClusterTypes
import Scheduler

// What is done for a resource that does not change where or how it runs: probes, monitors, cleaning up.

extension Reasoning {
    func choreReasons() -> [String] {
        let own = cluster.actions(of: index).map { cluster.ledger.actions[$0] }.filter { $0.isRequired && $0.isInGraph }
        let probes = own.filter { $0.task == "monitor" && $0.interval == 0 }.compactMap(\.node)
        var result: [String] = []
        if !probes.isEmpty { result.append(probeSentence(probes)) }
        let starts = Set(own.filter { ["start", "migrate_from", "promote", "demote"].contains($0.task) }.map(\.node))
        for action in own {
            let place = action.node.map { " on \(cluster.nodeName($0))" } ?? ""
            switch action.task {
            case "cancel":
                result.append("Its \(action.detail ?? "monitor") every \(interval(action))\(place) ends\(why(action)).")
            case "delete", "lrm_delete": result.append("Its history\(place) is removed\(why(action)).")
            case "clear_failcount": result.append("Its fail count\(place) is set back\(why(action)).")
            default:
                // A monitor that follows a start needs no reason of its own.
                guard action.interval > 0, !starts.contains(action.node) else { continue }
                result.append("Its \(action.task) every \(interval(action))\(place) begins\(why(action)).")
            }
        }
        return result
    }

    private func probeSentence(_ nodes: [Int]) -> String {
        let names = Self.joined(nodes.map(cluster.nodeName), limit: 5)
        return "It is probed on \(names): whether it is active there is not known."
    }

    private func interval(_ action: Ledger.Action) -> String {
        let milliseconds = action.interval
        if milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000) min" }
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }

    private func why(_ action: Ledger.Action) -> String {
        guard let reason = action.reason.flatMap(ChoreReason.init(rawValue:)) else {
            return action.interval > 0 && action.task != "cancel" ? monitorReason(action) : ""
        }
        switch reason {
        case .expired: return ": its failure is older than failure-timeout"
        case .parametersChanged: return ": its parameters have changed since it failed"
        case .removed: return ": it is not configured any more"
        case .agentChanged: return ": its agent is another now"
        case .notConfigured: return ": the configuration has no such operation any more"
        case .otherRole: return ": it is for another role"
        case .maintenance: return ": maintenance"
        case .lockEnded: return ": its reservation for that node (shutdown-lock) has ended"
        case .operationChanged: return " anew: its definition has changed, or its failure there has expired"
        }
    }

    private func monitorReason(_ action: Ledger.Action) -> String {
        if action.node != next { return ": the configuration wants it where the resource is stopped" }
        return action.requiredBy != nil ? ": the operation before it is done again" : ": none runs there yet"
    }
}
