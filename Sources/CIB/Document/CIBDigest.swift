internal import XMLTree

extension CIBDocument {
    /// The MD5 digest of the configuration as it is stored on disk, as 32 hexadecimal digits: what
    /// `cibadmin --md5-sum` prints and `cib.xml.sig` holds. Computed anew at every call.
    package var storageDigest: String { md5Digest(of: withoutStatus.root.digestText) }

    /// The MD5 digest of the whole document, status included: whether two replicas are equal.
    package var replicaDigest: String { md5Digest(of: root.digestText) }
}

extension XMLElement {
    /// The text whose MD5 is the digest.
    var digestText: [UInt8] {
        var text: [UInt8] = []
        write(to: &text, indentation: nil)
        return text
    }
}
