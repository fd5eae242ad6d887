#include "storage/digest/merkle_tree.h"

#include "proto/base/sha256.h"

namespace consilium {
namespace {

// What keeps a leaf from being taken for a node.
constexpr absl::string_view kLeafPrefix("\x00", 1);
constexpr absl::string_view kNodePrefix("\x01", 1);

template <typename Hash>
absl::string_view View(const Hash& hash) {
  return absl::string_view(hash.data(), hash.size());
}

}  // namespace

void MerkleTree::Add(absl::string_view leaf) {
  Sha256Into({kLeafPrefix, leaf}, subtrees_.emplace_back().data());
  // As in adding one to a binary number: each 1 bit carries.
  for (int64_t rest = leaf_count_; rest & 1; rest >>= 1) {
    const size_t left = subtrees_.size() - 2;
    const size_t right = left + 1;
    if (proven_index_ >= 0 && proven_subtree_ >= left) {
      const size_t sibling = proven_subtree_ == left ? right : left;
      siblings_.emplace_back(View(subtrees_[sibling]));
      proven_subtree_ = left;
    }
    Sha256Into({kNodePrefix, View(subtrees_[left]), View(subtrees_[right])},
               subtrees_[left].data());
    subtrees_.pop_back();
  }
  ++leaf_count_;
}

void MerkleTree::AddProven(absl::string_view leaf) {
  proven_index_ = leaf_count_;
  proven_subtree_ = subtrees_.size();
  Add(leaf);
}

MerkleTree::Hash MerkleTree::Fold(std::vector<std::string>* siblings) const {
  Hash folded = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i > 0; --i) {
    const Hash& left = subtrees_[i - 1];
    if (siblings != nullptr && proven_subtree_ >= i) {
      siblings->emplace_back(View(left));
    } else if (siblings != nullptr && proven_subtree_ == i - 1) {
      siblings->emplace_back(View(folded));
    }
    Sha256Into({kNodePrefix, View(left), View(folded)}, folded.data());
  }
  return folded;
}

std::string MerkleTree::Root() const {
  if (subtrees_.empty()) return Sha256({});
  return std::string(View(Fold(nullptr)));
}

MerkleProof MerkleTree::Prove() const {
  MerkleProof proof = {proven_index_, leaf_count_, siblings_};
  Fold(&proof.siblings);
  return proof;
}

bool VerifyMerkleProof(const MerkleProof& proof, absl::string_view leaf,
                       absl::string_view root) {
  if (proof.leaf_index < 0 || proof.leaf_index >= proof.leaf_count) {
    return false;
  }
  std::string hash = Sha256({kLeafPrefix, leaf});
  int64_t index = proof.leaf_index;
  int64_t last = proof.leaf_count - 1;  // On the same level as `index`.
  for (const std::string& sibling : proof.siblings) {
    if (last == 0 || sibling.size() != kSha256SizeBytes) return false;
    if ((index & 1) != 0 || index == last) {
      hash = Sha256({kNodePrefix, sibling, hash});
      // The last subtree of a level has no sibling there and moves up.
      while ((index & 1) == 0 && index != 0) {
        index >>= 1;
        last >>= 1;
      }
    } else {
      hash = Sha256({kNodePrefix, hash, sibling});
    }
    index >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

}  // namespace consilium
