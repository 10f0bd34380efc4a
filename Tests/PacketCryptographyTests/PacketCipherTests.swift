import Testing

@testable import ClusterConfiguration
@testable import PacketCryptography

@Suite struct PacketCipherTests {
    private static let key = (0..<256).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    private static let choices = CryptoSettings.Cipher.allCases.flatMap { cipher in
        CryptoSettings.Hash.allCases.filter { $0 != .none }.map {
            CryptoSettings.Choice(model: nil, cipher: cipher, hash: $0)
        }
    }

    private func seal(_ content: [UInt8], by cipher: PacketCipher) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: cipher.saltSize) + content
        buffer += [UInt8](repeating: 0, count: 100)
        return buffer.withUnsafeMutableBytes { cipher.seal($0, length: content.count) }.map { Array(buffer.prefix($0)) }
    }

    private func open(_ packet: [UInt8], by cipher: PacketCipher) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: packet.count)
        let length = packet.withUnsafeBytes { packet in
            buffer.withUnsafeMutableBytes { cipher.open(packet, into: $0) }
        }
        return length.map { Array(buffer.prefix($0)) }
    }

    @Test("what is sealed is opened with the same key, in any order of packets", arguments: choices)
    func roundTrip(choice: CryptoSettings.Choice) throws {
        let (sender, receiver) = (
            try PacketCipher(choice, key: Self.key), try PacketCipher(choice, key: Self.key)
        )
        for length in [1, 15, 16, 17, 100, 1400] {
            let content = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            let packet = try #require(seal(content, by: sender))
            let padding = choice.cipher == .none ? 0 : 16 - length % 16
            #expect(packet.count == sender.saltSize + length + padding + sender.digestSize)
            #expect(open(packet, by: receiver) == content)
        }
        #expect(seal([1, 2, 3], by: sender) != seal([1, 2, 3], by: sender) || choice.cipher == .none)
    }

    /// Made by openssl-enc(1) and Python's hmac from the same key.
    @Test("a packet of another implementation is opened")
    func knownPacket() throws {
        let sealed =
            "000102030405060708090a0b0c0d0e0f179ba2eaca25a8a605a8b5b130d5dd05bc6e59a0baefff0dc0888155731bad07b1250241fb01"
            + "5242ee0123a3ea2d8deebba4587c9251257f5eefd402933ecf3e0db25fb44a9a50b2e1e8722c6f1150ee3898cf60dd00a33181e3a597"
            + "5f70a1daa637c9c921d8ab57ac76e0bf2157a837f63ea3d4afae9496985778ba79c0fc3599e1a5e812361680376720bf6a362f19"
        let digits = Array(sealed)
        let packet = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        let cipher = try PacketCipher(.init(model: nil, cipher: .aes256, hash: .sha256), key: Self.key)
        #expect(open(packet, by: cipher) == (0..<100).map { UInt8($0) })
    }

    @Test(
        "a packet of which one bit is different, a part is missing, or that another key has sealed is refused",
        arguments: choices)
    func forgeries(choice: CryptoSettings.Choice) throws {
        let cipher = try PacketCipher(choice, key: Self.key)
        let packet = try #require(seal(Array(0..<50), by: cipher))
        for index in packet.indices {
            var forged = packet
            forged[index] ^= 1 << UInt8(index % 8)
            #expect(open(forged, by: cipher) == nil)
        }
        for length in 0..<packet.count { #expect(open(Array(packet.prefix(length)), by: cipher) == nil) }
        let other = try PacketCipher(choice, key: Self.key.reversed())
        #expect(open(packet, by: other) == nil)
        #expect(open(packet, by: cipher) != nil, "refused packets must leave nothing behind")
    }

    @Test("a buffer that is too small is refused")
    func smallBuffer() throws {
        let cipher = try PacketCipher(.init(model: nil, cipher: .aes256, hash: .sha512), key: Self.key)
        var buffer = [UInt8](repeating: 0, count: 16 + 32 + 64 - 1)
        let length = buffer.withUnsafeMutableBytes { cipher.seal($0, length: 20) }
        #expect(length == nil)
    }

    @Test("encryption without authentication, and a short key, are refused with a sentence")
    func badChoices() {
        let bare = #expect(throws: CryptographyFailure.self) {
            _ = try PacketCipher(.init(model: nil, cipher: .aes128, hash: .none), key: Self.key)
        }
        #expect(bare?.description.contains("crypto_hash") == true)
        let short = #expect(throws: CryptographyFailure.self) {
            _ = try PacketCipher(.init(model: nil, cipher: .aes256, hash: .sha1), key: Array(Self.key.prefix(31)))
        }
        #expect(short?.description.contains("31 bytes") == true)
    }
}
