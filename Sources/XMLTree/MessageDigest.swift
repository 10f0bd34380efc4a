internal import CMessageDigest

/// The MD5 digest of some bytes as 32 lower-case hexadecimal digits: for change detection as the incumbents do it, never
/// for security.
package func md5Digest(of bytes: [UInt8]) -> String {
    var context = MD5_CTX()
    MD5Init(&context)
    MD5Update(&context, bytes, bytes.count)
    var digest = [UInt8](repeating: 0, count: Int(MD5_DIGEST_LENGTH))
    MD5Final(&digest, &context)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
