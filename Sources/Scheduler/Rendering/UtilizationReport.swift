import XMLTree

// Capacities and what is taken from them, as `crm_simulate --show-utilization` tells it.

extension Scheduling {
    mutating func showCapacities(_ moment: String) {
        guard options.collectsUtilization else { return }
        for index in state.nodeOrder where !state.isBundleNode(index) {
            let node = state.nodes[index]
            let amounts = TableOrder.sorted(node.utilization)
            scoreLines.append(
                ReportEntry(
                    "\(moment): \(node.name) capacity:" + text(amounts),
                    element(XMLElement("capacity", ["node": node.name, "comment": moment]), amounts)))
        }
    }

    mutating func showUtilization(of resource: ResourceIndex, on node: NodeIndex) {
        guard options.collectsUtilization else { return }
        let (id, name) = (state.resources[resource].id, state.nodes[node].name)
        let amounts = TableOrder.sorted(state.resources[resource].utilization)
        let phase = "pcmk__finalize_assignment"
        scoreLines.append(
            ReportEntry(
                "\(phase): \(id) utilization on \(name):" + text(amounts),
                element(XMLElement("utilization", ["resource": id, "node": name, "function": phase]), amounts)))
    }

    private func text(_ amounts: [(key: String, value: Int)]) -> String {
        amounts.map { " \($0.key)=\($0.value)" }.joined()
    }

    private func element(_ element: XMLElement, _ amounts: [(key: String, value: Int)]) -> XMLElement {
        var element = element
        element.children = amounts.map { XMLElement($0.key, text: String($0.value)) }
        return element
    }
}

/// The order in which the incumbents' tools list a table of names.
///
/// They walk GLib's hash table from its first slot to its last. A name's slot is its hash times 11 modulo the greatest prime
/// below the size, and with every collision one step further than at the last.
enum TableOrder {
    private static let primes: [UInt32] = [7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093]

    static func sorted<Value>(_ table: [String: Value]) -> [(key: String, value: Value)] {
        var shift = 0
        while table.count >= 8 << shift, shift < primes.count - 1 { shift += 1 }
        let size = 8 << shift
        var slots = [String?](repeating: nil, count: size)
        var overflowing: [String] = []
        for name in table.keys.sorted() {
            var slot = Int((hash(name) &* 11) % primes[shift])
            var step = 0
            while slots[slot] != nil, step < size {
                step += 1
                slot = (slot + step) & (size - 1)
            }
            if slots[slot] == nil { slots[slot] = name } else { overflowing.append(name) }
        }
        return (slots.compactMap { $0 } + overflowing).compactMap { name in table[name].map { (name, $0) } }
    }

    /// 31 times the hash so far plus the next byte; 0 and 1 mark slots that are free.
    private static func hash(_ name: String) -> UInt32 {
        let value = name.utf8.reduce(UInt32(0)) { $0 &* 31 &+ UInt32(bitPattern: Int32(Int8(bitPattern: $1))) }
        return max(value, 2)
    }
}
