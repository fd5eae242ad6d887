#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/commands.h"
#include "client/cli/conflict_view.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "consilium/v1/conflict_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kSummarizeAgreement[] =
    "consilium.v1.ConflictService.SummarizeAgreement";
constexpr char kByTotal[] = "total";
constexpr char kByKind[] = "kind";
constexpr char kByPath[] = "path";

// "fields", "items: numbers".
std::string UnitText(const v1::AgreementCount& count) {
  if (count.unit() == v1::AGREEMENT_UNIT_FIELD) return "fields";
  switch (count.type()) {
    case v1::ITEM_TYPE_NUMBER:
      return "numbers";
    case v1::ITEM_TYPE_CATEGORY:
      return "categories";
    case v1::ITEM_TYPE_TEXT:
      return "texts";
    default:
      return "items";
  }
}

std::string PercentCell(const v1::AgreementCount& count) {
  return count.has_percent() ? absl::StrFormat("%.1f", count.percent()) : "";
}

std::string KappaCell(const v1::AgreementCount& count) {
  return count.has_kappa() ? absl::StrFormat("%.2f", count.kappa()) : "";
}

class AgreementSummaryCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Count on how much institutions agree: percent and kappa")
        .Description(
            "Two by two, in the records that both entered something of. "
            "Fields are the units of conflict: fields of a record and elements "
            "of its lists; they agree when everything in them is equal, "
            "sources "
            "and their remarks aside. Items are the single values inside the "
            "fields and elements that both set: numbers, categories (one of a "
            "fixed list, or yes and no) and texts (words, units, lists); the "
            "parts of an element's key are left out, since both have them.\n"
            "\n"
            "compared: set by both. agreed: set to equal values; blind: of "
            "those, entered by each without knowledge of the other's. differ: "
            "set to different values. only: set by one of the two alone, the "
            "first and the second. percent: agreed of compared. kappa: Cohen's "
            "kappa over the compared, (p - e) / (1 - e), where p is the share "
            "agreed and e the share that would agree if each chose at random "
            "as "
            "often as it chose; for one category at a time, and none where e "
            "is 1.\n"
            "\n"
            "Counted from whose values are visible at the version. An "
            "adjudication takes what it settled out of sight: take a snapshot "
            "before it, and ask --at that.")
        .Example("consilium agreement summary")
        .Example(
            "consilium agreement summary --by path --at before-adjudication")
        .Example("consilium agreement summary trials/sindas -o csv");
    spec.Argument("RECORD", &record_, "Only this record and its children")
        .Optional();
    spec.Flag("--between", "INSTITUTION", &between_,
              "Only between these two; give it twice");
    spec.Flag("--by", "DETAIL", &by_,
              "How far to count apart: totals only, also by kind of record, or "
              "also by path")
        .Choices({kByTotal, kByKind, kByPath});
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (!between_.empty() && between_.size() != 2) {
      return UsageError(
          absl::StrCat("--between was given ",
                       CountText(between_.size(), "time", "times"),
                       "; want two institutions, or none for all"),
          "consilium agreement summary --help");
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::SummarizeAgreementRequest request;
    ASSIGN_OR_RETURN(const std::string parent, ListParent(*session, record_));
    request.set_parent(parent);
    request.set_at(at_);
    for (const std::string& institution : between_) {
      request.add_institutions(institution);
    }
    ASSIGN_OR_RETURN(const auto response,
                     CallFor<v1::SummarizeAgreementResponse>(
                         session->caller(), kSummarizeAgreement, request,
                         session->options(kLongDeadline)));
    const auto rows = context.List({{"between"},
                                    {"of"},
                                    {"kind"},
                                    {"path"},
                                    {"compared", true},
                                    {"agreed", true},
                                    {"blind", true},
                                    {"differ", true},
                                    {"percent", true},
                                    {"kappa", true},
                                    {"only first", true},
                                    {"only second", true}});
    for (const v1::AgreementSummary& summary : response.summaries()) {
      AddRecords(summary, *rows);
      for (const v1::AgreementCount& count : summary.counts()) {
        if (IsWanted(count)) AddCount(summary, count, *rows);
      }
    }
    rows->Finish("no two institutions entered a record in common");
    return ExitCode::kOk;
  }

 private:
  bool IsWanted(const v1::AgreementCount& count) const {
    if (count.has_path()) return by_ == kByPath;
    return !count.has_kind() || by_ != kByTotal;
  }

  static std::string Between(const v1::AgreementSummary& summary) {
    return absl::StrCat(summary.first(), ", ", summary.second());
  }

  static void AddRecords(const v1::AgreementSummary& summary,
                         ListWriter& rows) {
    const JsonValue json = {
        {"first", summary.first()},
        {"second", summary.second()},
        {"of", "records"},
        {"compared", Int64Json(summary.records_of_both())},
        {"onlyFirst", Int64Json(summary.records_of_first())},
        {"onlySecond", Int64Json(summary.records_of_second())}};
    rows.Add({"",
              OneLine(json),
              {Between(summary), "records", "", "",
               absl::StrCat(summary.records_of_both()), "", "", "", "", "",
               absl::StrCat(summary.records_of_first()),
               absl::StrCat(summary.records_of_second())}});
  }

  static void AddCount(const v1::AgreementSummary& summary,
                       const v1::AgreementCount& count, ListWriter& rows) {
    JsonValue json = {{"first", summary.first()},
                      {"second", summary.second()},
                      {"of", UnitText(count)}};
    if (count.has_kind()) json["kind"] = count.kind();
    if (count.has_path()) json["path"] = count.path();
    json["compared"] = Int64Json(count.compared());
    json["agreed"] = Int64Json(count.agreed());
    json["blind"] = Int64Json(count.agreed_blind());
    json["differ"] = Int64Json(count.differing());
    json["onlyFirst"] = Int64Json(count.only_first());
    json["onlySecond"] = Int64Json(count.only_second());
    if (count.has_percent()) json["percent"] = count.percent();
    if (count.has_kappa()) {
      json["kappa"] = count.kappa();
      json["expectedPercent"] = count.expected_percent();
    }
    rows.Add({"",
              OneLine(json),
              {Between(summary), UnitText(count), count.kind(), count.path(),
               absl::StrCat(count.compared()), absl::StrCat(count.agreed()),
               absl::StrCat(count.agreed_blind()),
               absl::StrCat(count.differing()), PercentCell(count),
               KappaCell(count), absl::StrCat(count.only_first()),
               absl::StrCat(count.only_second())}});
  }

  std::string record_, at_;
  std::string by_ = kByKind;
  std::vector<std::string> between_;
};

}  // namespace

std::unique_ptr<Command> MakeAgreementSummary() {
  return std::make_unique<AgreementSummaryCommand>();
}

}  // namespace consilium
