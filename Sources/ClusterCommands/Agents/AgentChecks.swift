internal import Agents
internal import CIB
internal import XMLTree

extension Session {
    /// Completes `IPaddr2` or `ocf:IPaddr2` from the agents of this machine: `heartbeat` first, then `pacemaker`, then ours.
    ///
    /// - Throws: `.noSuchObject` when no provider has it, unless forced: `ocf:heartbeat` is then meant.
    func resolveAgent(_ statement: inout ConfigurationStatement) throws(CommandFailure) {
        guard let typed = statement.unresolvedAgent else { return }
        let type = typed.hasPrefix("ocf:") ? String(typed.dropFirst(4)) : typed
        let catalogue = facilities.agents.catalogue
        let found = catalogue.alternatives(ofType: type)
        let preferred = ["heartbeat", "pacemaker", "lockstep"].lazy.compactMap { provider in
            found.first { $0.provider == provider }
        }
        guard
            let agent = preferred.first ?? found.first
                ?? (options.forces ? AgentReference(.ocf, provider: "heartbeat", type) : nil)
        else {
            throw .noSuchObject(
                "agent \"\(typed)\" is not installed here (class ocf, any provider)",
                advice: suggestion(for: type, among: catalogue.types(of: .ocf))
                    ?? "\(programName) ra list ocf shows the agents; write CLASS:PROVIDER:TYPE to name one that is not here."
            )
        }
        statement.element["class"] = "ocf"
        statement.element["provider"] = agent.provider
        statement.element["type"] = agent.type
        statement.unresolvedAgent = nil
    }

    /// What is wrong with new or changed primitives in the eyes of their agents: unknown and missing parameters.
    ///
    /// An agent that is not on this machine may be on others, so its absence is no error.
    func agentProblems(of draft: ConfigurationDraft) -> [String] {
        var problems: [String] = []
        draft.configuration.child("resources")?.forEachDescendant { element in
            guard element.name == "primitive", let id = element.id, draft.isNewOrChanged(element) else { return }
            // Units and init scripts have no parameters and nothing to ask.
            guard let agent = AgentReference(of: element), agent.standard == .ocf || agent.standard == .stonith else {
                return
            }
            guard let metadata = facilities.agents.metadata(of: agent) else {
                console.warning("\(id): agent \(agent) is not installed here, its parameters are not checked")
                return
            }
            problems += metadata.problems(of: element, id: id, agent)
        }
        return problems
    }
}

extension AgentReference {
    /// The agent that a primitive or template names.
    init?(of element: XMLElement) {
        guard let type = element["type"], let standard = element["class"].flatMap(AgentStandard.init) else {
            return nil
        }
        self.init(standard, provider: element["provider"], type)
    }
}

extension ConfigurationDraft {
    fileprivate func isNewOrChanged(_ element: XMLElement) -> Bool {
        let before = base.configuration.child("resources")?.firstDescendant(id: element.id ?? "")
        return before != element
    }
}

extension AgentMetadata {
    fileprivate func problems(of element: XMLElement, id: String, _ agent: AgentReference) -> [String] {
        let sets = element.children("instance_attributes")
        // Values by reference or rule cannot be judged here.
        guard sets.allSatisfy({ $0["id-ref"] == nil && $0.child("rule") == nil }) else { return [] }
        let given = sets.flatMap { $0.children("nvpair").compactMap { $0["name"] } }
        let isFence = agent.standard == .stonith
        let known = parameters.map(\.name)
        var problems: [String] = []
        for name in given where !known.contains(name) && !isCommonParameter(name, isFence) {
            let near = suggestion(for: name, among: known).map { ". " + $0 } ?? ""
            problems.append("\(id): parameter \"\(name)\" is unknown to \(agent)\(near)")
        }
        // The cluster itself gives fence agents their action and target.
        let supplied: Set<String> = isFence ? ["action", "option", "port", "plug", "nodename"] : []
        for parameter in parameters where parameter.isRequired && (parameter.defaultValue ?? "").isEmpty {
            if !given.contains(parameter.name) && !supplied.contains(parameter.name) {
                problems.append("\(id): parameter \"\(parameter.name)\" is required by \(agent) and not given")
            }
        }
        return problems
    }

    private func isCommonParameter(_ name: String, _ isFence: Bool) -> Bool {
        name.hasPrefix("CRM_meta_") || name == "trace_ra" || name == "trace_file"
            || (isFence && (name.hasPrefix("pcmk_") || ["stonith-timeout", "priority", "provides"].contains(name)))
    }
}
