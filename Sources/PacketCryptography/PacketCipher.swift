internal import COpenSSL
package import ClusterConfiguration

/// Seals packets with a key and opens what others have sealed: AES in CBC mode with a random salt in front, HMAC behind.
///
/// Contexts are made once and used for every packet; that is most of the time that encryption takes for a short one. Confined to one
/// thread.
///
/// The key file's content is the key of the HMAC, and its first bytes are that of the cipher: so do kronosnet's two libraries.
/// - Source: crypto_openssl.c and crypto_nss.c of kronosnet 1.25; RFC 2104, FIPS 197, SP 800-38A.
package final class PacketCipher {
    package static let saltLength = 16
    package static let blockLength = 16

    /// 0 without a cipher.
    package let saltSize: Int
    package let blockSize: Int
    package let digestSize: Int

    private let encryption: OpaquePointer?
    private let decryption: OpaquePointer?
    private let code: OpaquePointer?
    private var salts = Salts()
    private var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))

    /// - Parameter key: at least as long as the cipher's key.
    package init(_ choice: CryptoSettings.Choice, key: [UInt8]) throws(CryptographyFailure) {
        guard choice.hash != .none || choice.cipher == .none else {
            throw CryptographyFailure("encryption by \(choice.cipher.rawValue) needs a crypto_hash")
        }
        code = try Self.code(choice.hash, key)
        digestSize = choice.hash.digestLength
        guard let cipher = choice.cipher.implementation else {
            (encryption, decryption, saltSize, blockSize) = (nil, nil, 0, 0)
            return
        }
        guard key.count >= choice.cipher.keyLength else {
            throw CryptographyFailure("a key of \(key.count) bytes is too short for \(choice.cipher.rawValue)")
        }
        (saltSize, blockSize) = (Self.saltLength, Self.blockLength)
        encryption = try Self.context(cipher, key, encrypts: true)
        decryption = try Self.context(cipher, key, encrypts: false)
    }

    deinit {
        EVP_CIPHER_CTX_free(encryption)
        EVP_CIPHER_CTX_free(decryption)
        EVP_MAC_CTX_free(code)
    }

    private static func context(
        _ cipher: OpaquePointer, _ key: [UInt8], encrypts: Bool
    ) throws(CryptographyFailure) -> OpaquePointer {
        guard let context = EVP_CIPHER_CTX_new(),
            EVP_CipherInit_ex(context, cipher, nil, key, nil, encrypts ? 1 : 0) == 1
        else { throw CryptographyFailure("libcrypto does not offer the cipher") }
        return context
    }

    private static func code(
        _ hash: CryptoSettings.Hash, _ key: [UInt8]
    ) throws(CryptographyFailure) -> OpaquePointer? {
        guard hash != .none else { return nil }
        let algorithm = EVP_MAC_fetch(nil, "HMAC", nil)
        defer { EVP_MAC_free(algorithm) }
        guard let algorithm, let context = EVP_MAC_CTX_new(algorithm) else {
            throw CryptographyFailure("libcrypto does not offer HMAC")
        }
        var name = Array(hash.rawValue.utf8CString)
        let isReady = name.withUnsafeMutableBufferPointer { name in
            var parameters = [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return EVP_MAC_init(context, key, key.count, &parameters) == 1
        }
        guard isReady else {
            EVP_MAC_CTX_free(context)
            throw CryptographyFailure("libcrypto does not offer HMAC with \(hash.rawValue)")
        }
        return context
    }

    // MARK: Packets

    /// Seals a packet that stands in `buffer` behind ``saltSize`` unused bytes; the result begins at the buffer's first.
    ///
    /// - Returns: the length of the result; `nil` when the buffer is too small or libcrypto fails.
    package func seal(_ buffer: UnsafeMutableRawBufferPointer, length: Int) -> Int? {
        let padded = blockSize == 0 ? length : length + blockSize - length % blockSize
        guard length >= 0, saltSize + padded + digestSize <= buffer.count,
            let start = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return nil }
        if let encryption {
            guard salts.take(start) else { return nil }
            let content = start + saltSize
            var (count, rest): (Int32, Int32) = (0, 0)
            guard EVP_EncryptInit_ex(encryption, nil, nil, nil, start) == 1,
                EVP_EncryptUpdate(encryption, content, &count, content, Int32(clamping: length)) == 1,
                EVP_EncryptFinal_ex(encryption, content + Int(count), &rest) == 1,
                Int(count) + Int(rest) == padded
            else { return nil }
        }
        let authenticated = saltSize + padded
        if code != nil {
            guard authenticate(start, authenticated, into: start + authenticated) else { return nil }
        }
        return authenticated + digestSize
    }

    /// Opens a sealed packet: first makes sure that who sealed it has the key.
    ///
    /// - Parameter buffer: as large as the packet.
    /// - Returns: the length of what is in the buffer then; `nil` for a packet that was not sealed with this key.
    package func open(_ packet: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let length = packet.count - digestSize
        guard length > 0, buffer.count >= packet.count,
            let start = packet.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let output = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return nil }
        if code != nil, !isAuthentic(start, length) { return nil }
        guard let decryption else {
            output.update(from: start, count: length)
            return length
        }
        let encrypted = length - saltSize
        guard encrypted > 0, encrypted % blockSize == 0 else { return nil }
        var (count, rest): (Int32, Int32) = (0, 0)
        guard EVP_DecryptInit_ex(decryption, nil, nil, nil, start) == 1,
            EVP_DecryptUpdate(decryption, output, &count, start + saltSize, Int32(clamping: encrypted)) == 1,
            EVP_DecryptFinal_ex(decryption, output + Int(count), &rest) == 1
        else { return nil }
        return Int(count) + Int(rest)
    }

    private func isAuthentic(_ start: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        digest.withUnsafeMutableBufferPointer { digest in
            guard let expected = digest.baseAddress, authenticate(start, length, into: expected) else { return false }
            return CRYPTO_memcmp(expected, start + length, digestSize) == 0
        }
    }

    private func authenticate(
        _ start: UnsafePointer<UInt8>, _ length: Int, into output: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        var written = 0
        return EVP_MAC_init(code, nil, 0, nil) == 1 && EVP_MAC_update(code, start, length) == 1
            && EVP_MAC_final(code, output, &written, digestSize) == 1 && written == digestSize
    }
}

/// Why packets cannot be sealed as the configuration asks.
package struct CryptographyFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// Random salts, drawn many at a time: a single one costs as much as encrypting a kilobyte.
private struct Salts {
    private static let count = 64
    private var bytes = [UInt8](repeating: 0, count: count * PacketCipher.saltLength)
    private var next = count

    mutating func take(_ output: UnsafeMutablePointer<UInt8>) -> Bool {
        if next == Self.count {
            guard RAND_bytes(&bytes, Int32(bytes.count)) == 1 else { return false }
            next = 0
        }
        bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            output.update(from: start + next * PacketCipher.saltLength, count: PacketCipher.saltLength)
        }
        next += 1
        return true
    }
}

extension CryptoSettings.Cipher {
    fileprivate var implementation: OpaquePointer? {
        switch self {
        case .none: nil
        case .aes128: EVP_aes_128_cbc()
        case .aes192: EVP_aes_192_cbc()
        case .aes256: EVP_aes_256_cbc()
        }
    }

    fileprivate var keyLength: Int {
        switch self {
        case .none: 0
        case .aes128: 16
        case .aes192: 24
        case .aes256: 32
        }
    }
}

extension CryptoSettings.Hash {
    fileprivate var digestLength: Int {
        switch self {
        case .none: 0
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }
}
