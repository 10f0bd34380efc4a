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
    guard let node = element.name.withXMLText({ xmlNewDocNode(document, nil, $0, nil) }) else { return nil }
    node.pointee.line = UInt16(clamping: element.line)
    for attribute in element.attributes {
        attribute.name.withXMLText { name in
            attribute.value.withXMLText { value in _ = xmlNewProp(node, name, value) }
        }
    }
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

extension String {
    /// Lends the text as libxml2 takes it, in place where possible.
    fileprivate func withXMLText<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        withCString { $0.withMemoryRebound(to: UInt8.self, capacity: utf8.count + 1, body) }
    }
}
