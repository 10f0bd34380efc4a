internal import CIB
internal import ClusterTypes
internal import ResourceManager
internal import XMLTree

extension SimulatedCluster {
    /// The configuration that every machine starts with.
    func initialDocument(resourceCount: Int) -> CIBDocument? {
        let primitives = (1...max(1, resourceCount)).map { number in
            """
            <primitive id="r\(number)" class="ocf" provider="heartbeat" type="Dummy"><operations>\
            <op id="r\(number)-monitor" name="monitor" interval="3s" timeout="10s"/></operations></primitive>
            """
        }
        let hosts = nodes.indices.map { name($0) }.joined(separator: " ")
        let members = nodes.indices.map { "<node id=\"\(nodes[$0].id)\" uname=\"\(name($0))\"/>" }
        let text = """
            <cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0">\
            <configuration><crm_config><cluster_property_set id="cib-bootstrap-options">\
            <nvpair id="stonith" name="stonith-enabled" value="true"/></cluster_property_set>\
            <cluster_property_set id="changes"/></crm_config><nodes>\(members.joined())</nodes>\
            <resources><primitive id="fence" class="stonith" type="fence_sim"><instance_attributes id="fence-attributes">\
            <nvpair id="fence-hosts" name="pcmk_host_list" value="\(hosts)"/></instance_attributes></primitive>\
            \(primitives.joined())</resources><constraints/></configuration><status/></cib>
            """
        return try? CIBDocument(parsing: Array(text.utf8))
    }

    func scheduleOperator() {
        schedule(.operatorActs, after: generator.duration(in: .milliseconds(300)...(.milliseconds(1500))))
    }

    /// Somebody changes the configuration on a random machine.
    func actAsOperator() {
        guard isSending, changeCount < 20 else { return }
        defer { scheduleOperator() }
        let node = generator.below(nodes.count)
        guard nodes[node].manager != nil, nodes[node].pausedUntil <= now else { return }
        changeCount += 1
        let id = "change-\(changeCount)"
        let pair = XMLElement("nvpair", ["id": id, "name": id, "value": "\(changeCount)"])
        let operation = CIBOperation.create(pair, in: .xpath("//cluster_property_set[@id='changes']"))
        trace(node, "operator asks for \(id)")
        feedManager(
            node,
            .clientRequested(
                RequestID(UInt64(changeCount)), .changeCIB([operation], expectedVersion: nil),
                by: ClientIdentity(user: "root", client: "simulator")))
    }

    func answered(_ request: RequestID, _ response: ClientResponse, by node: Int) {
        switch response {
        case .changed(let version, let isQuorate):
            trace(node, "acknowledges change-\(request) as \(version)\(isQuorate ? "" : " without quorum")")
            // Without quorum nothing is promised, and of a pair both may be quorate.
            guard isQuorate, nodes.count > 2 else { return }
            documentChecker.changeAcknowledged("change-\(request)", at: now)
        case .refused(let failure): trace(node, "refuses change-\(request): \(failure)")
        case .status, .elements, .done: break
        }
    }

    /// Every resource runs once, and all replicas are the same.
    var isSettled: Bool {
        guard nodes.allSatisfy({ $0.manager != nil }) else { return false }
        let active = nodes.flatMap(\.machine.active).sorted()
        guard active == (1...resourceCount).map({ "r\($0)" }) else { return false }
        guard let first = nodes[0].manager?.core.document else { return false }
        return nodes.allSatisfy { $0.manager?.core.document.version == first.version }
    }

    var unsettled: String {
        nodes.indices.map { index in
            guard let manager = nodes[index].manager else { return "\(name(index)) is down" }
            return "\(name(index)) runs \(nodes[index].machine.active), document \(manager.core.document.version)"
        }.joined(separator: "; ")
    }

    /// After the ring has formed: everything where it belongs, within the bound, and lasting; then the same without clients.
    func settle() {
        let start = now
        guard let settled = waitUntilSettled(for: .seconds(2)) else { return }
        outcome.settlingTime = settled - start
        isSending = false
        // A fence device that was slow may strike once more.
        guard waitUntilSettled(for: .seconds(1)) != nil else { return }
        let documents = nodes.compactMap { node in node.manager.map { (node: node.id, document: $0.core.document) } }
        violations += documentChecker.violations(documents, at: now)
    }

    /// Since when everything has been settled, as soon as that has lasted for some time; `nil` after too long a wait.
    private func waitUntilSettled(for duration: Duration) -> Instant? {
        let start = now
        let bound = Duration.seconds(60)
        var settledSince: Instant?
        while now - start < bound {
            advance(to: now + .milliseconds(100))
            if !isSettled { settledSince = nil }
            if isSettled, settledSince == nil { settledSince = now }
            if let settledSince, now - settledSince >= duration { return settledSince }
        }
        violations.append(.init(.convergence, at: now, "\(bound) after the ring formed: \(unsettled)"))
        return nil
    }
}
