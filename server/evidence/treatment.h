// What arms were given, in the terms of the vocabularies, and what their
// reports leave open of it. README.md gives the rules.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_TREATMENT_H_
#define CONSILIUM_SERVER_EVIDENCE_TREATMENT_H_

#include <set>
#include <string>
#include <tuple>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/vocabulary.h"

namespace consilium {

// Radiotherapy of which a report leaves the technique or the target open; the
// terms are empty where they are not printed.
struct OpenRadiotherapy {
  absl::string_view technique;
  absl::string_view target;

  friend bool operator<(const OpenRadiotherapy& a, const OpenRadiotherapy& b) {
    return std::tie(a.technique, a.target) < std::tie(b.technique, b.target);
  }
};

// What one or several arms were given.
struct Treatment {
  TermIds drug_classes;
  TermIds drugs;
  TermIds radiotherapy;
  v1::TreatmentSetting setting = v1::TREATMENT_SETTING_UNSPECIFIED;
  // Classes of which no drug is named, or of a drug whose generation is not.
  TermIds open_classes;
  bool uncoded = false;     // Of an arm nothing that was given is recorded.
  bool drugs_open = false;  // A class is named, and no drug of it.
  bool narrower_class_open = false;  // One of those has classes below it.
  std::set<OpenRadiotherapy> open_radiotherapies;
};

Treatment TreatmentOf(absl::Span<const v1::Arm* const> arms);

// That of participants of whom no arm is recorded: anything. Lives for ever.
const Treatment& UnrecordedTreatment();

// The column that each radiotherapy of `arm` stands in where every one stands
// in one alone: its technique, else its target, else "".
std::set<std::string> RadiotherapyColumns(const v1::Arm& arm);

// Where, by what is printed of the participants, no metastasis can have been
// treated.
enum class MetastasesExcluded { kNone, kOfBrain, kAll };

// Whether what one arm leaves open may be that drug, class or radiotherapy,
// none of which it holds.
bool MayBeDrug(const Treatment& arm, absl::string_view drug);
bool MayBeClass(const Treatment& arm, absl::string_view id);
bool MayBeRadiotherapy(const Treatment& arm, absl::string_view id,
                       MetastasesExcluded excluded = MetastasesExcluded::kNone);

// The classes, with the broader ones, of what is called `drug`: a drug or a
// class.
TermIds DrugClassesOf(absl::string_view drug);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_TREATMENT_H_
