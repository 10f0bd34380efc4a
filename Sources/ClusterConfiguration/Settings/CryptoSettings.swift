/// How packets are authenticated and encrypted: `secauth`, `crypto_*`, `key` and `keyfile` of corosync.conf(5).
package struct CryptoSettings: Sendable, Equatable {
    package enum Cipher: String, Sendable, CaseIterable { case none, aes256, aes192, aes128 }
    package enum Hash: String, Sendable, CaseIterable { case none, md5, sha1, sha256, sha384, sha512 }
    package enum Model: String, Sendable, CaseIterable { case nss, openssl }

    /// What the file says; `nil` when it is silent.
    package var isRequired: Bool?
    package var cipher: Cipher?
    package var hash: Hash?
    package var model: Model?
    /// The key itself, as text in the file.
    package var key: String?
    /// Where the key is; the node directory's `authkey` when absent.
    package var keyFile: String?

    package init() {}

    /// What the transport must use.
    package struct Choice: Sendable, Equatable {
        /// The library; `nil` leaves it to the transport. All give the same packets, so nodes need not agree on it.
        package var model: Model?
        package var cipher: Cipher
        package var hash: Hash
    }

    /// The choice for a node that has a key or has none; `nil` means plain packets.
    ///
    /// Closed by default: where corosync needs `secauth: on`, ours encrypts as soon as there is a key, unless the file
    /// says `secauth: off` or names `none` for both. The algorithms are those of `secauth: on`: AES-256 and SHA-256.
    package func choice(hasKey: Bool) -> Choice? {
        let isOn = isRequired ?? (hasKey || cipher.map { $0 != .none } ?? false || hash.map { $0 != .none } ?? false)
        let cipher = cipher ?? (isOn ? .aes256 : .none)
        let hash = hash ?? (isOn ? .sha256 : .none)
        if cipher == .none && hash == .none { return nil }
        return Choice(model: model, cipher: cipher, hash: hash)
    }
}
