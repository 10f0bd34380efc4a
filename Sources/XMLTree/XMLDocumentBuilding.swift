internal import CLibXML2

extension XMLElement {
    /// Builds the document in libxml2's form, lends it to `body`, and frees it.
    func withDocument<Result>(_ body: (xmlDocPtr) throws(XMLFailure) -> Result) throws(XMLFailure) -> Result {
        guard let document = xmlNewDoc("1.0") else { throw XMLFailure(.limitExceeded, "no memory for a document") }
        defer { xmlFreeDoc(document) }
        guard let root = build(self, in: document) else { throw XMLFailure(.limitExceeded, "no memory for a document") }
        xmlDocSetRootElement(document, root)
        return try body(document)
    }
}

/// The element with everything below it; `nil` when memory runs out.
private func build(_ element: XMLElement, in document: xmlDocPtr) -> xmlNodePtr? {
    guard let node = xmlNewDocNode(document, nil, element.name, nil) else { return nil }
    node.pointee.line = UInt16(clamping: element.line)
    for attribute in element.attributes { xmlNewProp(node, attribute.name, attribute.value) }
    if !element.text.isEmpty { xmlAddChild(node, xmlNewDocText(document, element.text)) }
    for child in element.children {
        guard let built = build(child, in: document) else {
            xmlFreeNode(node)
            return nil
        }
        xmlAddChild(node, built)
    }
    return node
}
