#include "storage/digest/merkle_tree.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "tests/storage/digest/vectors.h"

namespace consilium {
namespace {

// The leaves, roots and paths that the reference implementation of Certificate
// Transparency (RFC 6962) publishes.
const char* const kLeaves[] = {
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
};
const char* const kRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};
struct PathCase {
  int leaf_index;
  int leaf_count;
  std::vector<std::string> siblings;
};
const PathCase kPaths[] = {
    {0, 1, {}},
    {0,
     8,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {5,
     8,
     {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2,
     3,
     {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    {1,
     5,
     {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

std::string FromHex(absl::string_view hex) {
  return absl::HexStringToBytes(hex);
}

std::vector<std::string> Hex(const std::vector<std::string>& hashes) {
  std::vector<std::string> hex;
  for (const std::string& hash : hashes) {
    hex.push_back(absl::BytesToHexString(hash));
  }
  return hex;
}

// A tree of `count` leaves, the one at `proven` kept for a proof.
MerkleTree MakeTree(int count, int proven) {
  MerkleTree tree;
  for (int i = 0; i < count; ++i) {
    const std::string leaf = "leaf " + std::to_string(i);
    if (i == proven) {
      tree.AddProven(leaf);
    } else {
      tree.Add(leaf);
    }
  }
  return tree;
}

TEST(MerkleTree, HasThePublishedRoots) {
  MerkleTree tree;
  EXPECT_EQ(absl::BytesToHexString(tree.Root()), kRoots[0]);
  for (int i = 0; i < 8; ++i) {
    tree.Add(FromHex(kLeaves[i]));
    EXPECT_EQ(tree.leaf_count(), i + 1);
    EXPECT_EQ(absl::BytesToHexString(tree.Root()), kRoots[i + 1]);
  }
}

TEST(MerkleTree, ProvesByThePublishedPaths) {
  for (const PathCase& c : kPaths) {
    SCOPED_TRACE(testing::Message() << c.leaf_index << " of " << c.leaf_count);
    MerkleTree tree;
    for (int i = 0; i < c.leaf_count; ++i) {
      const std::string leaf = FromHex(kLeaves[i]);
      if (i == c.leaf_index) {
        tree.AddProven(leaf);
      } else {
        tree.Add(leaf);
      }
    }
    const MerkleProof proof = tree.Prove();
    EXPECT_EQ(proof.leaf_index, c.leaf_index);
    EXPECT_EQ(proof.leaf_count, c.leaf_count);
    EXPECT_EQ(Hex(proof.siblings), c.siblings);
    EXPECT_TRUE(VerifyMerkleProof(proof, FromHex(kLeaves[c.leaf_index]),
                                  FromHex(kRoots[c.leaf_count])));
  }
}

TEST(MerkleTree, AgreesWithAnIndependentImplementation) {
  const auto cases = ReadVectors()["merkle_trees"].list();
  ASSERT_FALSE(cases.empty());
  for (const Vector& expected : cases) {
    MerkleTree tree;
    for (const Vector& leaf : expected["leaves"].list()) {
      if (tree.leaf_count() == expected["proven_leaf_index"].number()) {
        tree.AddProven(leaf.bytes());
      } else {
        tree.Add(leaf.bytes());
      }
    }
    EXPECT_EQ(absl::BytesToHexString(tree.Root()), expected["root"].text());
    std::vector<std::string> siblings;
    for (const Vector& sibling : expected["siblings"].list()) {
      siblings.push_back(sibling.text());
    }
    EXPECT_EQ(Hex(tree.Prove().siblings), siblings);
  }
}

TEST(MerkleTree, ProvesEveryLeafOfEverySize) {
  for (int count = 1; count <= 33; ++count) {
    for (int leaf = 0; leaf < count; ++leaf) {
      const MerkleTree tree = MakeTree(count, leaf);
      const std::string text = "leaf " + std::to_string(leaf);
      EXPECT_TRUE(VerifyMerkleProof(tree.Prove(), text, tree.Root()))
          << leaf << " of " << count;
    }
  }
}

TEST(MerkleTree, RefusesProofsThatShowSomethingElse) {
  for (const int count : {1, 2, 7, 8, 20}) {
    for (int leaf = 0; leaf < count; ++leaf) {
      SCOPED_TRACE(testing::Message() << leaf << " of " << count);
      const MerkleTree tree = MakeTree(count, leaf);
      const MerkleProof good = tree.Prove();
      const std::string text = "leaf " + std::to_string(leaf);
      const std::string root = tree.Root();

      EXPECT_FALSE(VerifyMerkleProof(good, "another leaf", root));
      EXPECT_FALSE(VerifyMerkleProof(good, text, std::string(32, 'r')));
      EXPECT_FALSE(VerifyMerkleProof(good, text, ""));
      for (int other = -1; other <= count; ++other) {
        MerkleProof bad = good;
        bad.leaf_index = other;
        EXPECT_EQ(VerifyMerkleProof(bad, text, root), other == leaf);
      }
      MerkleProof longer = good;
      longer.siblings.push_back(std::string(32, 's'));
      EXPECT_FALSE(VerifyMerkleProof(longer, text, root));
      for (size_t i = 0; i < good.siblings.size(); ++i) {
        MerkleProof bad = good;
        bad.siblings[i][7] ^= 1;
        EXPECT_FALSE(VerifyMerkleProof(bad, text, root));
        bad.siblings[i].pop_back();
        EXPECT_FALSE(VerifyMerkleProof(bad, text, root));
        bad.siblings.erase(bad.siblings.begin() + static_cast<int>(i));
        EXPECT_FALSE(VerifyMerkleProof(bad, text, root));
      }
      EXPECT_FALSE(VerifyMerkleProof({leaf, 0, {}}, text, root));
      EXPECT_FALSE(VerifyMerkleProof({-1, -1, {}}, text, root));
    }
  }
}

TEST(MerkleTree, DoesNotTakeANodeForALeaf) {
  const MerkleTree tree = MakeTree(2, 0);
  const MerkleProof proof = tree.Prove();
  // The two hashes below the root, as if they were one leaf.
  MerkleTree left;
  left.Add("leaf 0");
  EXPECT_FALSE(VerifyMerkleProof({0, 1, {}}, left.Root() + proof.siblings[0],
                                 tree.Root()));
}

}  // namespace
}  // namespace consilium
