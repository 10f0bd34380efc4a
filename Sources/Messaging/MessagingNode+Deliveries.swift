internal import ClusterTypes
internal import Totem

// From the messages that the ring delivers to what processes get.
extension MessagingNode {
    /// What a process sends to its group comes many together: the first of such messages is read and decided on, and all of them
    /// are delivered with one effect.
    mutating func delivered(
        _ messages: ByteStrings, from sender: NodeID, at now: Instant, into effects: inout [Effect]
    ) {
        var run: DeliveryRun?
        for range in messages.ranges {
            if observations != nil { observeDelivery(messages.block[range], from: sender) }
            if run?.take(range) == true { continue }
            end(&run, into: &effects)
            traffic.received(1, like: messages.block[range])
            run = delivered(range, in: messages.block, from: sender, at: now, into: &effects)
        }
        end(&run, into: &effects)
    }

    private mutating func end(_ run: inout DeliveryRun?, into effects: inout [Effect]) {
        guard let ended = run.take() else { return }
        traffic.received(ended.count - 1, like: ended.block[ended.first])
        if let delivery = ended.delivery { deliver(delivery, to: ended.processIDs, into: &effects) }
    }

    /// What was begun with a message to a group, which the next messages may belong to; `nil` when everything is done.
    private mutating func delivered(
        _ range: Range<Int>, in block: ArraySlice<UInt8>, from sender: NodeID, at now: Instant,
        into effects: inout [Effect]
    ) -> DeliveryRun? {
        let message: ServiceMessage
        do { message = try ServiceMessage(block[range]) } catch {
            effects.append(.report(.init(.warning, "a message of node \(sender) cannot be read: \(error)")))
            return nil
        }
        switch message {
        case .synchronisation(let message):
            synchronise(.messageDelivered(message, sender: sender), at: now, into: &effects)
        case .processGroups(let message):
            let asked = groups.delivered(message, sender: sender)
            if let run = DeliveryRun(beginningWith: range, in: block, message, asked) { return run }
            perform(asked, lane: .application, at: now, into: &effects)
        case .voteQuorum(let message):
            guard serviceIDs.contains(UInt32(ServiceID.voteQuorum)) else { return nil }
            perform(quorum.delivered(message, sender: sender), lane: .application, at: now, into: &effects)
        case .configurationMap(let message, let isSwapped):
            let version = message.version(isSwapped: isSwapped)
            versions.delivered(version, isOwn: sender == localNode)
            effects.append(.configurationVersion(version, of: sender))
        case .administration(let message): effects.append(.administration(message, from: sender))
        case .foreign: break
        }
        return nil
    }

    /// Connected clients get each message by itself; all other processes get theirs with one effect.
    mutating func deliver(_ messages: GroupDelivery, to processIDs: [UInt32], into effects: inout [Effect]) {
        let own = clients.filter { processIDs.contains($0) }
        if !own.isEmpty {
            for payload in messages.payloads {
                // With bytes of its own, so that it does not keep the packet.
                let message = GroupMessage(group: messages.group, sender: messages.sender, payload: Array(payload))
                for processID in own {
                    deliver(.deliver(.messageDelivered(message), processID: processID), to: processID, into: &effects)
                }
            }
        }
        let others = own.isEmpty ? processIDs : processIDs.filter { !own.contains($0) }
        if !others.isEmpty { deliver(.deliverMessages(messages, processIDs: others), to: nil, into: &effects) }
    }

    /// - Parameter processID: of the client that it is for, whose end makes it void while it is held.
    mutating func deliver(_ effect: Effect, to processID: UInt32?, into effects: inout [Effect]) {
        if isHolding {
            held.append((processID, effect))
        } else {
            effects.append(effect)
        }
    }
}
