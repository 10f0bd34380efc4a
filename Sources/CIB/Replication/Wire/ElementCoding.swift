internal import ClusterTypes
internal import XMLTree

extension ByteWriter {
    mutating func write(_ element: XMLElement) {
        write(element.name)
        write(element.text)
        write(UInt32(clamping: element.line))
        write(UInt32(clamping: element.attributes.count))
        for attribute in element.attributes {
            write(attribute.name)
            write(attribute.value)
        }
        write(UInt32(clamping: element.children.count))
        for child in element.children { write(child) }
    }
}

extension ByteReader {
    mutating func readElement(depth: Int = 0) throws(DecodingFailure) -> XMLElement {
        guard depth < XMLLimits.depth else { throw failure("elements are nested deeper than \(XMLLimits.depth)") }
        let name = try readName()
        let text = try readText()
        let line = Int32(clamping: try read(UInt32.self))
        var attributes: [XMLElement.Attribute] = []
        let attributeCount = try readCount(eachAtLeast: 8)
        attributes.reserveCapacity(attributeCount)
        for _ in 0..<attributeCount {
            let name = try readName()
            attributes.append(XMLElement.Attribute(name, try readText()))
        }
        var children: [XMLElement] = []
        let childCount = try readCount(eachAtLeast: 20)
        children.reserveCapacity(childCount)
        for _ in 0..<childCount { children.append(try readElement(depth: depth + 1)) }
        return XMLElement(name: name, attributes: attributes, children: children, text: text, line: line)
    }

    private mutating func readName() throws(DecodingFailure) -> String {
        let name = try readText()
        guard name.isXMLName else { throw failure("\"\(name)\" is not a name of XML") }
        return name
    }
}
