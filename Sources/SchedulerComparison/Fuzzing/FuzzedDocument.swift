internal import CIBGenerator
internal import ClusterTypes
package import XMLTree

/// The document that a seed stands for: drawn or from a file, then changed sensibly, damaged, or both.
package struct FuzzedDocument {
    package let cib: XMLElement

    /// - Parameter bases: documents to change instead of generated ones.
    package init(seed: UInt64, bases: [XMLElement] = []) {
        var choice = SeededGenerator(seed: seed &+ 0x5EED)
        var mutator = CIBMutator(seed: seed)
        var document: XMLElement
        if bases.isEmpty {
            var generator = CIBGenerator(seed: seed)
            document = generator.document()
        } else {
            document = bases[Int(seed % UInt64(bases.count))]
        }
        let kind = choice.below(8)
        if kind != 7 && kind % 3 != 1 { document = mutator.mutate(document) }
        if kind % 3 > 0 { document = mutator.damage(document) }
        cib = document
    }
}
