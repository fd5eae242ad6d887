#include "proto/base/sha256.h"

#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace consilium {
namespace {

// A context that hashes again and again: looking the algorithm up and
// allocating its state costs more than hashing a small input.
class Context {
 public:
  Context() : context_(EVP_MD_CTX_new()) {
    // Shared by all threads and never freed.
    static const EVP_MD* const sha256 =
        EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (context_ == nullptr || sha256 == nullptr ||
        EVP_DigestInit_ex2(context_.get(), sha256, nullptr) != 1) {
      std::fputs("OpenSSL has no SHA-256\n", stderr);
      std::abort();
    }
  }

  void Hash(std::initializer_list<absl::string_view> parts, char* out) {
    bool ok = EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1;
    for (const absl::string_view part : parts) {
      ok &= EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1;
    }
    ok &=
        EVP_DigestFinal_ex(context_.get(),
                           reinterpret_cast<unsigned char*>(out), nullptr) == 1;
    if (!ok) std::abort();
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace

void Sha256Into(std::initializer_list<absl::string_view> parts, char* out) {
  thread_local Context context;
  context.Hash(parts, out);
}

std::string Sha256(std::initializer_list<absl::string_view> parts) {
  std::string hash(kSha256SizeBytes, '\0');
  Sha256Into(parts, hash.data());
  return hash;
}

}  // namespace consilium
