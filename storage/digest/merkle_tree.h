// The Merkle tree of RFC 6962, section 2.1, over the elements of a release:
//
//   leaf  = SHA-256(0x00 element)
//   node  = SHA-256(0x01 left right)
//
// where a tree of n > 1 leaves splits at the largest power of two below n, and
// the root of no leaves is SHA-256 of nothing.
#ifndef CONSILIUM_STORAGE_DIGEST_MERKLE_TREE_H_
#define CONSILIUM_STORAGE_DIGEST_MERKLE_TREE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// Shows that a tree holds one leaf.
struct MerkleProof {
  int64_t leaf_index = 0;  // From 0.
  int64_t leaf_count = 0;
  std::vector<std::string> siblings;  // 32 bytes each, from the leaf up.
};

// Takes leaves in order and keeps only the roots of the full subtrees to their
// left, so any number of leaves passes through O(log n) memory. One thread.
class MerkleTree {
 public:
  void Add(absl::string_view leaf);

  // As Add, and keeps what Prove needs for this leaf. Call at most once.
  void AddProven(absl::string_view leaf);

  int64_t leaf_count() const { return leaf_count_; }

  // 32 bytes. More leaves may follow.
  std::string Root() const;

  // The proof of the leaf that AddProven took, in the tree of all leaves so
  // far. AddProven must have been called.
  MerkleProof Prove() const;

 private:
  using Hash = std::array<char, 32>;

  // Joins the subtrees to the right into one, and appends to `siblings`, when
  // not null, those beside the path from the proven leaf's subtree.
  Hash Fold(std::vector<std::string>* siblings) const;

  // One full subtree for each bit of leaf_count_, the largest first.
  std::vector<Hash> subtrees_;
  int64_t leaf_count_ = 0;

  int64_t proven_index_ = -1;          // Of the leaf; -1 when there is none.
  size_t proven_subtree_ = 0;          // The one that holds it.
  std::vector<std::string> siblings_;  // Within that subtree.
};

// Whether `proof` shows that the tree with `root` holds `leaf`. A malformed
// proof simply does not.
bool VerifyMerkleProof(const MerkleProof& proof, absl::string_view leaf,
                       absl::string_view root);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_DIGEST_MERKLE_TREE_H_
