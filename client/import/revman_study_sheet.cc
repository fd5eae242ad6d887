#include "client/import/revman_study_sheet.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/import/ctgov_values.h"
#include "client/import/plain_html.h"
#include "client/import/registry_numbers.h"
#include "client/import/sheet_elements.h"
#include "client/import/sheet_records.h"
#include "client/import/text_pattern.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr char kStudy[] = "Study";
constexpr char kCharacteristic[] = "Char: ";
constexpr char kJudgement[] = "(judgement)";
constexpr char kSupport[] = "(support)";
constexpr size_t kReasonSizeMax = 4000;  // Bytes, as the record allows.
constexpr size_t kNoteSizeMax = 8000;

constexpr char kInformationMap[] = R"(# Study information of RevMan.
rows: trial
columns:
  Study: trial.id
  Participants: trial.eligibilityCriteria
  Characteristics: trial.detailedDescription
  Notes: trial.note
  Registry number: trial.number
ignore: [Data source]
)";

constexpr char kArmsMap[] = R"(# Study arms of RevMan.
rows: arm
columns:
  Study: trial.id
  Arm: arm.title
  Description: arm.description
  Intervention: arm.note
)";

constexpr char kResultsMap[] = R"(# Study results of RevMan.
rows: estimate
columns:
  Study: trial.id
  Outcome: endpoint.title
  Arm: arm.title
  Sample size: estimate.participants
  Cases: estimate.events
  Mean: estimate.value
  SD: estimate.dispersion.value
  Compared arm: arm[experimental].title
  Reference arm: arm[control].title
  Effect measure: contrast.measure
  Effect: contrast.value
  Log effect: contrast.pooledValue
  Effect SE: contrast.standardError
  Effect CI level: contrast.interval.level
  Effect CI start: contrast.interval.low
  Effect CI end: contrast.interval.high
  Effect P value: contrast.pValue
  Footnotes: [estimate.note, contrast.note]
constants:
  estimate.dispersion.kind: standard-deviation
values:
  Effect measure: {OR: or, RR: rr, RD: rd, HR: hr, MD: md, SMD: smd}
ignore: [Data type]
)";

bool HasAll(const CsvTable& table, std::initializer_list<const char*> names) {
  return std::all_of(names.begin(), names.end(), [&](const char* name) {
    return table.Find(name).has_value();
  });
}

// A column of judgements or their support, and the name of its domain.
std::optional<std::string> DomainIn(absl::string_view column,
                                    absl::string_view what) {
  const size_t at = column.find(what);
  if (at == absl::string_view::npos) return std::nullopt;
  absl::string_view before = column.substr(0, at);
  absl::string_view after = column.substr(at + what.size());
  absl::ConsumePrefix(&after, ":");
  before = absl::StripAsciiWhitespace(before);
  after = absl::StripAsciiWhitespace(after);
  // "Domain (judgement): Randomization process".
  return std::string(after.empty() ? before : after);
}

// Adds a column; its cells are empty until they are filled.
size_t AddColumn(const char* name, CsvTable& table) {
  table.header.emplace_back(name);
  for (CsvRow& row : table.rows) row.cells.emplace_back("");
  return table.header.size() - 1;
}

void TakeOutMarkup(CsvTable& table) {
  for (CsvRow& row : table.rows) {
    for (absl::string_view& cell : row.cells) {
      if (!absl::StrContains(cell, '<') && !absl::StrContains(cell, '&')) {
        continue;
      }
      cell = table.owned.emplace_back(PlainHtml(cell));
    }
  }
}

// Participants and notes have their places; other characteristics stand
// together, each under its name. The only number of a registry that they name
// is the study's.
void GatherCharacteristics(CsvTable& table) {
  const size_t columns = table.header.size();
  const size_t participants = AddColumn("Participants", table);
  const size_t others = AddColumn("Characteristics", table);
  const size_t notes = AddColumn("Notes", table);
  const size_t number = AddColumn("Registry number", table);
  for (CsvRow& row : table.rows) {
    std::string text, all;
    for (size_t i = 0; i < columns; ++i) {
      absl::string_view name = table.header[i];
      if (!absl::ConsumePrefix(&name, kCharacteristic)) continue;
      const absl::string_view cell = row.cells[i];
      row.cells[i] = "";
      if (cell.empty()) continue;
      absl::StrAppend(&all, cell, "\n");
      if (name == "Participants") {
        row.cells[participants] = cell;
      } else if (name == "Notes" && cell.size() <= kNoteSizeMax) {
        row.cells[notes] = cell;
      } else {
        absl::StrAppend(&text, text.empty() ? "" : "\n\n", name, ": ", cell);
      }
    }
    row.cells[others] = table.owned.emplace_back(std::move(text));
    const auto found = FindRegistryNumbers(all);
    if (found.size() == 1) {
      row.cells[number] = table.owned.emplace_back(*found.begin());
    }
  }
  // Nothing of them is left out.
  std::vector<size_t> gone;
  for (size_t i = 0; i < columns; ++i) {
    if (absl::StartsWith(table.header[i], kCharacteristic)) gone.push_back(i);
  }
  for (auto each = gone.rbegin(); each != gone.rend(); ++each) {
    const auto place = static_cast<std::ptrdiff_t>(*each);
    table.header.erase(table.header.begin() + place);
    for (CsvRow& row : table.rows) row.cells.erase(row.cells.begin() + place);
  }
}

bool IsRatio(absl::string_view measure) {
  return Says(measure, "^(OR|RR|HR|RaR|IRR|.*ratio.*)$");
}

// A row with a reference arm compares two arms, in columns that other rows use
// for one.
void TakeResultsApart(CsvTable& table) {
  const auto place = [&](const char* name) { return table.Find(name); };
  const size_t compared = AddColumn("Compared arm", table);
  const size_t effect = AddColumn("Effect", table);
  const size_t log_effect = AddColumn("Log effect", table);
  const size_t error = AddColumn("Effect SE", table);
  const size_t level = AddColumn("Effect CI level", table);
  const size_t low = AddColumn("Effect CI start", table);
  const size_t high = AddColumn("Effect CI end", table);
  const size_t p = AddColumn("Effect P value", table);
  for (CsvRow& row : table.rows) {
    const auto cell = [&](const char* name) {
      const auto at = place(name);
      return at ? row.cells[*at] : absl::string_view();
    };
    const auto take = [&](const char* name) {
      const auto at = place(name);
      return at ? std::exchange(row.cells[*at], "") : absl::string_view();
    };
    if (cell("Reference arm").empty()) {
      // Of single arms these belong to no comparison.
      for (const char* name : {"Effect measure", "SE", "Variance", "CI level",
                               "CI start", "CI end", "P value"}) {
        take(name);
      }
      continue;
    }
    const bool ratio = IsRatio(cell("Effect measure"));
    row.cells[compared] = take("Arm");
    const absl::string_view mean = take("Mean");
    const absl::string_view natural = take("Exp mean");
    // Both are in the file; one of them says all.
    if (!ratio) {
      row.cells[effect] = mean;
    } else if (!natural.empty()) {
      row.cells[effect] = natural;
    } else {
      row.cells[log_effect] = mean;
    }
    row.cells[error] = take("SE");
    row.cells[level] = take("CI level");
    const absl::string_view start = take("CI start"), end = take("CI end");
    row.cells[low] = ratio ? take("Exp CI start") : start;
    row.cells[high] = ratio ? take("Exp CI end") : end;
    row.cells[p] = take("P value");
    take("Sample size");
    take("SD");
    take("Cases");
  }
}

const std::vector<std::pair<const char*, v1::RiskOfBiasDomain>>& Domains() {
  static const auto& domains =
      *new std::vector<std::pair<const char*, v1::RiskOfBiasDomain>>{
          {"randomi[sz]ation process", v1::RISK_OF_BIAS_DOMAIN_RANDOMIZATION},
          {"deviations", v1::RISK_OF_BIAS_DOMAIN_DEVIATIONS},
          {"missing", v1::RISK_OF_BIAS_DOMAIN_MISSING_DATA},
          {"measurement", v1::RISK_OF_BIAS_DOMAIN_MEASUREMENT},
          {"reported result", v1::RISK_OF_BIAS_DOMAIN_REPORTING},
          {"confounding", v1::RISK_OF_BIAS_DOMAIN_CONFOUNDING},
          {"selection of participants", v1::RISK_OF_BIAS_DOMAIN_SELECTION},
          {"classification", v1::RISK_OF_BIAS_DOMAIN_CLASSIFICATION}};
  return domains;
}

v1::RiskOfBiasDomain DomainOf(absl::string_view name) {
  for (const auto& [words, domain] : Domains()) {
    if (Says(name, words)) return domain;
  }
  return v1::RISK_OF_BIAS_DOMAIN_UNSPECIFIED;
}

v1::RiskOfBiasJudgement JudgementOf(absl::string_view cell) {
  for (const auto& [words, judgement] :
       std::initializer_list<std::pair<const char*, v1::RiskOfBiasJudgement>>{
           {"^low", v1::RISK_OF_BIAS_JUDGEMENT_LOW},
           {"^some concerns", v1::RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS},
           {"^moderate", v1::RISK_OF_BIAS_JUDGEMENT_MODERATE},
           {"^high", v1::RISK_OF_BIAS_JUDGEMENT_HIGH},
           {"^serious", v1::RISK_OF_BIAS_JUDGEMENT_SERIOUS},
           {"^critical", v1::RISK_OF_BIAS_JUDGEMENT_CRITICAL},
           {"^no information", v1::RISK_OF_BIAS_JUDGEMENT_NO_INFORMATION}}) {
    if (Says(absl::StripAsciiWhitespace(cell), words)) return judgement;
  }
  return v1::RISK_OF_BIAS_JUDGEMENT_UNSPECIFIED;
}

// The columns of one domain.
struct BiasColumns {
  std::string name;
  std::optional<size_t> judgement, support;
};

std::vector<BiasColumns> BiasColumnsOf(const CsvTable& table) {
  std::vector<BiasColumns> columns;
  const auto of = [&](const std::string& name) -> BiasColumns& {
    for (BiasColumns& each : columns) {
      if (each.name == name) return each;
    }
    columns.push_back({name, {}, {}});
    return columns.back();
  };
  for (size_t i = 0; i < table.header.size(); ++i) {
    if (const auto name = DomainIn(table.header[i], kJudgement)) {
      of(*name).judgement = i;
    } else if (const auto supported = DomainIn(table.header[i], kSupport)) {
      of(*supported).support = i;
    }
  }
  return columns;
}

// ROBINS-I judges domains that RoB 2 has not, and older tools have others.
v1::RiskOfBiasTool ToolOf(const std::vector<BiasColumns>& columns) {
  bool rob2 = false, robins = false;
  for (const BiasColumns& each : columns) {
    const auto domain = DomainOf(each.name);
    rob2 |= domain == v1::RISK_OF_BIAS_DOMAIN_RANDOMIZATION;
    robins |= domain == v1::RISK_OF_BIAS_DOMAIN_CONFOUNDING ||
              domain == v1::RISK_OF_BIAS_DOMAIN_CLASSIFICATION;
  }
  return rob2     ? v1::RISK_OF_BIAS_TOOL_ROB2
         : robins ? v1::RISK_OF_BIAS_TOOL_ROBINS_I
                  : v1::RISK_OF_BIAS_TOOL_OTHER;
}

class BiasReader {
 public:
  BiasReader(absl::string_view file, const CsvTable& table,
             const std::string& review, const std::string& publication)
      : sheet_(file.substr(file.find_last_of('/') + 1)),
        table_(table),
        review_(review),
        publication_(publication),
        columns_(BiasColumnsOf(table)),
        tool_(ToolOf(columns_)) {}

  std::vector<ImportedStudy> Read() {
    const size_t study = *table_.Find(kStudy);
    const auto outcome = table_.Find("Outcome");
    for (const CsvRow& row : table_.rows) {
      Read(row, std::string(row.cells[study]),
           outcome ? KebabOf(row.cells[*outcome], 80) : "");
    }
    return std::move(studies_);
  }

 private:
  ImportedStudy& StudyOf(const std::string& label) {
    const std::string number = IdFrom(label, "trial");
    for (ImportedStudy& each : studies_) {
      if (each.number == number) return each;
    }
    ImportedStudy& study = studies_.emplace_back();
    study.number = number;
    study.named_by_people = true;
    ImportedRecord& trial = study.records.emplace_back();
    trial.traits =
        RecordTraitsTable::Get().FindByDescriptor(v1::Trial::descriptor());
    trial.message = trial.traits->New();
    trial.id = number;
    if (label != number) {
      static_cast<v1::Trial&>(*trial.message).set_title(label);
    }
    return study;
  }

  v1::Source SourceOf(const CsvRow& row) const {
    v1::Source source;
    source.set_note(absl::StrCat(kSheetWord, sheet_, ", line ", row.line));
    if (!publication_.empty()) source.set_report(publication_);
    return source;
  }

  void Read(const CsvRow& row, const std::string& label,
            const std::string& outcome) {
    if (label.empty()) {
      studies_.emplace_back().problems.push_back(
          {absl::StrCat("line ", row.line, ", column ", kStudy), "",
           "want the study that was judged"});
      return;
    }
    ImportedStudy& study = StudyOf(label);
    auto& trial = static_cast<v1::Trial&>(*study.records.front().message);
    if (!trial.has_source()) *trial.mutable_source() = SourceOf(row);
    v1::RiskOfBiasAssessment assessment;
    assessment.set_trial(study.number);
    assessment.set_tool(tool_);
    if (!outcome.empty()) assessment.set_outcome(outcome);
    *assessment.mutable_source() = SourceOf(row);
    for (const BiasColumns& each : columns_) {
      ReadDomain(row, each, study, assessment);
    }
    for (const FieldViolation& violation : Validate(assessment)) {
      study.problems.push_back(
          {absl::StrCat("line ", row.line), "",
           absl::StrCat(violation.field, ": ", violation.description)});
    }
    for (const ImportedRecord& each : study.records) {
      if (each.id == study.number + "-for-" + outcome) {
        study.problems.push_back(
            {absl::StrCat("line ", row.line), Quote(label),
             "is judged in an earlier line; want a column Outcome that tells "
             "them apart"});
        return;
      }
    }
    ImportedRecord& record = study.records.emplace_back();
    record.traits = RecordTraitsTable::Get().FindByDescriptor(
        v1::RiskOfBiasAssessment::descriptor());
    record.message = record.traits->New();
    record.message->CopyFrom(assessment);
    record.id = study.number + "-for-" + outcome;
    record.parent = absl::StrCat("reviews/", review_);
    record.place = absl::StrCat("line ", row.line);
  }

  void ReadDomain(const CsvRow& row, const BiasColumns& column,
                  ImportedStudy& study, v1::RiskOfBiasAssessment& assessment) {
    const absl::string_view word =
        column.judgement ? row.cells[*column.judgement] : "";
    const std::string support =
        column.support ? PlainHtml(row.cells[*column.support]) : "";
    if (word.empty()) return;
    const bool overall = Says(column.name, "overall");
    const v1::RiskOfBiasDomain domain = DomainOf(column.name);
    const v1::RiskOfBiasJudgement judgement = JudgementOf(word);
    // Of other tools the words are kept.
    if (tool_ == v1::RISK_OF_BIAS_TOOL_OTHER ||
        (!overall && domain == v1::RISK_OF_BIAS_DOMAIN_UNSPECIFIED)) {
      std::string& note = *assessment.mutable_note();
      absl::StrAppend(&note, note.empty() ? "" : "\n", column.name, ": ", word,
                      support.empty() ? "" : ". ", support);
      note = ShortenUtf8(note, kNoteSizeMax);
      return;
    }
    if (judgement == v1::RISK_OF_BIAS_JUDGEMENT_UNSPECIFIED) {
      study.problems.push_back(
          {absl::StrCat("line ", row.line, ", column ",
                        table_.header[*column.judgement]),
           Quote(word),
           tool_ == v1::RISK_OF_BIAS_TOOL_ROB2
               ? "want Low risk, Some concerns or High risk"
               : "want Low, Moderate, Serious, Critical or No information"});
      return;
    }
    if (overall) {
      assessment.set_overall(judgement);
      if (!support.empty()) {
        assessment.set_reason(ShortenUtf8(support, kReasonSizeMax));
      }
      return;
    }
    v1::DomainJudgement& judged = *assessment.add_domains();
    judged.set_domain(domain);
    judged.set_judgement(judgement);
    judged.set_reason(support.empty() ? "no support for it in the file"
                                      : ShortenUtf8(support, kReasonSizeMax));
  }

  const absl::string_view sheet_;
  const CsvTable& table_;
  const std::string review_, publication_;
  const std::vector<BiasColumns> columns_;
  const v1::RiskOfBiasTool tool_;
  std::vector<ImportedStudy> studies_;
};

}  // namespace

RevManStudyTable RevManStudyTableOf(const CsvTable& table) {
  if (!table.Find(kStudy)) return RevManStudyTable::kNone;
  const auto any = [&](const auto& is) {
    return std::any_of(table.header.begin(), table.header.end(), is);
  };
  if (any([](const std::string& name) {
        return DomainIn(name, kJudgement).has_value();
      })) {
    return RevManStudyTable::kBias;
  }
  if (HasAll(table, {"Outcome", "Data type", "Arm", "Reference arm"})) {
    return RevManStudyTable::kResults;
  }
  if (HasAll(table, {"Arm", "Description", "Intervention"})) {
    return RevManStudyTable::kArms;
  }
  if (any([](const std::string& name) {
        return absl::StartsWith(name, kCharacteristic);
      })) {
    return RevManStudyTable::kInformation;
  }
  return RevManStudyTable::kNone;
}

std::string RevManStudyMap(RevManStudyTable kind) {
  switch (kind) {
    case RevManStudyTable::kInformation:
      return kInformationMap;
    case RevManStudyTable::kArms:
      return kArmsMap;
    case RevManStudyTable::kResults:
      return kResultsMap;
    default:
      return "";
  }
}

void CompleteRevManStudies(RevManStudyTable kind, CsvTable& table) {
  TakeOutMarkup(table);
  if (kind == RevManStudyTable::kInformation) GatherCharacteristics(table);
  if (kind == RevManStudyTable::kResults) TakeResultsApart(table);
}

std::vector<ImportedStudy> ReadRevManBias(absl::string_view file,
                                          const CsvTable& table,
                                          const std::string& review,
                                          const std::string& publication) {
  return BiasReader(file, table, review, publication).Read();
}

}  // namespace consilium
