#include "client/import/sheet_screening.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace consilium {
namespace {

constexpr char kScreening[] = "screening";
constexpr char kConsensus[] = "consensus";

const v1::ScreeningDecision& MessageOf(const SheetItem& item) {
  return static_cast<const v1::ScreeningDecision&>(*item.message);
}

// What the row says without a label, of each decision that does not say so.
void Inherit(const v1::ScreeningDecision& common,
             v1::ScreeningDecision& decision) {
  if (!decision.has_stage() && common.has_stage()) {
    decision.set_stage(common.stage());
  }
  // It has these for itself.
  if (common.has_decision()) return;
  if (!decision.has_date() && common.has_date()) {
    decision.set_date(common.date());
  }
  if (!decision.has_note() && common.has_note()) {
    decision.set_note(common.note());
  }
  if (!decision.has_reason() && common.has_reason()) {
    decision.set_reason(common.reason());
  }
}

v1::ScreeningDecision ReadDecision(const SheetRow& row,
                                   const std::string& label,
                                   const SheetItem& item) {
  v1::ScreeningDecision decision = MessageOf(item);
  if (!label.empty()) {
    if (!decision.has_screener()) decision.set_screener(label);
    const SheetItem* common = row.Find(kScreening, "");
    if (common != nullptr) Inherit(MessageOf(*common), decision);
  }
  if (absl::EqualsIgnoreCase(decision.screener(), kConsensus)) {
    decision.set_screener(kConsensus);
  }
  return decision;
}

// That of the row where the decision has none of its own.
std::string ReasonColumn(const SheetRow& row, const SheetItem& item) {
  const std::string own = item.ColumnAt("reason");
  const SheetItem* common = row.Find(kScreening, "");
  return own.empty() && common != nullptr ? common->ColumnAt("reason") : own;
}

// A reason to leave out is none to take in. What another decision of the row
// gives as its reason stays with that one.
void MoveReasons(SheetRow& row, std::vector<RowDecision>& decisions) {
  const auto takes_in = [](const v1::ScreeningDecision& decision) {
    return decision.decision() == v1::SCREENING_DECISION_KIND_INCLUDE;
  };
  for (auto& [item, decision] : decisions) {
    if (!takes_in(decision) || !decision.has_reason()) continue;
    const std::string reason = decision.reason();
    decision.clear_reason();
    if (std::any_of(decisions.begin(), decisions.end(),
                    [&](const RowDecision& each) {
                      return !takes_in(each.decision) &&
                             each.decision.reason() == reason;
                    })) {
      continue;
    }
    decision.set_note(decision.has_note()
                          ? absl::StrCat(decision.note(), "; ", reason)
                          : reason);
    row.Warn(row.PlaceOf(ReasonColumn(row, *item)), reason,
             "stands beside a decision to take in; kept as its note");
  }
}

}  // namespace

std::vector<RowDecision> DecisionsOf(SheetRow& row) {
  std::vector<RowDecision> decisions;
  std::string reason_column, note_column;  // Beside no decision.
  for (const auto& [label, item] : row.items()) {
    if (absl::string_view(item.part->name) != kScreening) continue;
    v1::ScreeningDecision decision = ReadDecision(row, label, item);
    if (decision.has_decision()) {
      decisions.push_back({&item, std::move(decision)});
    } else if (item.columns.count("decision") == 0) {
      if (MessageOf(item).has_reason()) reason_column = item.ColumnAt("reason");
      if (MessageOf(item).has_note()) note_column = item.ColumnAt("note");
    }
  }
  if (decisions.empty() && !reason_column.empty()) {
    row.Problem(row.PlaceOf(reason_column), "",
                "is a reason and the row has no decision; want one of include, "
                "exclude, unsure, not-retrieved beside it");
  } else if (decisions.empty() && !note_column.empty()) {
    row.Warn(row.PlaceOf(note_column), "a remark",
             "stands beside no decision; left out");
  }
  MoveReasons(row, decisions);
  return decisions;
}

}  // namespace consilium
