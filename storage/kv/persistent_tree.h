// An ordered map of bytes whose past states stay readable: a treap that copies
// the path it changes, but only below states that somebody holds.
#ifndef CONSILIUM_STORAGE_KV_PERSISTENT_TREE_H_
#define CONSILIUM_STORAGE_KV_PERSISTENT_TREE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// Thread-compatible; the states it gives out are immutable and thread-safe.
class PersistentTree {
 public:
  struct Node;
  using NodePtr = std::shared_ptr<Node>;
  // A state of the tree; null when empty.
  using State = std::shared_ptr<const Node>;

  struct Row {
    std::string key;
    std::string value;
  };

  struct Node {
    std::shared_ptr<const Row> row;
    uint64_t priority = 0;
    uint64_t edition = 0;  // Of the tree when the node was made.
    NodePtr left;
    NodePtr right;
  };

  void Put(absl::string_view key, absl::string_view value);
  void Delete(absl::string_view key);
  void Clear();

  // Null when there is no such row. Lives until the next change.
  const Row* Find(absl::string_view key) const { return Find(root_, key); }
  static const Row* Find(const State& state, absl::string_view key);

  // The present state. O(1); later changes copy what it shares.
  State TakeState();

  size_t size_bytes() const { return size_bytes_; }

 private:
  // The node itself when no state shares it, else a copy.
  void MakeOwn(NodePtr& node) const;
  void PutBelow(NodePtr& node, std::shared_ptr<const Row> row);
  void DeleteBelow(NodePtr& node, absl::string_view key);
  NodePtr Join(NodePtr left, NodePtr right) const;

  NodePtr root_;
  uint64_t edition_ = 1;
  size_t size_bytes_ = 0;
};

// A position in a state of a tree, ascending or descending. One thread.
class TreeCursor {
 public:
  TreeCursor(PersistentTree::State state, bool reverse)
      : state_(std::move(state)), reverse_(reverse) {}

  // To the first row at or after `key` in the direction of travel; without
  // `or_equal` past `key` itself.
  void Seek(absl::string_view key, bool or_equal);
  // To the first row of all in the direction of travel.
  void SeekToStart();
  void Next();

  bool Valid() const { return !path_.empty(); }
  const PersistentTree::Row& row() const { return *path_.back()->row; }

 private:
  using Node = PersistentTree::Node;

  // The child visited before its parent, and the one after it.
  const Node* Before(const Node* node) const {
    return reverse_ ? node->right.get() : node->left.get();
  }
  const Node* After(const Node* node) const {
    return reverse_ ? node->left.get() : node->right.get();
  }
  void Descend(const Node* node);

  PersistentTree::State state_;
  bool reverse_;
  std::vector<const Node*> path_;  // Nodes yet to visit, the current one last.
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_PERSISTENT_TREE_H_
