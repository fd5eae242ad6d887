// Turns a request into the change that it comes to, given the state that
// earlier changes leave. Assigns only what differs; applies nothing.
//
// One thread.
#ifndef CONSILIUM_STORAGE_REGISTRY_PLANNER_H_
#define CONSILIUM_STORAGE_REGISTRY_PLANNER_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/change/change.h"
#include "storage/registry/change_request.h"
#include "storage/registry/record_rules.h"
#include "storage/registry/workspace.h"

namespace consilium {

class Planner : private RecordLookup {
 public:
  struct Plan {
    std::vector<RecordDraft> records;  // Ascending by name; may be empty.
    std::vector<RecordOutcome> outcomes;
  };

  // `institution` is the author's. All must outlive the planner.
  Planner(Workspace& workspace, const RecordRules& rules,
          absl::string_view institution)
      : workspace_(workspace), rules_(rules), institution_(institution) {}

  // The errors are those of RegistryStore::Commit.
  absl::StatusOr<Plan> Make(const ChangeRequest& request);

 private:
  // What the request does to one record.
  struct Draft {
    std::vector<AssignmentDraft> assignments;
    std::vector<Dot> covered;
    bool creates = false;
  };

  absl::Status PlanRecord(const RecordWrite& write);
  // Keeps what speaks against one record, so that a request hears all of it at
  // once; returns every other error.
  absl::Status Collect(absl::Status status);
  absl::Status CheckEtag(const RecordWrite& write);
  absl::Status PlanStatements(const std::string& name,
                              const FieldStatements& statements);
  absl::Status CheckParent(absl::string_view name);
  absl::Status PlanValue(const std::string& name, const RecordState& state,
                         const FieldValue& stated, Draft& draft);
  absl::Status PlanRemovals(const std::string& name, const RecordState& state,
                            const FieldStatements& statements, Draft& draft);
  absl::Status PlanRetraction(const std::string& name,
                              const Retraction& retraction);
  // Whether a retraction contends with a live value, with edits that it did
  // not know, or with a record below that it did not know.
  absl::StatusOr<bool> HasDisputedLifecycle(const std::string& name);
  absl::Status RetractRecord(const std::string& name,
                             const std::string& source);
  absl::Status RetractDescendants(const std::string& name,
                                  const std::string& source);
  absl::Status PlanRestoration(const std::string& name);
  absl::Status PlanAdjudication(const std::string& name,
                                const Adjudication& adjudication);
  absl::Status CheckSizes(const std::string& name, const RecordState& before,
                          const Draft& draft) const;
  // What a record with the state `before` will have of `fields`; of all when
  // there are none.
  RecordState StateAfter(const RecordState& before, const Draft& draft,
                         absl::Span<const int32_t> fields) const;
  absl::Status CheckRecord(const std::string& name, const Draft& draft);
  absl::StatusOr<bool> IsLive(absl::string_view name) const override;

  Workspace& workspace_;
  const RecordRules& rules_;
  const std::string institution_;
  bool independent_ = false;
  std::map<std::string, Draft, std::less<>> drafts_;
  std::vector<absl::Status> refusals_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_PLANNER_H_
