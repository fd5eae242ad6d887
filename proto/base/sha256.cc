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
    if (EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) != 1) std::abort();
    for (const absl::string_view part : parts) Add(part);
    Finish(out);
  }

  // The pieces of a fresh context, and then the hash.
  void Add(absl::string_view piece) {
    if (EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) != 1) {
      std::abort();
    }
  }
  void Finish(char* out) {
    if (EVP_DigestFinal_ex(context_.get(),
                           reinterpret_cast<unsigned char*>(out),
                           nullptr) != 1) {
      std::abort();
    }
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

class Sha256Stream::State : public Context {};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {}
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Add(absl::string_view piece) { state_->Add(piece); }

std::string Sha256Stream::Finish() {
  std::string hash(kSha256SizeBytes, '\0');
  state_->Finish(hash.data());
  return hash;
}

}  // namespace consilium
