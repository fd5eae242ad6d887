// On how much institutions agree, counted from whose values are visible.
#ifndef CONSILIUM_SERVER_RPC_AGREEMENT_SUMMARY_H_
#define CONSILIUM_SERVER_RPC_AGREEMENT_SUMMARY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consilium/v1/conflict_service.pb.h"
#include "proto/base/record_traits.h"
#include "server/rpc/agreement_items.h"
#include "server/synthesis/kappa.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// Memory grows with the kinds, fields and categories of the schema and with the
// square of the institutions, never with the records. One thread.
class AgreementSummarizer {
 public:
  // Compares these two, or every two when `institutions` is empty.
  explicit AgreementSummarizer(std::vector<std::string> institutions);

  // Counts `record`, read from `view`, unless it is retracted, a member or a
  // snapshot. Each record once.
  absl::Status Add(const RegistryView& view, const RecordView& record);

  // One for each two institutions that have a record in common, and for two
  // asked for by name in any case.
  std::vector<v1::AgreementSummary> Finish() const;

 private:
  struct Count {
    int64_t agreed = 0;
    int64_t agreed_blind = 0;
    int64_t differing = 0;
    int64_t only_first = 0;
    int64_t only_second = 0;
    RatingTable ratings;  // Of a category at one path.
  };
  // What is counted, from wide to narrow.
  enum class Scope { kAll, kType, kKind, kPath };
  using CountKey =
      std::tuple<v1::AgreementUnit, Scope, v1::ItemType, int32_t, std::string>;
  using Pair = std::pair<std::string, std::string>;
  struct PairCounts {
    int64_t records = 0;  // Of both.
    std::map<CountKey, Count> counts;
  };
  // A field or an item of one record.
  struct Subject {
    v1::AgreementUnit unit = v1::AGREEMENT_UNIT_UNSPECIFIED;
    v1::ItemType type = v1::ITEM_TYPE_UNSPECIFIED;
    int32_t kind_id = 0;
    std::string path;
  };
  // The value that each institution has at one path.
  using Values = std::map<absl::string_view, const Assignment*>;

  // The counts that `subject` adds to, the narrowest last.
  static std::vector<Count*> CountsOf(const Subject& subject,
                                      PairCounts& counts);
  absl::Status AddPath(const RegistryView& view, const RecordTraits& traits,
                       const std::vector<Pair>& pairs, const Values& values);
  absl::Status Compare(const RegistryView& view, const RecordTraits& traits,
                       const FieldTraits& field, const Assignment& first,
                       const Assignment& second, PairCounts& counts);
  static absl::Status CompareItems(const RecordTraits& traits,
                                   const FieldTraits& field,
                                   const Assignment& first,
                                   const Assignment& second, bool blind,
                                   PairCounts& counts);
  absl::StatusOr<bool> IsBlind(const RegistryView& view, const Dot& first,
                               const Dot& second);
  static v1::AgreementCount MakeCount(const CountKey& key, const Count& count);

  const std::vector<std::string> asked_;
  std::map<std::string, int64_t> records_;  // By institution.
  std::map<Pair, PairCounts> pairs_;
  // What IsBlind found last: a whole extraction is often one change.
  std::optional<std::tuple<Dot, Dot, bool>> last_blind_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_AGREEMENT_SUMMARY_H_
