package import XMLTree

extension CIBDocument {
    /// The MD5 digest of the configuration as it is stored on disk, as 32 hexadecimal digits: what
    /// `cibadmin --md5-sum` prints and `cib.xml.sig` holds. Computed anew at every call.
    ///
    /// - Source: found by experiment: the element without white space between elements, after a space, before a newline.
    package var storageDigest: String { withoutStatus.root.storageDigest }

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

/// The digest that `cibadmin --md5-sum` prints for a stored CIB, status section included as it stands there.
package func storageDigest(of root: XMLElement) -> String { root.storageDigest }
