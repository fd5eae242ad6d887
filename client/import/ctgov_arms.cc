#include "client/import/ctgov_arms.h"

#include <re2/re2.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/import/ctgov_values.h"
#include "client/import/intervention_text.h"
#include "client/import/text_pattern.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/id_proposal.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// Ids of arms stand in keys of contrasts, which have a size.
constexpr size_t kArmIdSizeMax = 60;

// Words of a text that may tell one arm from another. Numbers do so in a
// title, as doses and cohorts, and not in a description.
enum class Numbers { kTaken, kLeft };
std::set<std::string> WordsOf(const std::string& text, Numbers numbers) {
  static const auto& common = *new std::set<std::string>{
      "and",  "the",       "arm",    "arms",        "group",
      "with", "received",  "daily",  "dose",        "once",
      "for",  "treatment", "cohort", "randomized",  "participants",
      "plus", "subjects",  "of",     "participant", "patients",
      "who",  "to",        "orally", "randomised",  "tablet",
      "oral", "tablets",   "in",     "or",          "by"};
  std::string joined = text;
  RE2::GlobalReplace(&joined, Pattern("(?i)([0-9]) (mg|g|gy|µg)\\b"), "\\1\\2");
  std::set<std::string> words;
  for (absl::string_view word : absl::StrSplit(KebabOf(joined, 8000), '-')) {
    const bool number =
        !word.empty() &&
        absl::ascii_isdigit(static_cast<unsigned char>(word[0]));
    if (number ? numbers == Numbers::kLeft : word.size() < 2) {
      // A letter tells one arm from another: "Arm A".
      if (numbers == Numbers::kLeft || word.empty()) continue;
    }
    if (common.count(std::string(word)) == 0) words.emplace(word);
  }
  return words;
}

// "Total", "All participants": whatever arm they are in.
bool IsWholeStudy(const std::string& title) {
  return Says(title,
              "(?i)^\\s*(total|overall|all)( (study|treated|randomi[sz]ed|"
              "enrolled))?( (participants|patients|subjects|arms|groups|"
              "population))?\\s*$") ||
         Says(title, "(?i)^\\s*(overall|entire|total) study\\b");
}

// The title without a cohort in brackets at its end.
std::string WithoutCohort(const std::string& title) {
  static const RE2& form =
      *new RE2("(.*\\S)\\s*\\([^()]*[Cc]ohort[^()]*\\)\\s*");
  std::string whole;
  return RE2::FullMatch(title, form, &whole) ? whole : title;
}

// The intervention as printed: its name, other names and description.
std::string NoteOf(const JsonNode& intervention) {
  std::vector<std::string> others;
  for (const JsonNode& each : intervention["otherNames"].items()) {
    others.push_back(each.text());
  }
  std::string note = intervention["name"].text();
  if (!others.empty()) {
    absl::StrAppend(&note, " (also ", absl::StrJoin(others, ", "), ")");
  }
  const std::string description = intervention["description"].text();
  if (!description.empty()) absl::StrAppend(&note, ": ", description);
  return note;
}

// Participants of one arm who went over to the treatment of another.
bool IsCrossover(const std::string& title) {
  return Says(title,
              "\\bcross(ed|ing)?[- ]?over\\b|\\bswitch(ed)?\\b|"
              "\\w \\(?(to|then) \\w.*(open[- ]label|\\bOLE\\b|extension)");
}

// "Global + China Extension": the arm with those of another part.
bool IsArmAndMore(const std::string& title) {
  return Says(
      title,
      "\\b(global|main|core|overall)( (study|cohort|part|population))? *"
      "(\\+|&|and|plus|with) ");
}

// A part of an arm that the title names, as a cohort; "" for the whole arm.
// "Global cohort" is the trial itself, beside an extension in one country.
std::string PartOf(const std::string& title, const std::string& label) {
  static const RE2& whole = *new RE2(
      "(?i)^(the "
      ")?(global|main|overall|entire|full|total|randomi[sz]ed|ITT)\\b");
  std::string part;
  if (RE2::FullMatch(title,
                     Pattern(".*\\S\\s*\\(([^()]*[Cc]ohort[^()]*)\\)\\s*"),
                     &part)) {
    return RE2::PartialMatch(part, whole) || absl::StrContains(label, part)
               ? ""
               : part;
  }
  if (IsArmAndMore(title)) return "";
  static const RE2& marks = *new RE2(
      "(?i)\\b(cohort|sub-?set|sub-?group|sub-?population|run-?in|"
      "cross(ed)?[- ]?over|switch(ed)?|extension|re-?treatment|rollover|"
      "japan(ese)?|chin(a|ese)|asian?|phase|part|stratum|period)\\b");
  // The phase that the trial is about is all of it.
  std::string marked = title;
  RE2::GlobalReplace(
      &marked,
      Pattern(
          "(?i)\\b(double[- ]?blind(ed)?|randomi[sz]ed|controlled|main|core)"
          "( treatment)? (phase|part|period)\\b"),
      "");
  re2::StringPiece rest = marked;
  std::string mark;
  while (RE2::FindAndConsume(&rest, marks, &mark)) {
    if (!absl::StrContains(absl::AsciiStrToLower(label),
                           absl::AsciiStrToLower(mark)) &&
        !RE2::PartialMatch(title,
                           Pattern("(?i)\\b(global|overall) cohort\\b"))) {
      return title;
    }
  }
  return "";
}

// Whether the label names some of the arm's drugs and not others, as those that
// participants cross over from.
bool NamesLess(const std::string& label, const v1::Arm& arm) {
  const std::string words = absl::StrCat("-", KebabOf(label, 8000), "-");
  const auto named = std::count_if(
      arm.drugs().begin(), arm.drugs().end(), [&](const auto& each) {
        return absl::StrContains(words, absl::StrCat("-", each.drug(), "-"));
      });
  return named > 0 && named < arm.drugs_size();
}

// "All Drug A treated": those of other arms that got it later, too.
bool IsAllTreated(const std::string& title) {
  return Says(title, "^\\s*(all|any) .+\\b(treated|exposed|exposure)\\b");
}

}  // namespace

std::string GroupPlace(const v1::Group& group) { return BuildKey(group); }

// ---- Arms of the protocol

// Those of drugs are kept in the note of each.
void CtgovArms::LeaveOutOtherNames(const JsonNode& intervention) {
  for (const JsonNode& each : intervention["otherNames"].items()) {
    each.text();
    builder_.LeaveOut(
        "protocolSection.armsInterventionsModule.interventions[].otherNames");
  }
}

void CtgovArms::AddRadiotherapy(const JsonNode& intervention, v1::Arm& arm) {
  LeaveOutOtherNames(intervention);
  v1::RadiotherapyComponent added = RadiotherapyOf(
      intervention["name"].text(), intervention["description"].text());
  for (v1::RadiotherapyComponent& known : *arm.mutable_radiotherapies()) {
    if (BuildKey(known) != BuildKey(added)) continue;
    known.set_note(
        ShortenUtf8(absl::StrCat(known.note(), "; ", added.note()), 4000));
    return;
  }
  *arm.add_radiotherapies() = std::move(added);
}

void CtgovArms::AddComponents(const JsonNode& intervention, v1::Arm& arm) {
  const std::string type = intervention["type"].text();
  const std::string name = intervention["name"].text();
  if (type == "RADIATION" || (type != "DRUG" && IsRadiotherapy(name))) {
    return AddRadiotherapy(intervention, arm);
  }
  if (type == "DRUG" || type == "BIOLOGICAL" || type.empty()) {
    for (const std::string& drug : DrugsOf(name)) {
      const std::string note = NoteOf(intervention);
      const auto known = std::find_if(
          arm.mutable_drugs()->begin(), arm.mutable_drugs()->end(),
          [&](const v1::DrugComponent& each) { return each.drug() == drug; });
      // Two placebos are one drug here, and both are told of.
      if (known != arm.mutable_drugs()->end()) {
        if (!absl::StrContains(known->note(), note)) {
          known->set_note(
              ShortenUtf8(absl::StrCat(known->note(), "\n", note), 4000));
        }
        continue;
      }
      v1::DrugComponent& component = *arm.add_drugs();
      component.set_drug(drug);
      if (drug == "placebo") component.set_drug_class(v1::DRUG_CLASS_PLACEBO);
      component.set_note(ShortenUtf8(note, 4000));
    }
    return;
  }
  const std::string title = KebabOf(name, 80);
  if (title.empty()) return;
  LeaveOutOtherNames(intervention);
  if (type == "PROCEDURE") {
    for (const auto& each : arm.surgeries()) {
      if (each.procedure() == title) return;
    }
    arm.add_surgeries()->set_procedure(title);
    return;
  }
  for (const auto& each : arm.other_components()) {
    if (each.title() == title) return;
  }
  v1::OtherComponent& other = *arm.add_other_components();
  other.set_title(title);
  builder_.SetText(other, "description", intervention["description"]);
  builder_.SetEnum(other, "kind", intervention["type"]);
}

void CtgovArms::ReadArms(const JsonNode& module) {
  interventions_ = module["interventions"].items();
  struct Unnamed {
    size_t record;
    std::string label, words, proposed;
  };
  std::vector<Unnamed> unnamed;
  for (const JsonNode& group : module["armGroups"].items()) {
    auto& arm = builder_.Add<v1::Arm>(group);
    const std::string label = group["label"].text();
    builder_.SetText(arm, "title", group["label"]);
    builder_.SetEnum(arm, "type", group["type"]);
    builder_.SetText(arm, "description", group["description"]);
    // An arm names its interventions, and they name their arms.
    std::set<std::string> named;
    for (const JsonNode& name : group["interventionNames"].items()) {
      const std::string text = name.text();
      const size_t colon = text.find(": ");
      named.insert(colon == std::string::npos ? text : text.substr(colon + 2));
    }
    std::string words = label;
    for (const JsonNode& intervention : interventions_) {
      const std::string name = intervention["name"].text();
      bool given = named.count(name) > 0;
      for (const JsonNode& each : intervention["armGroupLabels"].items()) {
        given |= each.text() == label;
      }
      if (!given) continue;
      AddComponents(intervention, arm);
      absl::StrAppend(&words, " ", name);
      for (const JsonNode& other : intervention["otherNames"].items()) {
        absl::StrAppend(&words, " ", other.text());
      }
    }
    const auto proposed = ProposeId(arm, *builder_.last().traits, "id");
    unnamed.push_back({builder_.records().size() - 1, label, words,
                       proposed.ok() ? *proposed : ""});
  }
  for (const Unnamed& each : unnamed) {
    const auto alike = std::count_if(
        unnamed.begin(), unnamed.end(),
        [&](const Unnamed& other) { return other.proposed == each.proposed; });
    ImportedRecord& record = builder_.records()[each.record];
    NameArm(record, each.label, each.words,
            alike > 1 || NamesLess(each.label, static_cast<const v1::Arm&>(
                                                   *record.message)));
    arms_.back().of_protocol = true;
  }
}

// The id that the server would propose; the label where that tells more.
void CtgovArms::NameArm(ImportedRecord& record, const std::string& label,
                        const std::string& words, bool by_label) {
  auto& arm = static_cast<v1::Arm&>(*record.message);
  const auto known = [&](const std::string& id) {
    return std::any_of(arms_.begin(), arms_.end(),
                       [&](const ArmInfo& each) { return each.id == id; });
  };
  const auto proposed = ProposeId(arm, *record.traits, "id");
  std::string id = proposed.ok() && !by_label ? *proposed : "";
  if (id.empty() || id.size() > kArmIdSizeMax || known(id)) {
    id = KebabOf(label, kArmIdSizeMax - 4);
  }
  if (id.empty() || !absl::ascii_islower(static_cast<unsigned char>(id[0]))) {
    id = KebabOf(absl::StrCat("arm ", id), kArmIdSizeMax - 4);
  }
  const std::string base = id;
  for (int n = 2; known(id); ++n) id = absl::StrCat(base, "-", n);
  record.id = id;
  arms_.push_back({id, label, WordsOf(label, Numbers::kTaken),
                   WordsOf(words, Numbers::kLeft), &arm});
}

// ---- Groups of the results

// The arm whose label the title repeats, or all of whose label's words it has
// and none that tell another arm.
CtgovArms::ArmInfo* CtgovArms::MatchTitle(const std::string& title) {
  for (ArmInfo& arm : arms_) {
    if (KebabOf(arm.label, 8000) == KebabOf(title, 8000)) return &arm;
  }
  std::set<std::string> telling;
  const std::set<std::string> words = WordsOf(title, Numbers::kTaken);
  for (const ArmInfo& arm : arms_) {
    if (!arm.of_protocol) continue;
    std::set_intersection(words.begin(), words.end(), arm.label_words.begin(),
                          arm.label_words.end(),
                          std::inserter(telling, telling.end()));
  }
  ArmInfo* found = nullptr;
  for (ArmInfo& arm : arms_) {
    if (!arm.of_protocol || arm.label_words.empty() ||
        arm.label_words != telling) {
      continue;
    }
    if (found != nullptr) return nullptr;
    found = &arm;
  }
  return found;
}

// The only arm of the protocol whose description has what the title names in
// its order: "Drug A First, Then Placebo".
CtgovArms::ArmInfo* CtgovArms::MatchSequence(const std::string& title) {
  std::string marked = title;
  RE2::GlobalReplace(&marked, Pattern("(?i)\\bfirst\\b"), "");
  RE2::GlobalReplace(
      &marked, Pattern("(?i)\\b(and )?then\\b|\\bfollowed by\\b|→|->"), "\n");
  std::vector<std::string> steps;
  for (const absl::string_view step : absl::StrSplit(marked, '\n')) {
    const std::string words = KebabOf(step, 8000);
    if (!words.empty()) steps.push_back(absl::StrCat("-", words, "-"));
  }
  if (steps.size() < 2) return nullptr;
  ArmInfo* found = nullptr;
  for (ArmInfo& arm : arms_) {
    const std::string text =
        absl::StrCat("-", KebabOf(arm.arm->description(), 64000), "-");
    size_t at = 0;
    const bool in_order =
        std::all_of(steps.begin(), steps.end(), [&](const std::string& step) {
          const size_t first = text.find(step);
          const bool after = first != std::string::npos && first >= at;
          at = first;
          return after;
        });
    if (!arm.of_protocol || !in_order) continue;
    if (found != nullptr) return nullptr;
    found = &arm;
  }
  return found;
}

// How many of `words` tell `arm` from all others; those of its label count
// twice.
int CtgovArms::ScoreOf(const std::set<std::string>& words,
                       const ArmInfo& arm) const {
  const auto is_alone = [&](const std::string& word,
                            std::set<std::string> ArmInfo::*of) {
    return std::count_if(arms_.begin(), arms_.end(), [&](const ArmInfo& each) {
             return each.of_protocol && (each.*of).count(word) > 0;
           }) == 1;
  };
  int score = 0;
  for (const std::string& word : words) {
    if (arm.words.count(word) > 0 && is_alone(word, &ArmInfo::words)) ++score;
    if (arm.label_words.count(word) > 0 &&
        is_alone(word, &ArmInfo::label_words)) {
      score += 2;
    }
  }
  return score;
}

// The arm of the protocol that the words tell from all others; null when they
// speak of several.
CtgovArms::ArmInfo* CtgovArms::MatchWords(const std::set<std::string>& words,
                                          int lead_min) {
  ArmInfo* best = nullptr;
  int best_score = 0;
  int second_score = 0;
  for (ArmInfo& arm : arms_) {
    if (!arm.of_protocol) continue;
    const int score = ScoreOf(words, arm);
    if (score > best_score) {
      second_score = best_score;
      best_score = score;
      best = &arm;
    } else {
      second_score = std::max(second_score, score);
    }
  }
  return best_score >= 1 && best_score >= second_score * lead_min ? best
                                                                  : nullptr;
}

CtgovArms::ArmInfo* CtgovArms::MatchArm(const std::string& title,
                                        const std::string& description) {
  if (ArmInfo* arm = MatchTitle(title)) return arm;
  const std::string base = WithoutCohort(title);
  if (ArmInfo* arm = MatchTitle(base)) return arm;
  if (ArmInfo* arm = MatchSequence(base)) return arm;
  if (IsCrossover(title)) return nullptr;
  std::set<std::string> words = WordsOf(base, Numbers::kTaken);
  // A title speaks of one arm; a description may name others beside it.
  if (ArmInfo* arm = MatchWords(words, /*lead_min=*/1000)) return arm;
  words.merge(WordsOf(description, Numbers::kLeft));
  return MatchWords(words, /*lead_min=*/2);
}

size_t CtgovArms::CountOfProtocol() const {
  return static_cast<size_t>(
      std::count_if(arms_.begin(), arms_.end(),
                    [](const ArmInfo& arm) { return arm.of_protocol; }));
}

// Of one arm, the whole study is that, unless other groups stand beside it.
bool CtgovArms::NamesWholeStudy(const std::string& title, size_t groups) const {
  if (!IsWholeStudy(title) || (CountOfProtocol() == 1 && groups == 1)) {
    return false;
  }
  return std::none_of(arms_.begin(), arms_.end(), [&](const ArmInfo& arm) {
    return KebabOf(arm.label) == KebabOf(title);
  });
}

void CtgovArms::FindDividedArms(const JsonNode& list) {
  const std::vector<JsonNode> nodes = list.items();
  std::map<std::string, std::set<std::string>> parts;  // Titles by arm.
  std::set<std::string> labelled, in_cohorts;
  for (const JsonNode& node : nodes) {
    const std::string title = node["title"].text();
    if (NamesWholeStudy(title, nodes.size()) || IsCrossover(title) ||
        IsAllTreated(title) || ArmsPooledIn(title).size() > 1) {
      continue;
    }
    const ArmInfo* arm = MatchArm(title, node["description"].text());
    if (arm == nullptr) continue;
    if (title != WithoutCohort(title)) {
      in_cohorts.insert(arm->id);
    } else if (KebabOf(title) == KebabOf(arm->label)) {
      labelled.insert(arm->id);
    } else if (PartOf(title, arm->label).empty()) {
      parts[arm->id].insert(title);
    }
  }
  for (const auto& [id, titles] : parts) {
    if (titles.size() + labelled.count(id) > 1 && in_cohorts.count(id) == 0) {
      divided_.insert(id);
    }
  }
}

// The only arm that no group of the list is, when one group alone is left too:
// sponsors rename a drug between the protocol and the results.
CtgovArms::ArmInfo* CtgovArms::FindLastArm(const std::vector<JsonNode>& list) {
  std::set<std::string> taken, left;
  for (const JsonNode& node : list) {
    const std::string title = node["title"].text();
    if (NamesWholeStudy(title, list.size()) || IsCrossover(title) ||
        ArmsPooledIn(title).size() > 1) {
      continue;
    }
    const auto known = groups_.find(title);
    const ArmInfo* arm = MatchArm(title, node["description"].text());
    if (known != groups_.end()) {
      if (known->second.group.arms_size() > 0) {
        taken.insert(known->second.group.arms(0));
      }
    } else if (arm != nullptr) {
      taken.insert(arm->id);
    } else {
      left.insert(KebabOf(WithoutCohort(title)));
    }
  }
  static const RE2& several =
      *new RE2("\\b(total|all|overall|combined|pooled|both)\\b");
  std::vector<ArmInfo*> free;
  for (ArmInfo& arm : arms_) {
    if (arm.of_protocol && taken.count(arm.id) == 0) free.push_back(&arm);
  }
  if (left.size() != 1 || free.size() != 1 ||
      (CountOfProtocol() > 1 && RE2::PartialMatch(*left.begin(), several))) {
    return nullptr;
  }
  return free.front();
}

// The arms that all words of a title name beside those that pool: "All Drug A".
// A placebo that matches a drug is not that drug.
std::vector<CtgovArms::ArmInfo*> CtgovArms::ArmsWith(const std::string& title) {
  static const auto& pooling = *new std::set<std::string>{
      "all",   "any",   "both",     "pooled",    "combined",  "total",
      "doses", "dosed", "overall",  "regimens",  "strengths", "groups",
      "data",  "level", "together", "treatments"};
  std::set<std::string> words;
  for (const std::string& word : WordsOf(title, Numbers::kTaken)) {
    if (pooling.count(word) == 0) words.insert(word);
  }
  std::vector<ArmInfo*> found;
  if (words.empty()) return found;
  for (ArmInfo& arm : arms_) {
    const bool is_control =
        arm.arm->type() == v1::ARM_TYPE_PLACEBO_COMPARATOR ||
        arm.arm->type() == v1::ARM_TYPE_SHAM_COMPARATOR ||
        arm.arm->type() == v1::ARM_TYPE_NO_INTERVENTION;
    const bool has_all =
        std::all_of(words.begin(), words.end(), [&](const std::string& word) {
          return arm.label_words.count(word) > 0 || arm.words.count(word) > 0;
        });
    if (arm.of_protocol && !is_control && has_all) found.push_back(&arm);
  }
  return found;
}

// The arms that a title says it pools: all of whose label's words it has, else
// that all its words name.
std::vector<CtgovArms::ArmInfo*> CtgovArms::ArmsPooledIn(
    const std::string& title) {
  std::vector<ArmInfo*> found;
  if (IsAllTreated(title)) return found;
  if (Says(title, "\\b(pooled|combined)\\b")) {
    const std::set<std::string> words = WordsOf(title, Numbers::kTaken);
    for (ArmInfo& arm : arms_) {
      if (arm.of_protocol && !arm.label_words.empty() &&
          std::includes(words.begin(), words.end(), arm.label_words.begin(),
                        arm.label_words.end())) {
        found.push_back(&arm);
      }
    }
    if (found.size() > 1) return found;
  }
  for (const ArmInfo& arm : arms_) {
    if (KebabOf(arm.label) == KebabOf(title)) return {};
  }
  return Says(title,
              "^\\s*(all|any|both|pooled)\\b|"
              "\\b(pooled|combined|total|overall)\\s*\\)?\\s*$|"
              "\\b(all|any|both) (doses?|arms|groups|regimens|strengths)\\b")
             ? ArmsWith(title)
             : std::vector<ArmInfo*>();
}

CtgovArms::ArmInfo& CtgovArms::AddArm(const JsonNode& node,
                                      const std::string& title) {
  auto& added = builder_.Add<v1::Arm>(node);
  added.set_title(ShortenUtf8(title, 1000));
  builder_.SetText(added, "description", node["description"]);
  // Of a crossover, groups are called by what they are given.
  for (const JsonNode& intervention : interventions_) {
    if (KebabOf(intervention["name"].text(), 8000) == KebabOf(title, 8000)) {
      AddComponents(intervention, added);
    }
  }
  NameArm(builder_.last(), title, title, /*by_label=*/false);
  return arms_.back();
}

const ResultGroup& CtgovArms::AddGroup(const JsonNode& node,
                                       const std::string& key, size_t groups,
                                       ArmInfo* last,
                                       std::set<std::string>& places) {
  std::string title = node["title"].text();
  const std::string description = node["description"].text();
  if (title.empty()) title = ShortenUtf8(description, 200);
  if (title.empty()) title = node["id"].text();
  ResultGroup group;
  group.title = title;
  const std::vector<ArmInfo*> several = ArmsPooledIn(title);
  if (NamesWholeStudy(title, groups)) {
    group.group.set_scope(v1::GROUP_SCOPE_ALL);
  } else if (several.size() > 1) {
    for (const ArmInfo* each : several) {
      group.group.add_arms(each->id);
      group.together.push_back(each->arm);
    }
    builder_.Warn(
        node["title"], Quote(title),
        absl::StrCat("is taken as the arms ",
                     absl::StrJoin(group.group.arms(), ", "), " together"));
  } else {
    ArmInfo* arm = MatchArm(title, description);
    if (arm == nullptr && !IsCrossover(title)) arm = last;
    if (arm == nullptr) arm = &AddArm(node, WithoutCohort(title));
    group.arm = arm->arm;
    group.group.add_arms(arm->id);
    std::string part = IsAllTreated(title) ? title : PartOf(title, arm->label);
    const bool is_dose =
        divided_.count(arm->id) > 0 && KebabOf(title) != KebabOf(arm->label);
    if (is_dose) part = title;
    // Later lists may name the arm by a part of this title.
    if (!IsCrossover(title) && !is_dose && !IsArmAndMore(title) &&
        PartOf(WithoutCohort(title), arm->label) == "") {
      arm->words.merge(WordsOf(WithoutCohort(title), Numbers::kTaken));
    }
    if (part.empty() && places.count(GroupPlace(group.group)) > 0) {
      part = title;
    }
    if (!part.empty()) {
      v1::Subgroup& narrowed = *group.group.add_subgroups();
      narrowed.set_term("cohort");
      narrowed.set_level(ShortenUtf8(part, 80));
      narrowed.set_kind(v1::TERM_KIND_COHORT);
    }
    if (!arm->of_protocol && CountOfProtocol() > 0) {
      builder_.Warn(
          node["title"], Quote(title),
          absl::StrCat("is no arm of the protocol; taken as one, ", arm->id));
    } else if (KebabOf(title) != KebabOf(arm->label)) {
      arm->arm->add_labels(ShortenUtf8(title, 200));
      builder_.Warn(node["title"], Quote(title),
                    absl::StrCat("is no label of an arm; taken as ",
                                 !part.empty() ? "a part of arm "
                                 : IsArmAndMore(title)
                                     ? "all of it, though it has more: arm "
                                     : "arm ",
                                 arm->id, ", ", Quote(arm->label)));
    }
  }
  // Long titles may differ only where they are cut.
  for (int n = 2; places.count(GroupPlace(group.group)) > 0; ++n) {
    if (group.group.subgroups_size() == 0) {
      group.group.add_subgroups()->set_term("cohort");
    }
    group.group.mutable_subgroups(0)->set_level(
        absl::StrCat(ShortenUtf8(title, 74), " ", n));
  }
  return groups_[key] = std::move(group);
}

// What the results say of a group is what its arm is, where the protocol does
// not say.
void CtgovArms::TakeDescription(const JsonNode& node,
                                const ResultGroup& group) {
  const std::string text = node["description"].text();
  if (text.empty()) return;
  if (group.arm != nullptr && group.group.subgroups_size() == 0) {
    if (!group.arm->has_description()) {
      builder_.SetText(*group.arm, "description", node["description"]);
    }
    if (KebabOf(group.arm->description(), 8000) == KebabOf(text, 8000)) return;
  }
  builder_.LeaveOut(
      "resultsSection: description of a group that its arm has not");
}

CtgovArms::GroupsById CtgovArms::ReadGroups(const JsonNode& list) {
  const std::vector<JsonNode> nodes = list.items();
  ArmInfo* last = FindLastArm(nodes);
  GroupsById groups;
  std::set<std::string> places, titles;
  for (const JsonNode& node : nodes) {
    std::string key = node["title"].text();
    if (NamesWholeStudy(key, nodes.size())) absl::StrAppend(&key, "\nall");
    if (!titles.insert(key).second || key.empty()) {
      absl::StrAppend(&key, "\n", node["id"].text());
    }
    auto known = groups_.find(key);
    if (known != groups_.end() &&
        places.count(GroupPlace(known->second.group)) > 0) {
      absl::StrAppend(&key, "\n", node["id"].text());
      known = groups_.find(key);
    }
    const ResultGroup& group =
        known != groups_.end()
            ? known->second
            : AddGroup(node, key, nodes.size(), last, places);
    places.insert(GroupPlace(group.group));
    groups[node["id"].text()] = &group;
    TakeDescription(node, group);
  }
  return groups;
}

const ResultGroup* CtgovArms::Find(const GroupsById& groups,
                                   const JsonNode& id) {
  const auto found = groups.find(id.text());
  if (found != groups.end()) return found->second;
  builder_.Problem(id, "is no group of this list; want the id of one");
  return nullptr;
}

}  // namespace consilium
