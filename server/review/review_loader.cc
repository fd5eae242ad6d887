#include "server/review/review_loader.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_traits.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "proto/base/words.h"
#include "server/evidence/findings.h"
#include "server/evidence/row_fields.h"
#include "server/review/changes_after_data.h"
#include "server/review/errors.h"
#include "server/review/flow_checks.h"
#include "server/review/limits.h"
#include "server/review/protocol_disputes.h"
#include "storage/registry/snapshot.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

template <typename Record>
const RecordTraits& TraitsOf() {
  return *RecordTraitsTable::Get().FindByDescriptor(Record::descriptor());
}

// The record with its provisional values, its relative name and its conflicts:
// nothing that depends on the server.
template <typename Record>
absl::StatusOr<Record> Assemble(const RegistryView& view,
                                const RecordView& stored) {
  const auto institution_of = [&view](const ReplicaId& replica) {
    return view.InstitutionOf(replica);
  };
  const RecordTraits& traits = TraitsOf<Record>();
  Record record;
  std::vector<FieldPath> unreadable;
  RETURN_IF_ERROR(AssembleInto(ProvisionalValues(stored.state, institution_of),
                               traits, Sources::kInclude, &unreadable, record));
  record.set_name(stored.name);
  for (const FieldPath& path : ConflictedPaths(stored, institution_of)) {
    record.add_conflicts(path.ToText(traits.descriptor));
  }
  return record;
}

// The live records of that kind below the review, by name.
template <typename Record>
absl::Status LoadChildren(const RegistryView& view, absl::string_view review,
                          const std::function<absl::Status()>& check_alive,
                          std::vector<Record>& records) {
  const std::string collection =
      absl::StrCat("reviews/", TraitsOf<Record>().collection);
  absl::Status status;
  RETURN_IF_ERROR(
      view.List({collection, std::string(review), ""}, [&](RecordView stored) {
        status = check_alive();
        if (!status.ok()) return false;
        if (stored.retracted) return true;
        absl::StatusOr<Record> record = Assemble<Record>(view, stored);
        status = record.status();
        if (!status.ok()) return false;
        records.push_back(*std::move(record));
        return true;
      }));
  return status;
}

// The ids of the live reviews of the version, the first of many.
absl::StatusOr<std::vector<std::string>> ReviewIds(const RegistryView& view) {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(view.List({"reviews", "", ""}, [&ids](RecordView stored) {
    if (!stored.retracted) ids.push_back(IdOf(stored.name));
    return ids.size() < kReviewsNamedMax;
  }));
  return ids;
}

// Empties what the row has from its element; the fields of its trial, groups,
// and endpoint or event stay.
void ClearElement(v1::EvidenceRow& row) {
  static constexpr int kFields[] = {
      v1::EvidenceRow::kGradeFieldNumber,
      v1::EvidenceRow::kGradeLowFieldNumber,
      v1::EvidenceRow::kGradeHighFieldNumber,
      v1::EvidenceRow::kPopulationFieldNumber,
      v1::EvidenceRow::kTimeMonthsFieldNumber,
      v1::EvidenceRow::kMeasureFieldNumber,
      v1::EvidenceRow::kStatisticFieldNumber,
      v1::EvidenceRow::kMethodFieldNumber,
      v1::EvidenceRow::kAdjustmentFieldNumber,
      v1::EvidenceRow::kValueFieldNumber,
      v1::EvidenceRow::kUnitFieldNumber,
      v1::EvidenceRow::kValueStatusFieldNumber,
      v1::EvidenceRow::kComparatorFieldNumber,
      v1::EvidenceRow::kLowFieldNumber,
      v1::EvidenceRow::kHighFieldNumber,
      v1::EvidenceRow::kLevelFieldNumber,
      v1::EvidenceRow::kPFieldNumber,
      v1::EvidenceRow::kPComparatorFieldNumber,
      v1::EvidenceRow::kStandardErrorFieldNumber,
      v1::EvidenceRow::kEventsFieldNumber,
      v1::EvidenceRow::kParticipantsFieldNumber,
      v1::EvidenceRow::kPrintedFieldNumber,
      v1::EvidenceRow::kStatementFieldNumber,
      v1::EvidenceRow::kDirectionFieldNumber,
      v1::EvidenceRow::kReportFieldNumber,
      v1::EvidenceRow::kAlternativesFieldNumber,
      v1::EvidenceRow::kDerivationsFieldNumber,
      v1::EvidenceRow::kOccurrenceFieldNumber,
      v1::EvidenceRow::kSignificanceFieldNumber,
      v1::EvidenceRow::kValueMonthsFieldNumber,
      v1::EvidenceRow::kLowMonthsFieldNumber,
      v1::EvidenceRow::kHighMonthsFieldNumber,
      v1::EvidenceRow::kValuePercentFieldNumber,
      v1::EvidenceRow::kLowPercentFieldNumber,
      v1::EvidenceRow::kHighPercentFieldNumber,
      v1::EvidenceRow::kValuePrintedFieldNumber,
      v1::EvidenceRow::kPPrintedFieldNumber,
      v1::EvidenceRow::kEventPeriodFieldNumber,
  };
  const auto& reflection = *row.GetReflection();
  for (const int number : kFields) {
    reflection.ClearField(&row, row.GetDescriptor()->FindFieldByNumber(number));
  }
}

// Puts the one element of `record`, an endpoint or adverse event that holds
// nothing else, in place of the row's. False when it is no element of rows.
bool ReplaceElement(Message& record, v1::EvidenceRow& row) {
  if (auto* endpoint =
          google::protobuf::DynamicCastToGenerated<v1::Endpoint>(&record)) {
    if (row.has_contrast() && endpoint->contrasts_size() == 1) {
      ClearElement(row);
      FillContrast(endpoint->contrasts(0), row);
      row.mutable_contrast()->Swap(endpoint->mutable_contrasts(0));
      return true;
    }
    if (row.has_estimate() && endpoint->estimates_size() == 1) {
      ClearElement(row);
      FillEstimate(endpoint->estimates(0), row);
      row.mutable_estimate()->Swap(endpoint->mutable_estimates(0));
      return true;
    }
    return false;
  }
  auto* event =
      google::protobuf::DynamicCastToGenerated<v1::AdverseEvent>(&record);
  if (event == nullptr) return false;
  if (row.has_event_contrast() && event->contrasts_size() == 1) {
    ClearElement(row);
    FillEventContrast(event->contrasts(0), row);
    row.mutable_event_contrast()->Swap(event->mutable_contrasts(0));
    return true;
  }
  if (row.has_count() && event->counts_size() == 1) {
    ClearElement(row);
    FillCount(event->counts(0), row);
    row.mutable_count()->Swap(event->mutable_counts(0));
    return true;
  }
  return false;
}

// The values in dispute that do not count, as rows.
absl::Status AddDisputedValues(const ConcurrentPath& path,
                               const Evidence& evidence, ReviewInput& input) {
  const auto name = RecordName::Parse(path.name);
  if (!name.ok()) return absl::OkStatus();
  const RecordTraits& traits = *name->traits();
  const v1::EvidenceRow* const row = evidence.FindRow(
      absl::StrCat(path.name, "#", path.path.ToText(traits.descriptor)));
  if (row == nullptr) return absl::OkStatus();
  std::set<std::string> values;
  for (const Assignment& sibling : path.siblings) values.insert(sibling.value);
  values.erase(path.siblings[path.provisional].value);
  values.erase("");  // One side took the number back; the others stand.
  for (const std::string& value : values) {
    ASSIGN_OR_RETURN(const std::unique_ptr<Message> record,
                     ParseValue(value, traits));
    v1::EvidenceRow variant;
    CopyRow(*row, {.provenance = true, .records = true}, variant);
    if (!ReplaceElement(*record, variant)) continue;
    std::vector<v1::EvidenceRow>& variants = input.variants[row->id()];
    for (v1::EvidenceRow& reading : ReadingsOf(variant)) {
      variants.push_back(std::move(reading));
    }
    variants.push_back(std::move(variant));
  }
  return absl::OkStatus();
}

absl::Status AddVariants(const RegistryView& view, const Evidence& evidence,
                         const std::function<absl::Status()>& check_alive,
                         ReviewInput& input) {
  for (const v1::EvidenceRow* row : evidence.rows()) {
    if (row->alternatives().empty()) continue;
    std::vector<v1::EvidenceRow> readings = ReadingsOf(*row);
    if (!readings.empty()) input.variants[row->id()] = std::move(readings);
  }
  absl::Status status;
  RETURN_IF_ERROR(view.ListConcurrent({}, [&](const ConcurrentPath& path) {
    status = check_alive();
    if (status.ok() && path.conflict) {
      status = AddDisputedValues(path, evidence, input);
    }
    return status.ok();
  }));
  return status;
}

}  // namespace

absl::StatusOr<LoadedReview> LoadReview(
    const RegistryView& view, std::shared_ptr<const Evidence> evidence,
    absl::string_view name, const std::function<absl::Status()>& check_alive) {
  LoadedReview loaded;
  ReviewInput& input = loaded.input;
  ASSIGN_OR_RETURN(const std::optional<RecordView> stored, view.Get(name));
  if (!stored.has_value() || stored->retracted) {
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, ReviewIds(view));
    return ReviewNotFound(name, ids);
  }
  ASSIGN_OR_RETURN(input.review, Assemble<v1::Review>(view, *stored));
  RETURN_IF_ERROR(LoadChildren(view, name, check_alive, input.certainties));
  RETURN_IF_ERROR(LoadChildren(view, name, check_alive, input.risk_of_bias));
  RETURN_IF_ERROR(LoadChildren(view, name, check_alive, input.screenings));
  input.rows = evidence->rows();
  RETURN_IF_ERROR(AddVariants(view, *evidence, check_alive, input));
  input.findings = FindFindings(*evidence);
  input.publications = evidence->publications();
  ASSIGN_OR_RETURN(input.protocol_conflicts,
                   LoadProtocolConflicts(view, *stored));
  ASSIGN_OR_RETURN(input.dates_after_entry,
                   DatesAfterEntry(view, *stored, input.review));
  ASSIGN_OR_RETURN(input.changes_after_data,
                   FindChangesAfterData(view, input, check_alive));
  ASSIGN_OR_RETURN(const LtHash content, view.ContentDigest(check_alive));
  input.version.set_registry_id(
      absl::BytesToHexString(view.head().registry_id));
  input.version.set_frontier(evidence->frontier());
  input.version.set_digest(absl::BytesToHexString(content.Digest()));
  input.version.set_rule_version(kRuleVersion);
  loaded.evidence = std::move(evidence);
  return loaded;
}

}  // namespace consilium
