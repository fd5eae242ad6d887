#include "proto/base/suggested_field.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/suggestion.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr size_t kPathsMax = 3;

// Names of fields in a path that is suggested.
constexpr int kDepthMax = 4;

constexpr RowFieldWord kRowFieldWords[] = {
    {"acronym", "trial.acronym", "trial.acronym"},
    {"ae", "adverseEvent", "adverseEvent"},
    {"arm", "group", "group:NAME, or armTreatments.arm"},
    {"author", "publication.authors", "publication.authors"},
    {"authors", "publication.authors", "publication.authors"},
    {"ci", "low,high", "low and high"},
    {"class", "drugClasses", "drugClasses"},
    {"confidenceinterval", "low,high", "low and high"},
    {"countries", "trial.countries", "trial.countries"},
    {"country", "trial.countries", "trial.countries"},
    {"doi", "publication.doi", "publication.doi"},
    {"dose", "arms.drugs.dose.amount",
     "arms.drugs.dose.amount or arms.radiotherapies.totalDose"},
    {"doubt", "alternatives,conflicts", "alternatives:* OR conflicts:*"},
    {"drug", "drugs", "drugs"},
    {"drugclass", "drugClasses", "drugClasses"},
    {"enrollment", "enrolled", "enrolled"},
    {"enrolment", "enrolled", "enrolled"},
    {"followup", "trial.followUps.duration", "trial.followUps.duration"},
    {"fractions", "arms.radiotherapies.fractions",
     "arms.radiotherapies.fractions"},
    {"hazardratio", "value", "measure = hr AND value"},
    {"hr", "value", "measure = hr AND value"},
    {"journal", "publication.journal", "publication.journal"},
    {"lower", "low", "low"},
    {"medianfollowup", "trial.followUps.duration", "trial.followUps.duration"},
    {"mutation", "alterations", "alterations"},
    {"mutations", "alterations", "alterations"},
    {"n", "participants", "participants"},
    {"nct", "registrations", "registrations"},
    {"nctid", "registrations", "registrations"},
    {"oddsratio", "value", "measure = odds-ratio AND value"},
    {"patients", "participants", "participants"},
    {"phase", "trial.phases", "trial.phases"},
    {"phases", "trial.phases", "trial.phases"},
    {"pmid", "publication.pmid", "publication.pmid"},
    {"prospective", "trial.timePerspective",
     "trial.timePerspective = prospective"},
    {"pval", "p", "p"},
    {"pvalue", "p", "p"},
    {"randomised", "design", "design = randomized"},
    {"randomized", "design", "design = randomized"},
    {"referencedrugs", "referenceArms.drugs.drug", "referenceArms.drugs.drug"},
    {"registration", "registrations", "registrations"},
    {"retrospective", "trial.timePerspective",
     "trial.timePerspective = retrospective"},
    {"riskratio", "value", "measure = risk-ratio AND value"},
    {"route", "arms.drugs.dose.route", "arms.drugs.dose.route"},
    {"rt", "radiotherapy", "radiotherapy"},
    {"samplesize", "participants", "participants"},
    {"size", "participants", "participants"},
    {"sponsor", "trial.leadSponsor", "trial.leadSponsor"},
    {"se", "standardError", "standardError"},
    {"stage", "settings", "settings = \"stage III\""},
    {"subgroup", "subgroups", "subgroups"},
    {"technique", "radiotherapy", "radiotherapy"},
    {"time", "timeMonths", "timeMonths"},
    {"toxicity", "adverseEvent", "adverseEvent"},
    {"upper", "high", "high"},
};

// A name in the singular: "phase" of "phases", "country" of "countries".
std::string Singular(std::string name) {
  if (absl::EndsWith(name, "ies")) {
    name.replace(name.size() - 3, 3, "y");
  } else if (name.size() > 2 && name.back() == 's') {
    name.pop_back();
  }
  return name;
}

// Equal whatever the case and the number.
bool IsSameName(absl::string_view a, absl::string_view b) {
  return Singular(FoldWord(a)) == Singular(FoldWord(b));
}

// A field below a message, by its own name and its path.
struct Found {
  std::string name;
  std::string path;
};

// All fields below `message`, the nearest first, each message's in the order of
// the schema.
std::vector<Found> FieldsBelow(const Descriptor& message, bool json) {
  struct Place {
    const Descriptor* message;
    std::string prefix;
  };
  std::vector<Found> fields;
  std::vector<Place> places = {{&message, ""}};
  std::vector<const Descriptor*> seen = {&message};
  for (int depth = 0; depth < kDepthMax && !places.empty(); ++depth) {
    std::vector<Place> next;
    for (const Place& place : places) {
      for (int i = 0; i < place.message->field_count(); ++i) {
        const FieldDescriptor& field = *place.message->field(i);
        const std::string& name = json ? field.json_name() : field.name();
        fields.push_back({name, absl::StrCat(place.prefix, name)});
        const Descriptor* const type = field.message_type();
        // One way to a kind of message is enough: the first.
        if (type == nullptr ||
            std::find(seen.begin(), seen.end(), type) != seen.end()) {
          continue;
        }
        seen.push_back(type);
        next.push_back({type, absl::StrCat(place.prefix, name, ".")});
      }
    }
    places = std::move(next);
  }
  return fields;
}

}  // namespace

const RowFieldWord* FindRowFieldWord(absl::string_view name) {
  const std::string folded = FoldWord(name);
  for (const RowFieldWord& word : kRowFieldWords) {
    if (word.word == folded) return &word;
  }
  return nullptr;
}

absl::string_view RowFieldCalled(absl::string_view name) {
  const RowFieldWord* const word = FindRowFieldWord(name);
  return word != nullptr && word->field == word->filter ? word->field : "";
}

std::vector<std::string> SuggestFields(
    const Descriptor& message, absl::string_view name,
    const std::vector<std::string>& more_names) {
  const std::vector<Found> fields =
      FieldsBelow(message, !absl::StrContains(name, '_'));
  std::vector<std::string> own = more_names;
  std::vector<std::string> all;
  std::vector<std::string> same;
  // Those of the message itself whose names start with it are nearer than one
  // of that name further below.
  std::vector<std::string> starting;
  const std::string start = Singular(FoldWord(name));
  bool is_own = false;
  for (const Found& field : fields) {
    all.push_back(field.name);
    const bool is_same = IsSameName(field.name, name);
    if (is_same) same.push_back(field.path);
    if (field.path != field.name) continue;
    own.push_back(field.name);
    is_own |= is_same;
    if (!start.empty() && absl::StartsWith(FoldWord(field.name), start)) {
      starting.push_back(field.path);
    }
  }
  if (!is_own && !same.empty()) {
    same.insert(same.begin(), starting.begin(), starting.end());
  }
  if (same.size() > kPathsMax) same.resize(kPathsMax);
  if (!same.empty()) return same;
  const std::string slip = Suggest(name, own);
  if (!slip.empty()) return {slip};
  const std::string below = Suggest(name, all);
  for (const Found& field : fields) {
    if (!below.empty() && field.name == below && same.empty()) {
      same.push_back(field.path);
    }
  }
  return same;
}

}  // namespace consilium
