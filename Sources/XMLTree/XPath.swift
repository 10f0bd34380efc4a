internal import CLibXML2

extension XMLElement {
    /// The elements that an XPath 1.0 expression selects, in document order, with this element as the root of the document.
    ///
    /// - Complexity: rebuilds the document in libxml2, so at least linear in its size.
    /// - Throws: `XMLFailure` `.expression` when it cannot be read or its result is not a set of elements.
    package func select(xpath: String) throws(XMLFailure) -> [XMLIndexPath] {
        guard !xpath.isEmpty, xpath.utf8.count <= 4096, !xpath.utf8.contains(0) else {
            throw XMLFailure(.expression, "an XPath expression has 1 to 4096 bytes, this one \(xpath.utf8.count)")
        }
        return try withDocument { (document) throws(XMLFailure) in try evaluate(xpath, in: document) }
    }
}

private func evaluate(_ xpath: String, in document: xmlDocPtr) throws(XMLFailure) -> [XMLIndexPath] {
    guard let context = xmlXPathNewContext(document) else {
        throw XMLFailure(.limitExceeded, "no memory for an XPath evaluation")
    }
    defer { xmlXPathFreeContext(context) }
    context.pointee.node = UnsafeMutableRawPointer(document).assumingMemoryBound(to: xmlNode.self)
    lockstep_xpath_silence(context)
    context.pointee.opLimit = 50_000_000
    guard let result = xmlXPathEval(xpath, context) else {
        throw XMLFailure(.expression, "\"\(xpath)\" is not an XPath expression that can be evaluated")
    }
    defer { xmlXPathFreeObject(result) }
    guard result.pointee.type == XPATH_NODESET else {
        throw XMLFailure(.expression, "\"\(xpath)\" does not select elements")
    }
    guard let set = result.pointee.nodesetval else { return [] }
    xmlXPathNodeSetSort(set)
    var paths: [XMLIndexPath] = []
    for index in 0..<Int(set.pointee.nodeNr) {
        guard let node = set.pointee.nodeTab[index], node.pointee.type == XML_ELEMENT_NODE else {
            throw XMLFailure(.expression, "\"\(xpath)\" selects something that is not an element")
        }
        paths.append(indexPath(of: node))
    }
    return paths
}

func indexPath(of node: xmlNodePtr) -> XMLIndexPath {
    var path: XMLIndexPath = []
    var current = node
    while let parent = current.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE {
        var index = 0
        var sibling = current.pointee.prev
        while let element = sibling {
            if element.pointee.type == XML_ELEMENT_NODE { index += 1 }
            sibling = element.pointee.prev
        }
        path.append(index)
        current = parent
    }
    return path.reversed()
}
