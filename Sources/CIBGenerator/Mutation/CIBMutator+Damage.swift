internal import ClusterTypes
package import XMLTree

extension CIBMutator {
    /// Values that no field expects: huge, negative, empty, of another kind.
    private static let nonsense = [
        "", "99999999999999999999", "-99999999999999999999", "NaN", "true", "P1Y", "-1", "0", "1e9", "ü", "INFINITY",
        "2147483648", "4294967296s", "#uname", "Promoted", "node1", "rsca", "9223372036854775807ms",
        "-9223372036854775808", "9223372036854775807", "P99999999999Y", "9999999-12-31T23:59:60Z", "-0001-00-00",
        "PT9223372036854775807S",
        "a:b:c:d", "%", "\u{1}", "2005-W99-9", ":::::::", "255.255.255.255", "#", "INFINITY:", "1-",
    ]

    /// Between one and eight senseless changes: values, missing, repeated and misplaced elements.
    package mutating func damage(_ cib: XMLElement) -> XMLElement {
        var result = cib
        for _ in 0...random.below(8) {
            var path = descend(result)
            if path.isEmpty { continue }
            let kind = random.below(5)
            let value = Self.nonsense[random.below(Self.nonsense.count)]
            let choice = random.below(64)
            let last = path.removeLast()
            edit(&result, at: path) { parent in
                switch kind {
                case 0, 1, 2:
                    if parent.children[last].attributes.isEmpty { return }
                    parent.children[last].attributes[choice % parent.children[last].attributes.count].value = value
                case 3: parent.children.remove(at: last)
                default:
                    let copy = parent.children[last]
                    parent.children[choice % parent.children.count].children.append(copy)
                }
            }
        }
        return result
    }

    /// The place of some element below the root.
    private mutating func descend(_ cib: XMLElement) -> [Int] {
        var path: [Int] = []
        var element = cib
        while !element.children.isEmpty, path.isEmpty || !random.chance(0.15) {
            let position = random.below(element.children.count)
            path.append(position)
            element = element.children[position]
        }
        return path
    }
}
