package import XMLTree

extension CIBDocument {
    /// The element as it is written to disk: without status section, `num_updates` 0, as the incumbents write it.
    package var storageForm: XMLElement {
        var element = root
        element.children.removeAll { $0.name == "status" }
        element["num_updates"] = "0"
        return element
    }

    /// The MD5 digest of the whole document, status included: whether two replicas are equal.
    package var replicaDigest: String { root.replicaDigest }
}

extension XMLElement {
    fileprivate var storageDigest: String {
        var text: [UInt8] = [UInt8(ascii: " ")]
        write(to: &text, indentation: nil)
        text.append(UInt8(ascii: "\n"))
        return md5Digest(of: text)
    }

    fileprivate var replicaDigest: String {
        var text: [UInt8] = []
        write(to: &text, indentation: nil)
        return md5Digest(of: text)
    }
}

/// The MD5 digest of a CIB as it stands in a file, as 32 hexadecimal digits: what `cibadmin --md5-sum` prints and
/// `cib.xml.sig` holds.
///
/// - Source: found by experiment: the element without white space between elements, after a space, before a newline.
package func storageDigest(of root: XMLElement) -> String { root.storageDigest }
