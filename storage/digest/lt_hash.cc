#include "storage/digest/lt_hash.h"

#include <openssl/evp.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "proto/base/sha256.h"
#include "storage/digest/errors.h"

namespace consilium {
namespace {

constexpr char kTag[] = "consilium lthash v1";

using Lanes = std::array<uint16_t, LtHash::kLanes>;
static_assert(sizeof(Lanes) == LtHash::kStateSizeBytes);

// SHAKE128 in a context that is used again and again, as in Sha256.
class Expander {
 public:
  Expander() : context_(EVP_MD_CTX_new()) {
    // Shared by all threads and never freed.
    static const EVP_MD* const shake128 =
        EVP_MD_fetch(nullptr, "SHAKE128", nullptr);
    if (context_ == nullptr || shake128 == nullptr ||
        EVP_DigestInit_ex2(context_.get(), shake128, nullptr) != 1) {
      std::fputs("OpenSSL has no SHAKE128\n", stderr);
      std::abort();
    }
  }

  void Expand(absl::string_view element, Lanes& lanes) {
    EVP_MD_CTX* const context = context_.get();
    auto* const out = reinterpret_cast<unsigned char*>(lanes.data());
    if (EVP_DigestInit_ex2(context, nullptr, nullptr) != 1 ||
        EVP_DigestUpdate(context, kTag, sizeof(kTag)) != 1 ||
        EVP_DigestUpdate(context, element.data(), element.size()) != 1 ||
        EVP_DigestFinalXOF(context, out, sizeof(lanes)) != 1) {
      std::abort();
    }
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// Turns lanes as they lie in memory into lanes as they are written, or back.
void SwapUnlessLittleEndian(Lanes& lanes) {
  if constexpr (std::endian::native == std::endian::big) {
    for (uint16_t& lane : lanes) {
      lane = static_cast<uint16_t>(lane << 8 | lane >> 8);
    }
  }
}

Lanes Expand(absl::string_view element) {
  thread_local Expander expander;
  Lanes lanes;
  expander.Expand(element, lanes);
  SwapUnlessLittleEndian(lanes);
  return lanes;
}

}  // namespace

absl::StatusOr<LtHash> LtHash::FromState(absl::string_view state) {
  if (state.size() != kStateSizeBytes) {
    return DigestStateInvalid(state.size(), kStateSizeBytes);
  }
  LtHash hash;
  std::memcpy(hash.lanes_.data(), state.data(), kStateSizeBytes);
  SwapUnlessLittleEndian(hash.lanes_);
  return hash;
}

void LtHash::Add(absl::string_view element) { AddLanes(Expand(element)); }

void LtHash::Subtract(absl::string_view element) {
  const Lanes lanes = Expand(element);
  for (size_t i = 0; i < kLanes; ++i) {
    lanes_[i] = static_cast<uint16_t>(lanes_[i] - lanes[i]);
  }
}

void LtHash::AddAll(const LtHash& other) { AddLanes(other.lanes_); }

void LtHash::AddLanes(const std::array<uint16_t, kLanes>& lanes) {
  for (size_t i = 0; i < kLanes; ++i) {
    lanes_[i] = static_cast<uint16_t>(lanes_[i] + lanes[i]);
  }
}

std::string LtHash::state() const {
  Lanes lanes = lanes_;
  SwapUnlessLittleEndian(lanes);
  return std::string(reinterpret_cast<const char*>(lanes.data()),
                     sizeof(lanes));
}

std::string LtHash::Digest() const { return Sha256({state()}); }

}  // namespace consilium
