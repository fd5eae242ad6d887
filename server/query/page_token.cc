#include "server/query/page_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/query/errors.h"
#include "server/query/limits.h"

// A token is base64url of
//   format (1 byte) | server tag (8) | seal (32) | encrypted text
// where seal = HMAC(sealing key, format, tag, text) and the text, which holds
// the position, the query and the replica, is encrypted under a stream that the
// seal starts: deterministic authenticated encryption in the manner of SIV (RFC
// 5297), out of HMAC-SHA256 alone.

namespace consilium {
namespace {

constexpr char kFormat = 2;
constexpr size_t kServerTagSize = 8;
constexpr size_t kSealSize = 32;
constexpr size_t kHeaderSize = 1 + kServerTagSize + kSealSize;

std::string Hmac(absl::string_view key, absl::string_view text) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac,
       &size);
  return std::string(reinterpret_cast<const char*>(mac), size);
}

std::string Sha256(absl::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  return std::string(reinterpret_cast<const char*>(digest), size);
}

void AppendUint32(size_t value, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

// Each part with its length before it, so that no two lists of parts give the
// same bytes.
std::string Join(std::initializer_list<absl::string_view> parts) {
  std::string joined;
  for (const absl::string_view part : parts) {
    AppendUint32(part.size(), joined);
    joined.append(part.data(), part.size());
  }
  return joined;
}

// Takes the next part of what Join made; absent when there is none.
std::optional<std::string> TakePart(absl::string_view& joined) {
  if (joined.size() < 4) return std::nullopt;
  size_t size = 0;
  for (int i = 0; i < 4; ++i) {
    size = size << 8 | static_cast<unsigned char>(joined[i]);
  }
  joined.remove_prefix(4);
  if (size > joined.size()) return std::nullopt;
  std::string part(joined.substr(0, size));
  joined.remove_prefix(size);
  return part;
}

std::string HashQuery(const PageQuery& query) {
  return Sha256(Join({query.method, query.parent, query.filter, query.order_by,
                      query.version, query.show_deleted ? "1" : "0"}));
}

bool IsEqualInConstantTime(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() &&
         CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

PageTokenSealer::PageTokenSealer(absl::string_view key,
                                 absl::string_view replica_id)
    : sealing_key_(Hmac(key, "consilium page token seal")),
      encryption_key_(Hmac(key, "consilium page token encryption")),
      server_tag_(
          Hmac(key, "consilium page token server").substr(0, kServerTagSize)),
      replica_id_(replica_id) {}

// The stream is XORed, so this also decrypts.
std::string PageTokenSealer::Encrypt(absl::string_view seal,
                                     absl::string_view text) const {
  std::string encrypted(text);
  std::string block;
  for (size_t i = 0; i < encrypted.size(); ++i) {
    const size_t offset = i % kSealSize;
    if (offset == 0) {
      std::string counter(seal);
      AppendUint32(i / kSealSize, counter);
      block = Hmac(encryption_key_, counter);
    }
    encrypted[i] = static_cast<char>(encrypted[i] ^ block[offset]);
  }
  return encrypted;
}

std::string PageTokenSealer::Seal(const PageQuery& query,
                                  const PagePosition& position) const {
  const std::string text =
      Join({position.registry, position.version, position.last_key,
            HashQuery(query), query.method, replica_id_});
  const std::string prefix =
      absl::StrCat(absl::string_view(&kFormat, 1), server_tag_);
  const std::string seal = Hmac(sealing_key_, absl::StrCat(prefix, text));
  return absl::WebSafeBase64Escape(
      absl::StrCat(prefix, seal, Encrypt(seal, text)));
}

absl::StatusOr<PagePosition> PageTokenSealer::Open(
    absl::string_view token, const PageQuery& query) const {
  std::string bytes;
  if (token.size() > kPageTokenSizeMax ||
      !absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() < kHeaderSize || bytes[0] != kFormat) {
    return PageTokenMalformed();
  }
  const absl::string_view prefix =
      absl::string_view(bytes).substr(0, 1 + kServerTagSize);
  if (prefix.substr(1) != server_tag_) return PageTokenOtherServer();
  const absl::string_view seal =
      absl::string_view(bytes).substr(prefix.size(), kSealSize);
  const std::string text =
      Encrypt(seal, absl::string_view(bytes).substr(kHeaderSize));
  // Base64 has several spellings of the same bytes; only one of them was given.
  if (!IsEqualInConstantTime(seal,
                             Hmac(sealing_key_, absl::StrCat(prefix, text))) ||
      absl::WebSafeBase64Escape(bytes) != token) {
    return PageTokenMalformed();
  }
  absl::string_view rest = text;
  const auto registry = TakePart(rest);
  const auto version = TakePart(rest);
  const auto last_key = TakePart(rest);
  const auto query_hash = TakePart(rest);
  const auto method = TakePart(rest);
  const auto replica_id = TakePart(rest);
  if (!replica_id.has_value() || !rest.empty()) return PageTokenMalformed();
  if (*method != query.method) return PageTokenOtherList(*method, query.method);
  if (*query_hash != HashQuery(query)) return PageTokenOtherQuery();
  // The key of a restored or copied server is that of the one it came from.
  if (*replica_id != replica_id_) return PageTokenOtherServer();
  return PagePosition{*registry, *version, *last_key};
}

}  // namespace consilium
