#include "server/review/protocol_disputes.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "proto/base/value_text.h"
#include "server/review/limits.h"
#include "server/review/outcome_result.h"
#include "server/review/protocol_words.h"
#include "server/review/review_plan.h"
#include "server/review/study_field.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

const RecordTraits& ReviewTraits() {
  return *RecordTraitsTable::Get().FindByDescriptor(v1::Review::descriptor());
}

// The message of `element`, a review that holds one element of `path` alone;
// null of what is no message.
const Message* ElementOf(const v1::Review& element, const FieldPath& path) {
  const FieldDescriptor* const field =
      element.GetDescriptor()->FindFieldByNumber(path.field);
  if (field == nullptr || field->message_type() == nullptr) return nullptr;
  const auto& reflection = *element.GetReflection();
  if (!field->is_repeated()) return &reflection.GetMessage(element, field);
  if (reflection.FieldSize(element, field) != 1) return nullptr;
  return &reflection.GetRepeatedMessage(element, field, 0);
}

// The values at `path` in a list of values, `value` in their place; empty
// takes them away.
std::vector<FieldValue> With(std::vector<FieldValue> values,
                             const FieldPath& path, const std::string& value) {
  const auto place = std::lower_bound(
      values.begin(), values.end(), path,
      [](const FieldValue& a, const FieldPath& b) { return a.path < b; });
  const bool is_there = place != values.end() && place->path == path;
  if (value.empty()) {
    if (is_there) values.erase(place);
  } else if (is_there) {
    place->value = value;
    place->source.clear();
  } else {
    values.insert(place, {path, value, ""});
  }
  return values;
}

std::optional<v1::Review> ProtocolOf(const std::vector<FieldValue>& values,
                                     const v1::Review& provisional) {
  v1::Review review;
  std::vector<FieldPath> unreadable;
  if (!AssembleInto(values, ReviewTraits(), Sources::kInclude, &unreadable,
                    review)
           .ok()) {
    return std::nullopt;
  }
  review.set_name(provisional.name());
  return review;
}

absl::StatusOr<v1::Provenance> ProvenanceOf(const RegistryView& view,
                                            const Assignment& assignment) {
  ASSIGN_OR_RETURN(const ChangeSummary change, view.GetChange(assignment.dot));
  v1::Provenance provenance;
  provenance.set_institution(change.institution);
  provenance.set_author(change.header.author());
  provenance.set_change(absl::BytesToHexString(change.hash));
  provenance.set_claimed_time(absl::FormatTime(
      absl::RFC3339_full, ClaimedTimeOf(change.header), absl::UTCTimeZone()));
  v1::Source source;
  if (!assignment.source.empty() && source.ParseFromString(assignment.source)) {
    *provenance.mutable_source() = std::move(source);
  }
  return provenance;
}

// What tells the elements apart: fields that are not the same in all.
void AddFields(const std::vector<v1::Review>& elements, const FieldPath& path,
               v1::ProtocolDispute& dispute) {
  std::vector<const Message*> messages;
  for (const v1::Review& element : elements) {
    messages.push_back(ElementOf(element, path));
  }
  const Message* first = nullptr;
  for (const Message* each : messages) {
    if (first == nullptr) first = each;
  }
  if (first == nullptr) return;
  std::set<int> numbers;
  for (const Message* each : messages) {
    if (each == nullptr) continue;
    for (const FieldDescriptor* field : DifferingFields(*first, *each)) {
      numbers.insert(field->number());
    }
  }
  for (size_t i = 0; i < messages.size(); ++i) {
    if (messages[i] == nullptr) continue;
    for (const int number : numbers) {
      const FieldDescriptor& field =
          *first->GetDescriptor()->FindFieldByNumber(number);
      v1::FieldReading& reading =
          *dispute.mutable_values(static_cast<int>(i))->add_fields();
      reading.set_field(std::string(field.json_name()));
      std::string text = FieldText(*messages[i], field);
      if (!text.empty()) reading.set_value(std::move(text));
    }
  }
}

// The different values of `siblings`, the one at `provisional` first.
std::vector<std::string> ValuesOf(absl::Span<const Assignment> siblings,
                                  const Assignment& provisional) {
  std::set<std::string> others;
  for (const Assignment& sibling : siblings) others.insert(sibling.value);
  others.erase(provisional.value);
  std::vector<std::string> values = {provisional.value};
  values.insert(values.end(), others.begin(), others.end());
  return values;
}

absl::Status AddProvenance(const RegistryView& view,
                           absl::Span<const Assignment> siblings,
                           const std::string& value, v1::ProtocolValue& shown) {
  std::vector<v1::Provenance> all;
  for (const Assignment& sibling : siblings) {
    if (sibling.value != value) continue;
    ASSIGN_OR_RETURN(v1::Provenance provenance, ProvenanceOf(view, sibling));
    all.push_back(std::move(provenance));
  }
  std::sort(all.begin(), all.end(),
            [](const v1::Provenance& a, const v1::Provenance& b) {
              return std::forward_as_tuple(a.claimed_time(), a.change()) <
                     std::forward_as_tuple(b.claimed_time(), b.change());
            });
  shown.mutable_provenance()->Assign(all.begin(), all.end());
  return absl::OkStatus();
}

absl::StatusOr<ProtocolConflict> ConflictAt(
    const RegistryView& view, const RecordView& stored, const FieldPath& path,
    const std::vector<FieldValue>& provisional_values) {
  const absl::Span<const Assignment> siblings = stored.state.At(path);
  const Assignment& provisional =
      *ViewPath(siblings, [&view](const ReplicaId& replica) {
         return view.InstitutionOf(replica);
       }).provisional;
  ProtocolConflict conflict;
  conflict.dispute.set_path(path.ToText(v1::Review::descriptor()));
  v1::Review named;
  named.set_name(stored.name);
  std::vector<v1::Review> elements;
  for (const std::string& value : ValuesOf(siblings, provisional)) {
    v1::ProtocolValue& shown = *conflict.dispute.add_values();
    if (value == provisional.value) shown.set_provisional(true);
    v1::Review& element = elements.emplace_back();
    if (!value.empty()) {
      auto json = ValueToJson(path, value, ReviewTraits());
      shown.set_value(json.ok() ? *std::move(json) : "unreadable");
      const auto parsed = ParseValue(value, ReviewTraits());
      if (parsed.ok()) element.CopyFrom(**parsed);
    }
    RETURN_IF_ERROR(AddProvenance(view, siblings, value, shown));
    conflict.protocols.push_back(
        path == LifecyclePath()
            ? std::nullopt
            : ProtocolOf(With(provisional_values, path, value), named));
  }
  AddFields(elements, path, conflict.dispute);
  return conflict;
}

// Of an outcome what a reader compares; not the analyses beside it.
v1::OutcomeResult Brief(v1::OutcomeResult outcome) {
  outcome.clear_subgroups();
  outcome.clear_regressions();
  outcome.clear_sensitivity();
  outcome.clear_leave_one_out();
  outcome.clear_cumulative();
  outcome.clear_influence();
  outcome.clear_small_study_tests();
  outcome.clear_excluded();
  outcome.clear_possible();
  for (v1::StudyResult& study : *outcome.mutable_studies()) {
    study.clear_provenance();
  }
  return outcome;
}

bool ComesToTheSame(const v1::OutcomeResult& a, const v1::OutcomeResult& b) {
  return a.state() == b.state() && a.inputs_hash() == b.inputs_hash() &&
         a.explanation() == b.explanation() &&
         a.conclusion_state() == b.conclusion_state() &&
         a.conclusion() == b.conclusion() &&
         MessageDifferencer::Equals(a.pooled(), b.pooled());
}

using OutcomeKey = std::pair<std::string, v1::StudyDesign>;

OutcomeKey KeyOf(const v1::OutcomeResult& outcome) {
  return {outcome.id(), outcome.design()};
}

// What of a protocol decides what an outcome of given trials comes to.
std::string Decisive(const v1::Review& protocol,
                     const v1::ReviewOutcome& planned) {
  v1::Review decisive;
  *decisive.add_outcomes() = ResolvePlan(protocol, planned);
  const std::set<std::string> used = CovariatesUsed(planned);
  for (const v1::StudyCovariate& each : protocol.covariates()) {
    if (used.count(each.name()) > 0) *decisive.add_covariates() = each;
  }
  return Encode(decisive);
}

// Computes outcomes under other values of one conflict.
class OtherProtocols {
 public:
  OtherProtocols(const ReviewInput& input, const Inclusion& inclusion,
                 absl::string_view outcome, const v1::ReviewResult& result)
      : input_(input), inclusion_(inclusion), outcome_(outcome) {
    for (const v1::ReviewOutcome& planned : input.review.outcomes()) {
      plans_[planned.id()] = Decisive(input.review, planned);
    }
    for (const v1::OutcomeResult& each : result.outcomes()) {
      provisional_[KeyOf(each)] = &each;
    }
  }

  // The outcomes that come to something else under `protocol`; adds the ids of
  // those and of outcomes that it does not have to `touched`.
  std::vector<v1::OutcomeResult> Under(const v1::Review& protocol,
                                       std::set<std::string>& touched) const {
    // Everything else stays: a protocol decides what is read of it.
    ReviewInput other = input_;
    other.review = protocol;
    const Inclusion inclusion = IncludeTrials(other);
    std::vector<const v1::EvidenceRow*> rows;
    for (const v1::EvidenceRow* row : other.rows) {
      if (inclusion.included.count(row->trial_id()) > 0 ||
          inclusion.possible.count(row->trial_id()) > 0) {
        rows.push_back(row);
      }
    }
    const bool same_trials = SameTrials(inclusion);
    std::vector<v1::OutcomeResult> differing;
    std::set<OutcomeKey> seen;
    std::set<std::string> same;
    for (const v1::ReviewOutcome* planned : OutcomesInOrder(protocol)) {
      if (!outcome_.empty() && planned->id() != outcome_) continue;
      const auto plan = plans_.find(planned->id());
      if (same_trials && plan != plans_.end() &&
          plan->second == Decisive(protocol, *planned)) {
        same.insert(planned->id());
        continue;
      }
      for (v1::OutcomeResult& each :
           ComputeOutcome(other, inclusion, rows, *planned)) {
        seen.insert(KeyOf(each));
        const auto found = provisional_.find(KeyOf(each));
        if (found != provisional_.end() &&
            ComesToTheSame(*found->second, each)) {
          continue;
        }
        touched.insert(each.id());
        differing.push_back(Brief(std::move(each)));
      }
    }
    for (const auto& [key, each] : provisional_) {
      if (seen.count(key) == 0 && same.count(key.first) == 0) {
        touched.insert(key.first);
      }
    }
    return differing;
  }

 private:
  bool SameTrials(const Inclusion& other) const {
    const auto possible_of = [](const Inclusion& inclusion) {
      std::set<std::string> trials;
      for (const auto& [trial, each] : inclusion.possible) trials.insert(trial);
      return trials;
    };
    return other.included == inclusion_.included &&
           possible_of(other) == possible_of(inclusion_);
  }

  const ReviewInput& input_;
  const Inclusion& inclusion_;
  const std::string outcome_;
  std::map<std::string, std::string> plans_;  // By id of the outcome.
  std::map<OutcomeKey, const v1::OutcomeResult*> provisional_;
};

}  // namespace

absl::StatusOr<std::vector<ProtocolConflict>> LoadProtocolConflicts(
    const RegistryView& view, const RecordView& stored) {
  const auto institution_of = [&view](const ReplicaId& replica) {
    return view.InstitutionOf(replica);
  };
  std::vector<ProtocolConflict> conflicts;
  const std::vector<FieldPath> paths = ConflictedPaths(stored, institution_of);
  if (paths.empty()) return conflicts;
  const std::vector<FieldValue> provisional =
      ProvisionalValues(stored.state, institution_of);
  for (const FieldPath& path : paths) {
    if (stored.state.At(path).empty()) continue;
    ASSIGN_OR_RETURN(ProtocolConflict conflict,
                     ConflictAt(view, stored, path, provisional));
    conflicts.push_back(std::move(conflict));
  }
  return conflicts;
}

absl::Status AddProtocolDisputes(const ReviewInput& input,
                                 const Inclusion& inclusion,
                                 absl::string_view outcome,
                                 absl::FunctionRef<absl::Status()> check_alive,
                                 v1::ReviewResult& result) {
  const OtherProtocols others(input, inclusion, outcome, result);
  size_t computed = 0;
  for (const ProtocolConflict& conflict : input.protocol_conflicts) {
    v1::ProtocolDispute& dispute = *result.add_protocol_disputes();
    dispute = conflict.dispute;
    std::set<std::string> touched;
    for (size_t i = 0; i < conflict.protocols.size(); ++i) {
      v1::ProtocolValue& value = *dispute.mutable_values(static_cast<int>(i));
      if (value.provisional()) continue;
      if (!conflict.protocols[i].has_value()) {
        value.set_explanation("it leaves no protocol to compute");
      } else if (computed == kProtocolValuesMax) {
        value.set_explanation(
            absl::StrCat("it was not computed: more than ", kProtocolValuesMax,
                         " other values stand in the protocol"));
      } else {
        RETURN_IF_ERROR(check_alive());
        ++computed;
        for (v1::OutcomeResult& each :
             others.Under(*conflict.protocols[i], touched)) {
          *value.add_outcomes() = std::move(each);
        }
      }
    }
    for (const v1::ReviewOutcome* planned : OutcomesInOrder(input.review)) {
      if (touched.erase(planned->id()) > 0) {
        dispute.add_outcomes(planned->id());
      }
    }
    for (const std::string& id : touched) dispute.add_outcomes(id);
  }
  return absl::OkStatus();
}

v1::ProtocolDispute WithoutOutcomes(const v1::ProtocolDispute& dispute) {
  v1::ProtocolDispute brief = dispute;
  for (v1::ProtocolValue& value : *brief.mutable_values()) {
    value.clear_outcomes();
  }
  return brief;
}

}  // namespace consilium
