// The merge rule once more, straight from its definition and with no thought
// of speed: what every record reads as, recomputed from the plain set of
// assignments. Shares no code with storage/merge, which tests compare with it.
#ifndef CONSILIUM_TESTS_SUPPORT_NAIVE_MERGE_H_
#define CONSILIUM_TESTS_SUPPORT_NAIVE_MERGE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/dot.h"
#include "proto/base/field_path.h"

namespace consilium {

struct NaiveAssignment {
  std::string record;
  FieldPath path;
  Dot dot;
  int64_t clock = 0;
  std::string value;  // Empty: absent.
  std::string source;
  std::string commitment;
  std::vector<Dot> superseded;
  std::vector<Dot> covered;  // On the lifecycle, of a retraction.
};

// What a record reads as.
struct NaiveRecord {
  std::map<FieldPath, std::vector<NaiveAssignment>> visible;  // By dot.
  std::set<FieldPath> conflicts;   // Without the lifecycle.
  std::set<FieldPath> agreements;  // Without the lifecycle.
  std::map<FieldPath, NaiveAssignment> provisional;
  bool retracted = false;
  bool lifecycle_conflict = false;
};

using NaiveState = std::map<std::string, NaiveRecord>;

// Thread-compatible.
class NaiveMerge {
 public:
  using Includes = std::function<bool(const Dot&)>;

  // In any order. One that is there already is ignored.
  void Add(const NaiveAssignment& assignment);
  void SetInstitution(const ReplicaId& replica, const std::string& institution);

  const std::vector<NaiveAssignment>& assignments() const {
    return assignments_;
  }

  // Every record that the changes of `includes` assign.
  NaiveState StateAt(const Includes& includes) const;

  // Assignments among those of `includes` that are neither visible nor named
  // as superseded by a chain that ends in a visible one. Empty, or the merge
  // rule lost something.
  std::vector<NaiveAssignment> LostAt(const Includes& includes) const;

 private:
  bool IsVisible(const NaiveAssignment& assignment,
                 const Includes& includes) const;
  void Judge(NaiveRecord& record) const;
  void JudgeLifecycle(NaiveRecord& record) const;

  std::vector<NaiveAssignment> assignments_;
  std::map<ReplicaId, std::string> institutions_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_NAIVE_MERGE_H_
