#include "server/rpc/review_reader.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "proto/base/number_text.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "server/review/errors.h"
#include "server/review/review_diff.h"
#include "server/review/review_loader.h"
#include "server/review/review_run.h"
#include "server/rpc/limits.h"
#include "server/rpc/version_diff.h"

namespace consilium {
namespace {

// The version of `view` as one that later views can be opened at.
Version LastingVersion(const RegistryView& view) {
  return view.revision() > 0 ? Version::AtRevision(view.revision())
                             : view.version();
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime(
      "%Y-%m-%dT%H:%M:%E*SZ",
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()),
      absl::UTCTimeZone());
}

const Assignment* LatestOf(const RecordView& record) {
  const Assignment* latest = nullptr;
  for (const Assignment& each : record.state.visible()) {
    if (latest == nullptr ||
        std::tie(each.clock, each.dot) > std::tie(latest->clock, latest->dot)) {
      latest = &each;
    }
  }
  return latest;
}

std::set<FieldPath> ConflictsOf(const RegistryView& view,
                                const std::optional<RecordView>& record) {
  if (!record.has_value()) return {};
  const std::vector<FieldPath> paths =
      ConflictedPaths(*record, [&view](const ReplicaId& replica) {
        return view.InstitutionOf(replica);
      });
  return {paths.begin(), paths.end()};
}

v1::RecordChangeKind KindOf(v1::RecordDifference::Effect effect,
                            const std::set<FieldPath>& before,
                            const std::set<FieldPath>& after) {
  switch (effect) {
    case v1::RecordDifference::EFFECT_ADDED:
      return v1::RECORD_CHANGE_KIND_ADDED;
    case v1::RecordDifference::EFFECT_RETRACTED:
    case v1::RecordDifference::EFFECT_REMOVED:
      return v1::RECORD_CHANGE_KIND_RETRACTED;
    case v1::RecordDifference::EFFECT_RESTORED:
      return v1::RECORD_CHANGE_KIND_RESTORED;
    default:
      break;
  }
  const auto has_more = [](const std::set<FieldPath>& these,
                           const std::set<FieldPath>& those) {
    return !std::includes(those.begin(), those.end(), these.begin(),
                          these.end());
  };
  if (has_more(after, before)) return v1::RECORD_CHANGE_KIND_CONFLICT_ARISEN;
  if (has_more(before, after)) return v1::RECORD_CHANGE_KIND_CONFLICT_SETTLED;
  return v1::RECORD_CHANGE_KIND_CORRECTED;
}

// "low" for "CERTAINTY_LEVEL_LOW"; any other text as it is.
std::string WithoutEnumName(const std::string& text) {
  const google::protobuf::EnumValueDescriptor* const value =
      google::protobuf::DescriptorPool::generated_pool()->FindEnumValueByName(
          absl::StrCat(v1::Review::descriptor()->file()->package(), ".", text));
  return value == nullptr ? text : EnumText(*value);
}

// Values as JSON, but enums in words.
std::string ValuesText(
    const google::protobuf::RepeatedPtrField<std::string>& values) {
  if (values.empty()) return "absent";
  std::vector<std::string> texts;
  for (const std::string& json : values) {
    const std::string unquoted(
        absl::StripSuffix(absl::StripPrefix(json, "\""), "\""));
    std::string words = WithoutEnumName(unquoted);
    texts.push_back(words == unquoted ? json : std::move(words));
  }
  return absl::StrJoin(texts, " | ");
}

using google::protobuf::Struct;
using google::protobuf::Value;

// Numbers and words as JSON writes them, without quotes.
std::string LeafText(const Value& value) {
  switch (value.kind_case()) {
    case Value::kStringValue:
      return WithoutEnumName(value.string_value());
    case Value::kNumberValue:
      return ShortestDecimal(value.number_value());
    case Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    default:
      return "other values";
  }
}

// What differs between two objects: "value: 0.52 became 0.82".
void DescribeFields(const std::string& prefix, const Struct& before,
                    const Struct& after, std::vector<std::string>& parts) {
  std::set<std::string> names;
  for (const auto& [name, value] : before.fields()) names.insert(name);
  for (const auto& [name, value] : after.fields()) names.insert(name);
  const Value none;
  for (const std::string& name : names) {
    const auto old_field = before.fields().find(name);
    const auto new_field = after.fields().find(name);
    const Value& was =
        old_field == before.fields().end() ? none : old_field->second;
    const Value& is =
        new_field == after.fields().end() ? none : new_field->second;
    if (google::protobuf::util::MessageDifferencer::Equals(was, is)) continue;
    const std::string path = absl::StrCat(prefix, name);
    if (was.has_struct_value() && is.has_struct_value()) {
      DescribeFields(absl::StrCat(path, "."), was.struct_value(),
                     is.struct_value(), parts);
      continue;
    }
    const auto text = [](const Value& value) {
      return value.kind_case() == Value::KIND_NOT_SET ? "absent"
                                                      : LeafText(value);
    };
    parts.push_back(absl::StrCat(path, ": ", text(was), " became ", text(is)));
  }
}

// A part of a list that was changed, by what changed in it; empty where it is
// no such.
std::string DescribeElement(const v1::PathDifference& path) {
  Struct before, after;
  if (path.before_size() != 1 || path.after_size() != 1 ||
      !google::protobuf::util::JsonStringToMessage(path.before(0), &before)
           .ok() ||
      !google::protobuf::util::JsonStringToMessage(path.after(0), &after)
           .ok()) {
    return "";
  }
  std::vector<std::string> parts;
  DescribeFields("", before, after, parts);
  return absl::StrCat(path.path().substr(0, path.path().find('[')), ": ",
                      absl::StrJoin(parts, ", "));
}

// Old and new values of the first paths, where they are short.
std::string Describe(const v1::RecordDifference& difference) {
  if (difference.effect() != v1::RecordDifference::EFFECT_CHANGED) return "";
  std::vector<std::string> parts;
  for (const v1::PathDifference& path : difference.paths()) {
    if (parts.size() == kDescribedPathsMax) break;
    std::string part = DescribeElement(path);
    if (part.empty()) {
      part = absl::StrCat(path.path(), ": ", ValuesText(path.before()),
                          " became ", ValuesText(path.after()));
    }
    if (part.size() <= kDescribedPathSizeMax) parts.push_back(std::move(part));
  }
  return absl::StrJoin(parts, "; ");
}

// Of the outcomes of `result` only `outcome`, when one is asked for.
void KeepOutcome(absl::string_view outcome, v1::ReviewResult& result) {
  if (outcome.empty()) return;
  v1::ReviewResult kept;
  for (v1::OutcomeResult& each : *result.mutable_outcomes()) {
    if (each.id() == outcome) *kept.add_outcomes() = std::move(each);
  }
  result.mutable_outcomes()->Swap(kept.mutable_outcomes());
}

std::set<std::string> IncludedIn(const ReviewAtVersion& a,
                                 const ReviewAtVersion& b) {
  std::set<std::string> trials(a.result.included_trials().begin(),
                               a.result.included_trials().end());
  trials.insert(b.result.included_trials().begin(),
                b.result.included_trials().end());
  return trials;
}

}  // namespace

absl::StatusOr<FullRecordName> ReviewReader::ParseName(absl::string_view name) {
  ASSIGN_OR_RETURN(FullRecordName parsed, FullRecordName::Parse(name, "name"));
  if (parsed.record.traits()->descriptor != v1::Review::descriptor()) {
    return InvalidField("name", absl::StrCat("is ", Quote(name),
                                             "; want registries/{registry}/"
                                             "reviews/{review}"));
  }
  return parsed;
}

absl::StatusOr<ReviewAtVersion> ReviewReader::Run(absl::string_view at,
                                                  absl::string_view field,
                                                  absl::string_view outcome) {
  ASSIGN_OR_RETURN(const NamedVersion named,
                   ParseNamedVersion(at, store_, field));
  ASSIGN_OR_RETURN(std::unique_ptr<RegistryView> view,
                   store_.OpenView(named.version));
  ReviewAtVersion run;
  run.version = LastingVersion(*view);
  ASSIGN_OR_RETURN(
      std::shared_ptr<const Evidence> evidence,
      evidence_.Get(name_.registry.id(), store_, run.version, check_alive_));
  // Building evidence may take longer than a view should be held.
  ASSIGN_OR_RETURN(view, store_.OpenView(run.version));
  ASSIGN_OR_RETURN(LoadedReview loaded,
                   LoadReview(*view, std::move(evidence),
                              name_.record.relative(), check_alive_));
  view = nullptr;
  // A frontier says nothing that the result would not say without it: however
  // a version was asked for, its bytes are the same.
  if (named.snapshot.has_value()) {
    loaded.input.version.set_at(named.name);
    loaded.input.version.set_snapshot_time(
        TimeText(named.snapshot->snapshot_time()));
  }
  ASSIGN_OR_RETURN(run.result,
                   ComputeReview(loaded.input, outcome, check_alive_));
  return run;
}

absl::StatusOr<ReviewAtVersion> ReviewReader::RunEarlier(
    absl::string_view at, absl::string_view field) {
  absl::StatusOr<ReviewAtVersion> run = Run(at, field);
  if (run.ok() || !IsReviewNotFound(run.status())) return run;
  ASSIGN_OR_RETURN(const NamedVersion named,
                   ParseNamedVersion(at, store_, field));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store_.OpenView(named.version));
  ASSIGN_OR_RETURN(const Frontier frontier, view->GetFrontier());
  ReviewAtVersion none;
  none.version = LastingVersion(*view);
  none.result.mutable_stamp()->set_frontier(frontier.ToToken());
  if (named.snapshot.has_value())
    none.result.mutable_stamp()->set_at(named.name);
  return none;
}

absl::StatusOr<ReviewAtVersion> ReviewReader::RunSince(
    absl::string_view at, absl::string_view since, absl::string_view outcome) {
  ASSIGN_OR_RETURN(ReviewAtVersion now, Run(at, "at", outcome));
  if (since.empty()) return now;
  ASSIGN_OR_RETURN(ReviewAtVersion before, RunEarlier(since, "since"));
  KeepOutcome(outcome, before.result);
  ASSIGN_OR_RETURN(*now.result.mutable_changes(), Compare(before, now));
  return now;
}

absl::Status ReviewReader::CompareRecords(const ReviewAtVersion& before,
                                          const ReviewAtVersion& after,
                                          v1::ReviewDiff& diff) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> earlier,
                   store_.OpenView(before.version));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> later,
                   store_.OpenView(after.version));
  ASSIGN_OR_RETURN(const Frontier from, earlier->GetFrontier());
  ASSIGN_OR_RETURN(const Frontier to, later->GetFrontier());
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   later->RecordsBetween(from, to));
  ASSIGN_OR_RETURN(
      const std::shared_ptr<const Evidence> old_evidence,
      evidence_.Get(name_.registry.id(), store_, before.version, check_alive_));
  ASSIGN_OR_RETURN(
      const std::shared_ptr<const Evidence> new_evidence,
      evidence_.Get(name_.registry.id(), store_, after.version, check_alive_));
  const std::set<std::string> included = IncludedIn(before, after);
  const std::string& review = name_.record.relative();
  for (const std::string& name : names) {
    RETURN_IF_ERROR(check_alive_());
    const std::vector<absl::string_view> segments = absl::StrSplit(name, '/');
    const TrialEvidence* trial = nullptr;
    if (segments.size() >= 2 && segments[0] == "trials") {
      for (const Evidence* evidence :
           {new_evidence.get(), old_evidence.get()}) {
        if (trial == nullptr) trial = evidence->FindTrial(segments[1]);
      }
      if (trial == nullptr || included.count(trial->primary) == 0) continue;
    } else if (name != review && !absl::StartsWith(name, review + "/")) {
      continue;
    }
    v1::RecordDifference difference;
    ASSIGN_OR_RETURN(const bool differs,
                     CompareRecord(*earlier, *later, name, difference));
    if (!differs) continue;
    ASSIGN_OR_RETURN(const std::optional<RecordView> was, earlier->Get(name));
    ASSIGN_OR_RETURN(const std::optional<RecordView> is, later->Get(name));
    v1::RecordChange& change = *diff.add_records();
    change.set_kind(KindOf(difference.effect(), ConflictsOf(*earlier, was),
                           ConflictsOf(*later, is)));
    change.set_record(name);
    if (trial != nullptr) change.set_study(trial->study);
    for (const v1::PathDifference& path : difference.paths()) {
      change.add_paths(path.path());
    }
    std::string description = Describe(difference);
    if (!description.empty()) change.set_description(std::move(description));
    const Assignment* const latest = is.has_value() ? LatestOf(*is) : nullptr;
    if (latest == nullptr) continue;
    ASSIGN_OR_RETURN(const ChangeSummary author, later->GetChange(latest->dot));
    if (!author.header.message().empty()) {
      change.set_message(author.header.message());
    }
    change.set_institution(author.institution);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ReviewDiff> ReviewReader::Compare(
    const ReviewAtVersion& before, const ReviewAtVersion& after) {
  v1::ReviewDiff diff = CompareResults(before.result, after.result);
  RETURN_IF_ERROR(CompareRecords(before, after, diff));
  return diff;
}

}  // namespace consilium
