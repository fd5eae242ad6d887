#include "server/review/flow_checks.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

std::optional<int64_t> TotalOf(absl::Span<const v1::FlowNumber> flow,
                               absl::string_view id) {
  for (const v1::FlowNumber& number : flow) {
    if (number.id() == id && number.has_total()) return number.total();
  }
  return std::nullopt;
}

FieldPath PathOf(int field, const std::string& key) {
  FieldPath path;
  path.field = field;
  path.kind = MergeKind::kKeyed;
  path.key = key;
  return path;
}

// The latest day on which a visible value of the path was entered; empty where
// none is. A day is added, for it is another one elsewhere.
absl::StatusOr<std::string> LastDay(const RegistryView& view,
                                    const RecordView& stored,
                                    const FieldPath& path) {
  std::string last;
  for (const Assignment& assignment : stored.state.At(path)) {
    ASSIGN_OR_RETURN(const absl::Time time,
                     view.GetClaimedTime(assignment.dot));
    last = std::max(last, absl::FormatTime("%Y-%m-%d", time + absl::Hours(24),
                                           absl::UTCTimeZone()));
  }
  return last;
}

}  // namespace

std::vector<std::string> FlowContradictions(
    const v1::Review& review, absl::Span<const v1::FlowNumber> flow) {
  std::vector<std::string> words;
  for (const v1::SearchRun& search : review.searches()) {
    if (search.has_records() && search.duplicates() > search.records()) {
      words.push_back(absl::StrCat("The search of ", search.database(), " on ",
                                   search.date(), " has ", search.duplicates(),
                                   " duplicates among ", search.records(),
                                   " records."));
    }
  }
  const std::optional<int64_t> databases =
      TotalOf(flow, "records-from-databases");
  const std::optional<int64_t> registers =
      TotalOf(flow, "records-from-registers");
  const std::optional<int64_t> screened = TotalOf(flow, "records-screened");
  const std::optional<int64_t> excluded = TotalOf(flow, "records-excluded");
  const std::optional<int64_t> sought = TotalOf(flow, "reports-sought");
  const std::optional<int64_t> assessed = TotalOf(flow, "reports-assessed");
  const std::optional<int64_t> left_out = TotalOf(flow, "reports-excluded");
  const std::optional<int64_t> included = TotalOf(flow, "reports-included");
  const auto contradict = [&words](int64_t more, absl::string_view what,
                                   int64_t than, absl::string_view of) {
    if (more <= than) return;
    words.push_back(
        absl::StrCat("The flow of records contradicts itself: ", more, " ",
                     what, ", and ", than, " ", of, "."));
  };
  // A source whose records are not counted may have given any.
  const bool all_counted =
      std::all_of(review.searches().begin(), review.searches().end(),
                  [](const v1::SearchRun& each) { return each.has_records(); });
  if (screened.has_value() && all_counted &&
      (databases.has_value() || registers.has_value())) {
    const int64_t found = databases.value_or(0) + registers.value_or(0);
    const int64_t duplicates = TotalOf(flow, "duplicates-removed").value_or(0);
    contradict(*screened, "records were screened", found - duplicates,
               "were identified and are no duplicates");
  }
  if (screened.has_value() && sought.has_value()) {
    contradict(*sought, "reports were sought", *screened - excluded.value_or(0),
               "records were screened and not excluded");
  }
  if (assessed.has_value() && included.has_value()) {
    contradict(*included, "reports of studies are included",
               *assessed - left_out.value_or(0),
               "reports were assessed and not excluded");
  }
  return words;
}

absl::StatusOr<std::vector<std::string>> DatesAfterEntry(
    const RegistryView& view, const RecordView& stored,
    const v1::Review& review) {
  std::vector<std::string> words;
  const auto add = [&words](const std::string& what, const std::string& date,
                            const std::string& entered) {
    if (entered.empty() || date <= entered) return;
    words.push_back(absl::StrCat(what, " is dated ", date,
                                 ", which had not come when it was entered."));
  };
  for (const v1::SearchRun& search : review.searches()) {
    ASSIGN_OR_RETURN(
        const std::string entered,
        LastDay(view, stored,
                PathOf(v1::Review::kSearchesFieldNumber, search.key())));
    add(absl::StrCat("The search of ", search.database()), search.date(),
        entered);
  }
  for (const v1::Amendment& amendment : review.amendments()) {
    ASSIGN_OR_RETURN(
        const std::string entered,
        LastDay(view, stored,
                PathOf(v1::Review::kAmendmentsFieldNumber, amendment.key())));
    add(absl::StrCat("The amendment on ", amendment.topic()), amendment.date(),
        entered);
  }
  return words;
}

}  // namespace consilium
