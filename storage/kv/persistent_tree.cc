#include "storage/kv/persistent_tree.h"

#include <utility>

namespace consilium {
namespace {

// FNV-1a, mixed: the shape of the tree follows from its keys alone, so that
// simulations repeat exactly.
uint64_t PriorityOf(absl::string_view key) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : key) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdu;
  return hash ^ (hash >> 33);
}

}  // namespace

void PersistentTree::Put(absl::string_view key, absl::string_view value) {
  size_bytes_ += key.size() + value.size();
  PutBelow(root_, std::make_shared<const Row>(
                      Row{std::string(key), std::string(value)}));
}

void PersistentTree::Delete(absl::string_view key) {
  // Asked first, so that a miss copies no path.
  const Row* row = Find(key);
  if (row == nullptr) return;
  size_bytes_ -= row->key.size() + row->value.size();
  DeleteBelow(root_, key);
}

void PersistentTree::Clear() {
  root_.reset();
  size_bytes_ = 0;
}

const PersistentTree::Row* PersistentTree::Find(const State& state,
                                                absl::string_view key) {
  const Node* node = state.get();
  while (node != nullptr) {
    const int order = key.compare(node->row->key);
    if (order == 0) return node->row.get();
    node = order < 0 ? node->left.get() : node->right.get();
  }
  return nullptr;
}

PersistentTree::State PersistentTree::TakeState() {
  // Every present node is now older than the edition, hence shared.
  ++edition_;
  return root_;
}

void PersistentTree::MakeOwn(NodePtr& node) const {
  if (node->edition == edition_) return;
  node = std::make_shared<Node>(*node);
  node->edition = edition_;
}

void PersistentTree::PutBelow(NodePtr& node, std::shared_ptr<const Row> row) {
  if (node == nullptr) {
    node = std::make_shared<Node>();
    node->priority = PriorityOf(row->key);
    node->row = std::move(row);
    node->edition = edition_;
    return;
  }
  MakeOwn(node);
  const int order = absl::string_view(row->key).compare(node->row->key);
  if (order == 0) {
    size_bytes_ -= node->row->key.size() + node->row->value.size();
    node->row = std::move(row);
    return;
  }
  NodePtr& child = order < 0 ? node->left : node->right;
  PutBelow(child, std::move(row));
  if (child->priority <= node->priority) return;
  NodePtr raised = std::move(child);
  NodePtr& inner = order < 0 ? raised->right : raised->left;
  child = std::move(inner);
  inner = std::move(node);
  node = std::move(raised);
}

void PersistentTree::DeleteBelow(NodePtr& node, absl::string_view key) {
  const int order = key.compare(node->row->key);
  if (order == 0) {
    node = Join(node->left, node->right);
    return;
  }
  MakeOwn(node);
  DeleteBelow(order < 0 ? node->left : node->right, key);
}

PersistentTree::NodePtr PersistentTree::Join(NodePtr left,
                                             NodePtr right) const {
  if (left == nullptr) return right;
  if (right == nullptr) return left;
  if (left->priority > right->priority) {
    MakeOwn(left);
    left->right = Join(left->right, std::move(right));
    return left;
  }
  MakeOwn(right);
  right->left = Join(std::move(left), right->left);
  return right;
}

void TreeCursor::Descend(const Node* node) {
  for (; node != nullptr; node = Before(node)) path_.push_back(node);
}

void TreeCursor::SeekToStart() {
  path_.clear();
  Descend(state_.get());
}

void TreeCursor::Seek(absl::string_view key, bool or_equal) {
  path_.clear();
  const Node* node = state_.get();
  while (node != nullptr) {
    const int order = key.compare(node->row->key);
    if (order == 0 && or_equal) {
      path_.push_back(node);
      return;
    }
    const bool comes_later = reverse_ ? order > 0 : order < 0;
    if (comes_later) {
      path_.push_back(node);
      node = Before(node);
    } else {
      node = After(node);
    }
  }
}

void TreeCursor::Next() {
  const Node* node = path_.back();
  path_.pop_back();
  Descend(After(node));
}

}  // namespace consilium
