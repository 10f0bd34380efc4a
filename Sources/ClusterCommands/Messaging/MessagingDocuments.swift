internal import JSONText
internal import XMLTree

extension MessagingSnapshot {
    /// Everything, as one JSON object.
    var json: JSON {
        .object([
            "cluster": .string(clusterName), "transport": .string(transport), "encrypted": .bool(isEncrypted),
            "node": .integer(Int64(localNode)),
            "ring": .object(["id": .string(ring.id), "members": .array(ring.members.map { .integer(Int64($0)) })]),
            "quorum": quorum.json, "nodes": .array(nodes.map(\.json)), "groups": .array(groups.map(\.json)),
            "map": Self.json(map), "statistics": Self.json(statistics),
        ])
    }

    private static func json(_ entries: [Entry]) -> JSON {
        .object(
            entries.map { entry in
                switch entry.value {
                case .integer(let number): JSON.Member(entry.key, .integer(number))
                case .text(let text): JSON.Member(entry.key, .string(text))
                }
            })
    }

    /// Everything, as one XML element with attributes.
    func xml(request: String) -> XMLElement {
        var root = XMLElement("pacemaker-result", ["api-version": "2.25", "request": request])
        var messaging = XMLElement(
            "messaging",
            [
                "cluster": clusterName, "transport": transport, "encrypted": String(isEncrypted),
                "node": String(localNode),
            ])
        messaging.children = [
            XMLElement(
                "ring", ["id": ring.id],
                children: ring.members.map { XMLElement("member", ["node": String($0)]) }),
            XMLElement(
                "quorum",
                [
                    "provider": quorum.provider, "quorate": String(quorum.isQuorate),
                    "expected-votes": String(quorum.expectedVotes), "total-votes": String(quorum.totalVotes),
                    "quorum": String(quorum.quorum), "flags": quorum.flags.joined(separator: " "),
                ]), XMLElement("nodes", children: nodes.map(\.xml)),
            XMLElement("groups", children: groups.map(\.xml)),
            XMLElement("map", children: map.map(\.xml)), XMLElement("statistics", children: statistics.map(\.xml)),
        ]
        root.children = [messaging, XMLElement("status", ["code": "0", "message": "OK"])]
        return root
    }
}

extension MessagingSnapshot.Quorum {
    fileprivate var json: JSON {
        .object([
            "provider": .string(provider), "quorate": .bool(isQuorate),
            "expected_votes": .integer(Int64(expectedVotes)), "total_votes": .integer(Int64(totalVotes)),
            "quorum": .integer(Int64(quorum)), "flags": .array(flags.map { .string($0) }),
        ])
    }
}

extension MessagingSnapshot.Node {
    fileprivate var json: JSON {
        .object([
            "id": .integer(Int64(id)), "name": name.map { .string($0) }, "local": .bool(isLocal),
            "member": .bool(isMember), "reachable": .bool(isReachable), "votes": votes.map { .integer(Int64($0)) },
            "join_count": joinCount.map { .integer($0) }, "links": .array(links.map(\.json)),
        ])
    }

    fileprivate var xml: XMLElement {
        XMLElement(
            "node",
            [
                "id": String(id), "name": name, "local": String(isLocal), "member": String(isMember),
                "reachable": String(isReachable), "votes": votes.map { String($0) },
                "join-count": joinCount.map { String($0) },
            ], children: links.map(\.xml))
    }
}

extension MessagingSnapshot.Link {
    fileprivate var json: JSON {
        .object([
            "number": .integer(Int64(number)), "source": .string(source), "destination": .string(destination),
            "connected": .bool(isConnected), "mtu": .integer(Int64(mtu)),
            "latency_microseconds": latency.map { .integer($0) }, "down_count": downCount.map { .integer($0) },
            "sent_bytes": sentBytes.map { .integer($0) }, "received_bytes": receivedBytes.map { .integer($0) },
            "errors": errorCount.map { .integer($0) },
        ])
    }

    fileprivate var xml: XMLElement {
        func text(_ number: Int64?) -> String? { number.map { String($0) } }
        return XMLElement(
            "link",
            [
                "number": String(number), "source": source, "destination": destination,
                "connected": String(isConnected), "mtu": String(mtu), "latency-microseconds": text(latency),
                "down-count": text(downCount), "sent-bytes": text(sentBytes), "received-bytes": text(receivedBytes),
                "errors": text(errorCount),
            ])
    }
}

extension MessagingSnapshot.Group {
    fileprivate var json: JSON {
        .object([
            "name": .string(name),
            "members": .array(
                members.map {
                    JSON.object(["node": .integer(Int64($0.node)), "process": .integer(Int64($0.process))])
                }),
        ])
    }

    fileprivate var xml: XMLElement {
        XMLElement(
            "group", ["name": name],
            children: members.map {
                XMLElement("member", ["node": String($0.node), "process": String($0.process)])
            })
    }
}

extension MessagingSnapshot.Entry {
    fileprivate var xml: XMLElement { XMLElement("entry", ["key": key, "value": value.text]) }
}
