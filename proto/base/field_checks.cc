#include "proto/base/field_checks.h"

#include <re2/re2.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "proto/base/number_text.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A message under check: its fields by name, and where faults are reported.
class Subject {
 public:
  Subject(const Message& message, absl::string_view path,
          std::vector<FieldViolation>& violations)
      : message_(message), path_(path), violations_(violations) {}

  // True when a singular field is present or a list has elements.
  bool Has(const char* name) const { return Size(name) > 0; }

  int Size(const char* name) const {
    const FieldDescriptor* field = Find(name);
    if (field == nullptr) return 0;
    const auto& reflection = *message_.GetReflection();
    if (field->is_repeated()) return reflection.FieldSize(message_, field);
    return reflection.HasField(message_, field) ? 1 : 0;
  }

  std::optional<double> Number(const char* name) const {
    if (!Has(name)) return std::nullopt;
    const FieldDescriptor* field = Find(name);
    const auto& reflection = *message_.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection.GetDouble(message_, field);
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.GetInt32(message_, field);
      case FieldDescriptor::CPPTYPE_INT64:
        return static_cast<double>(reflection.GetInt64(message_, field));
      default:
        return std::nullopt;
    }
  }

  std::string Text(const char* name) const {
    const FieldDescriptor* field = Find(name);
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return "";
    }
    return message_.GetReflection()->GetString(message_, field);
  }

  // Name of the enum value; empty when absent or unknown.
  std::string EnumName(const char* name) const {
    const FieldDescriptor* field = Find(name);
    if (!Has(name) || field->enum_type() == nullptr) return "";
    const EnumValueDescriptor* value = field->enum_type()->FindValueByNumber(
        message_.GetReflection()->GetEnumValue(message_, field));
    return value == nullptr ? "" : value->name();
  }

  // The messages in a list, each with its own path.
  std::vector<Subject> Elements(const char* list,
                                std::deque<std::string>& paths) const {
    const FieldDescriptor* field = Find(list);
    std::vector<Subject> elements;
    for (int i = 0; i < Size(list); ++i) {
      paths.push_back(absl::StrCat(path_, path_.empty() ? "" : ".",
                                   field->json_name(), "[", i, "]"));
      elements.emplace_back(
          message_.GetReflection()->GetRepeatedMessage(message_, field, i),
          paths.back(), violations_);
    }
    return elements;
  }

  // The message in a singular field, or null.
  const Message* Part(const char* name) const {
    const FieldDescriptor* field = Find(name);
    if (!Has(name) || field->message_type() == nullptr) return nullptr;
    return &message_.GetReflection()->GetMessage(message_, field);
  }

  // Reports a fault of `name`, or of the message when that is empty.
  void Report(const char* name, absl::string_view description) {
    const FieldDescriptor* field = Find(name);
    std::string path(path_);
    if (field != nullptr) {
      absl::StrAppend(&path, path.empty() ? "" : ".", field->json_name());
    }
    violations_.push_back({path, std::string(description)});
  }

 private:
  const FieldDescriptor* Find(const char* name) const {
    return message_.GetDescriptor()->FindFieldByName(name);
  }

  const Message& message_;
  absl::string_view path_;
  std::vector<FieldViolation>& violations_;
};

void CheckOrder(Subject& subject, const char* low_name, const char* high_name) {
  const auto low = subject.Number(low_name);
  const auto high = subject.Number(high_name);
  if (low.has_value() && high.has_value() && *low > *high) {
    subject.Report(low_name,
                   absl::StrCat(ShortestDecimal(*low), " is above ",
                                ShortestDecimal(*high), ", its ", high_name,
                                "; want the lower bound first"));
  }
}

void OrderedBounds(Subject& subject) {
  CheckOrder(subject, "low", "high");
  CheckOrder(subject, "value_low", "value_high");
}

void ValueOrBounds(Subject& subject) {
  const bool bounds = subject.Has("low") || subject.Has("high") ||
                      subject.Has("value_low") || subject.Has("value_high");
  if (subject.Has("value") && bounds) {
    subject.Report("value", "stands beside a range; want a value or a range");
  }
}

void IntervalContainsValue(Subject& subject) {
  const char* name = subject.Has("value") ? "value" : "percentage";
  const auto value = subject.Number(name);
  const Message* interval = subject.Part("interval");
  if (!value.has_value() || interval == nullptr) return;
  std::vector<FieldViolation> unused;
  const Subject bounds(*interval, "", unused);
  const auto low = bounds.Number("low");
  const auto high = bounds.Number("high");
  const bool below = low.has_value() && *value < *low;
  const bool above = high.has_value() && *value > *high;
  if (!below && !above) return;
  subject.Report(
      name,
      absl::StrCat(ShortestDecimal(*value), " lies outside its interval ",
                   low ? ShortestDecimal(*low) : "", " to ",
                   high ? ShortestDecimal(*high) : "", "; want it inside"));
}

void PercentageInRange(Subject& subject) {
  const std::string statistic = subject.EnumName("statistic");
  const bool share = statistic.empty() || absl::EndsWith(statistic, "_RATE") ||
                     absl::EndsWith(statistic, "_PROPORTION");
  const bool incidence = absl::EndsWith(statistic, "_INCIDENCE_RATE");
  if (subject.Text("unit") != "%" || !share || incidence) return;
  for (const char* name : {"value", "value_low", "value_high"}) {
    const auto value = subject.Number(name);
    if (value.has_value() && (*value < 0 || *value > 100)) {
      subject.Report(name, absl::StrCat(ShortestDecimal(*value),
                                        " % is no percentage; want 0 to 100"));
    }
  }
}

void PositiveRatio(Subject& subject) {
  const auto value = subject.Number("value");
  const std::string measure = subject.EnumName("measure");
  if (value.has_value() && *value <= 0 && absl::StrContains(measure, "RATIO")) {
    subject.Report("value", absl::StrCat(ShortestDecimal(*value),
                                         " is no ratio; want more than 0"));
  }
}

void CheckShare(Subject& subject, const char* part_name,
                const char* whole_name) {
  const auto part = subject.Number(part_name);
  const auto whole = subject.Number(whole_name);
  if (part.has_value() && whole.has_value() && *part > *whole) {
    subject.Report(part_name,
                   absl::StrCat(ShortestDecimal(*part), " is more than ",
                                ShortestDecimal(*whole), ", its ", whole_name,
                                "; want at most that"));
  }
}

void NumeratorWithinDenominator(Subject& subject) {
  // Over a person-time one participant may have several events.
  if (subject.Has("person_time") ||
      absl::EndsWith(subject.EnumName("statistic"), "_INCIDENCE_RATE")) {
    return;
  }
  CheckShare(subject, "events", "participants");
  CheckShare(subject, "affected", "at_risk");
}

// GRADE: each step lowers or raises, and there are four levels.
void LevelFollowsSteps(Subject& subject) {
  constexpr const char* kLevels[] = {"very-low", "low", "moderate", "high"};
  const auto place = [&](const char* name) -> std::optional<int> {
    const std::string level = subject.EnumName(name);
    if (absl::EndsWith(level, "_VERY_LOW")) return 0;
    if (absl::EndsWith(level, "_LOW")) return 1;
    if (absl::EndsWith(level, "_MODERATE")) return 2;
    if (absl::EndsWith(level, "_HIGH")) return 3;
    return std::nullopt;
  };
  const std::optional<int> initial = place("initial");
  const std::optional<int> level = place("level");
  if (!initial.has_value() || !level.has_value()) return;
  std::deque<std::string> paths;
  int steps = 0;
  for (const Subject& step : subject.Elements("steps", paths)) {
    steps += static_cast<int>(step.Number("levels").value_or(0));
  }
  const int reached = std::clamp(*initial + steps, 0, 3);
  if (*level == reached) return;
  subject.Report(
      "level",
      absl::StrCat(kLevels[*level], " does not follow from ", kLevels[*initial],
                   " and steps that come to ", steps, "; want ",
                   kLevels[reached], ", or a step with its reason"));
}

// What a tool for risk of bias judges, and how, as schema names end: RoB 2
// (Sterne 2019), ROBINS-I (Sterne 2016).
struct BiasTool {
  absl::string_view name;
  absl::Span<const absl::string_view> domains;
  absl::Span<const absl::string_view> judgements;
};

constexpr absl::string_view kRob2Domains[] = {"_RANDOMIZATION", "_DEVIATIONS",
                                              "_MISSING_DATA", "_MEASUREMENT",
                                              "_REPORTING"};
constexpr absl::string_view kRob2Judgements[] = {"_LOW", "_SOME_CONCERNS",
                                                 "_HIGH"};
constexpr absl::string_view kRobinsDomains[] = {
    "_CONFOUNDING",  "_SELECTION",   "_CLASSIFICATION", "_DEVIATIONS",
    "_MISSING_DATA", "_MEASUREMENT", "_REPORTING"};
constexpr absl::string_view kRobinsJudgements[] = {
    "_LOW", "_MODERATE", "_SERIOUS", "_CRITICAL", "_NO_INFORMATION"};

constexpr BiasTool kRob2 = {"RoB 2", kRob2Domains, kRob2Judgements};
constexpr BiasTool kRobins = {"ROBINS-I", kRobinsDomains, kRobinsJudgements};

void CheckBelongs(Subject& subject, const char* field, const BiasTool& tool,
                  absl::Span<const absl::string_view> wanted) {
  const std::string name = subject.EnumName(field);
  const auto is_it = [&name](absl::string_view end) {
    return absl::EndsWith(name, end);
  };
  if (name.empty() || std::any_of(wanted.begin(), wanted.end(), is_it)) return;
  const auto words = [](absl::string_view end) {
    return absl::AsciiStrToLower(
        absl::StrReplaceAll(end.substr(1), {{"_", "-"}}));
  };
  subject.Report(
      field,
      absl::StrCat("is none of ", tool.name, "; want one of ",
                   absl::StrJoin(wanted, ", ", [&](std::string* out, auto end) {
                     absl::StrAppend(out, words(end));
                   })));
}

// 0 low, 1 some concerns or moderate, 2 high or serious, 3 critical.
std::optional<int> BiasRank(const Subject& subject, const char* field) {
  const std::string name = subject.EnumName(field);
  if (absl::EndsWith(name, "_LOW")) return 0;
  if (absl::EndsWith(name, "_SOME_CONCERNS") ||
      absl::EndsWith(name, "_MODERATE")) {
    return 1;
  }
  if (absl::EndsWith(name, "_HIGH") || absl::EndsWith(name, "_SERIOUS")) {
    return 2;
  }
  if (absl::EndsWith(name, "_CRITICAL")) return 3;
  return std::nullopt;
}

void JudgementsOfTheTool(Subject& subject) {
  const std::string tool = subject.EnumName("tool");
  const BiasTool* const known = absl::EndsWith(tool, "_ROB2")       ? &kRob2
                                : absl::EndsWith(tool, "_ROBINS_I") ? &kRobins
                                                                    : nullptr;
  if (known == nullptr) return;
  std::deque<std::string> paths;
  std::optional<int> worst;
  for (Subject& judged : subject.Elements("domains", paths)) {
    CheckBelongs(judged, "domain", *known, known->domains);
    CheckBelongs(judged, "judgement", *known, known->judgements);
    worst = std::max(worst, BiasRank(judged, "judgement"));
  }
  CheckBelongs(subject, "overall", *known, known->judgements);
  const std::optional<int> overall = BiasRank(subject, "overall");
  if (overall.has_value() && worst.has_value() && *overall < *worst) {
    subject.Report(
        "overall",
        absl::StrCat("is better than its worst domain; with ", known->name,
                     " want that judgement or a worse "
                     "one"));
  }
}

void ReportOrRegistration(Subject& subject) {
  const bool report = subject.Has("report");
  if (report == subject.Has("registration")) {
    subject.Report("report", report
                                 ? "stands beside a registration; want one of "
                                   "them, which the value belongs to"
                                 : "is missing; want report or registration, "
                                   "which the value belongs to");
  }
}

void OneGroup(Subject& subject) {
  const int bases = (subject.Has("arms") || subject.Has("scope") ? 1 : 0) +
                    subject.Size("external") + subject.Size("printed_number");
  if (bases > 1) {
    subject.Report("",
                   "names more than one group; want arms, external or "
                   "printedNumber");
  } else if (bases == 0 && !subject.Has("subgroups")) {
    subject.Report("",
                   "names no group; want arms, external, printedNumber, "
                   "scope or subgroups");
  }
}

void ContrastGroups(Subject& subject) {
  const int among = subject.Size("among");
  const bool two = subject.Has("group") || subject.Has("reference");
  if (among > 0 && two) {
    subject.Report("among",
                   "stands beside group or reference; want one "
                   "comparison");
  } else if (among > 0 && among < 3) {
    subject.Report("among", absl::StrCat("names ", among,
                                         " groups; want three or more, or "
                                         "group and reference"));
  } else if (among == 0 && !subject.Has("group")) {
    subject.Report("group",
                   "is missing; want group, or among with three "
                   "groups or more");
  }
}

void GradeBandCheck(Subject& subject) {
  const std::string kind = subject.EnumName("kind");
  const bool low = subject.Has("low");
  const bool high = subject.Has("high");
  const bool single = absl::EndsWith(kind, "_EXACT") ||
                      absl::EndsWith(kind, "_AT_LEAST") ||
                      absl::EndsWith(kind, "_AT_MOST");
  if (single) {
    if (!low || high) {
      subject.Report("", "wants its grade in low, and no high");
    }
  } else if (absl::EndsWith(kind, "_RANGE")) {
    const bool ordered =
        low && high && *subject.Number("low") < *subject.Number("high");
    if (!ordered) subject.Report("", "wants low, and a high above it");
  } else if (low || high) {
    subject.Report("", "wants neither low nor high for this kind");
  }
}

void PValueCheck(Subject& subject) {
  if (subject.Has("value") && !subject.Has("comparator")) {
    subject.Report("comparator",
                   "is missing beside a value; want \"=\", "
                   "\"<\" or another");
  } else if (!subject.Has("value") && subject.Has("comparator")) {
    subject.Report("value", "is missing beside a comparator");
  }
}

// The printed forms of the registries that have one.
const std::map<std::string, const char*>& NumberForms() {
  static const auto& forms = *new std::map<std::string, const char*>{
      {"CLINICAL_TRIALS_GOV", "NCT[0-9]{8}"},
      {"EUDRACT", "[0-9]{4}-[0-9]{6}-[0-9]{2}"},
      {"CTIS", "[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}"},
      {"CHICTR", "ChiCTR(-[A-Z]{2,4}-|-)?[0-9]{8,10}"},
      {"JAPICCTI", "JapicCTI-[0-9]{6}"},
      {"UMIN", "UMIN[0-9]{9}|C?[0-9]{9}"},
      {"JRCT", "jRCTs?[0-9]{9,10}"},
      {"JMA", "JMA-IIA[0-9]{5}"},
      {"ISRCTN", "ISRCTN[0-9]{8}"},
      {"ANZCTR", "ACTRN[0-9]{14}[a-z]?"},
      {"DRKS", "DRKS[0-9]{8}"},
      {"CTRI", "CTRI/[0-9]{4}/[0-9]{2,3}/[0-9]{6}"},
      {"CRIS", "KCT[0-9]{7}"},
      {"UTN", "U[0-9]{4}-[0-9]{4}-[0-9]{4}"},
  };
  return forms;
}

void RegistryNumber(Subject& subject) {
  const std::string authority = subject.EnumName("authority");
  for (const auto& [suffix, form] : NumberForms()) {
    if (!absl::EndsWith(authority, absl::StrCat("AUTHORITY_", suffix))) {
      continue;
    }
    const std::string number = subject.Text("number");
    if (subject.Has("number") && !RE2::FullMatch(number, form)) {
      subject.Report("number", absl::StrCat(Quote(number),
                                            " is no number of that registry; "
                                            "want the form ",
                                            form));
    }
  }
}

void NumberOrText(Subject& subject) {
  if (subject.Has("number") == subject.Has("text")) {
    subject.Report("number", subject.Has("number")
                                 ? "stands beside text; want one of them"
                                 : "is missing; want a number, or text for a "
                                   "word");
  }
}

struct Check {
  const char* name;
  const char* wish;
  void (*run)(Subject&);
};

constexpr Check kChecks[] = {
    {"ordered-bounds", "the lower bound is not above the upper", OrderedBounds},
    {"value-or-bounds", "a value or a range, not both", ValueOrBounds},
    {"interval-contains-value", "the value lies in its interval",
     IntervalContainsValue},
    {"percentage-in-range", "a share in percent lies in 0 to 100",
     PercentageInRange},
    {"positive-ratio", "a ratio is more than 0", PositiveRatio},
    {"numerator-within-denominator",
     "events are at most participants, affected at most at risk",
     NumeratorWithinDenominator},
    {"level-follows-steps", "the level reached follows from its steps",
     LevelFollowsSteps},
    {"judgements-of-the-tool",
     "domains and judgements are the tool's, and overall is no better than the "
     "worst domain",
     JudgementsOfTheTool},
    {"report-or-registration", "exactly one of report and registration",
     ReportOrRegistration},
    {"one-group",
     "arms with or without a scope, or external, or a printed number; narrowed "
     "by subgroups",
     OneGroup},
    {"contrast-groups",
     "group with or without reference, or among with three groups or more",
     ContrastGroups},
    {"grade-band",
     "exact, at-least and at-most want low alone, range wants low below high, "
     "the others want neither",
     GradeBandCheck},
    {"p-value", "value and comparator stand together", PValueCheck},
    {"registry-number", "the number has the form that its registry gives it",
     RegistryNumber},
    {"number-or-text", "exactly one of number and text", NumberOrText},
};

}  // namespace

void RunCheck(absl::string_view name, const Message& message,
              absl::string_view path, std::vector<FieldViolation>& violations) {
  Subject subject(message, path, violations);
  for (const Check& check : kChecks) {
    if (check.name == name) check.run(subject);
  }
}

const std::vector<CheckDescription>& AllChecks() {
  static const auto& all = *[] {
    auto* descriptions = new std::vector<CheckDescription>;
    for (const Check& check : kChecks) {
      descriptions->push_back({check.name, check.wish});
    }
    return descriptions;
  }();
  return all;
}

}  // namespace consilium
