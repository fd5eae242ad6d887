#include "client/import/registry_numbers.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/import/text_pattern.h"

namespace consilium {
namespace {

// A registry, the form of its numbers, and how texts write them: the first
// group is what `prefix` is put before.
struct NumberForm {
  v1::RegistrationAuthority authority;
  const char* whole;
  const char* in_text;
  const char* prefix;
};

constexpr NumberForm kForms[] = {
    {v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV, "NCT[0-9]{8}",
     "(?i)\\bNCT[- :]{0,2}([0-9]{8})\\b", "NCT"},
    {v1::REGISTRATION_AUTHORITY_ISRCTN, "ISRCTN[0-9]{8}",
     "(?i)\\bISRCTN[- :]{0,2}([0-9]{8})\\b", "ISRCTN"},
    {v1::REGISTRATION_AUTHORITY_CHICTR, "ChiCTR(-[A-Z]{2,4}-|-)?[0-9]{8,10}",
     "(?i)\\bChiCTR[- :]?((?:[A-Z]{2,4}-?)?[0-9]{8,10})\\b", "ChiCTR"},
    {v1::REGISTRATION_AUTHORITY_JAPICCTI, "JapicCTI-[0-9]{6}",
     "(?i)\\bJapic ?CTI[- :]{0,2}([0-9]{6})\\b", "JapicCTI-"},
    {v1::REGISTRATION_AUTHORITY_UMIN, "UMIN[0-9]{9}",
     "(?i)\\bUMIN[- :]{0,2}([0-9]{9})\\b", "UMIN"},
    {v1::REGISTRATION_AUTHORITY_JRCT, "jRCTs?[0-9]{9,10}",
     "(?i)\\bjRCT[- :]?(s?[0-9]{9,10})\\b", "jRCT"},
    {v1::REGISTRATION_AUTHORITY_JMA, "JMA-IIA[0-9]{5}",
     "(?i)\\bJMA-?IIA[- :]?([0-9]{5})\\b", "JMA-IIA"},
    {v1::REGISTRATION_AUTHORITY_ANZCTR, "ACTRN[0-9]{14}[a-z]?",
     "(?i)\\bACTRN[- :]?([0-9]{14})\\b", "ACTRN"},
    {v1::REGISTRATION_AUTHORITY_DRKS, "DRKS[0-9]{8}",
     "(?i)\\bDRKS[- :]?([0-9]{8})\\b", "DRKS"},
    {v1::REGISTRATION_AUTHORITY_CTRI, "CTRI/[0-9]{4}/[0-9]{2,3}/[0-9]{6}",
     "(?i)\\bCTRI/([0-9]{4}/[0-9]{2,3}/[0-9]{6})\\b", "CTRI/"},
    {v1::REGISTRATION_AUTHORITY_CRIS, "KCT[0-9]{7}",
     "(?i)\\bKCT[- :]?([0-9]{7})\\b", "KCT"},
    {v1::REGISTRATION_AUTHORITY_UTN, "U[0-9]{4}-[0-9]{4}-[0-9]{4}",
     "\\bU([0-9]{4}-[0-9]{4}-[0-9]{4})\\b", "U"},
    {v1::REGISTRATION_AUTHORITY_EUDRACT, "[0-9]{4}-[0-9]{6}-[0-9]{2}",
     "(?i)\\bEudra ?CT(?: no\\.?| number)?[- :]{0,2}"
     "([0-9]{4}-[0-9]{6}-[0-9]{2})\\b",
     ""},
    {v1::REGISTRATION_AUTHORITY_CTIS, "[0-9]{4}-5[0-9]{5}-[0-9]{2}-[0-9]{2}",
     "(?i)\\b(?:CTIS|EU ?CT)(?: no\\.?| number)?[- :]{0,2}"
     "([0-9]{4}-5[0-9]{5}-[0-9]{2}-[0-9]{2})\\b",
     ""}};

}  // namespace

v1::RegistrationAuthority AuthorityOfNumber(absl::string_view number) {
  for (const NumberForm& form : kForms) {
    if (RE2::FullMatch(Piece(number), Pattern(form.whole)))
      return form.authority;
  }
  return v1::REGISTRATION_AUTHORITY_UNSPECIFIED;
}

std::vector<std::string> FindRegistryNumbers(absl::string_view text) {
  std::vector<std::pair<size_t, std::string>> found;  // By place.
  for (const NumberForm& form : kForms) {
    const RE2& pattern = Pattern(form.in_text);
    re2::StringPiece rest = Piece(text);
    std::string number;
    while (RE2::FindAndConsume(&rest, pattern, &number)) {
      found.emplace_back(text.size() - rest.size(),
                         absl::StrCat(form.prefix, number));
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> numbers;
  for (auto& [place, number] : found) {
    if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) {
      numbers.push_back(std::move(number));
    }
  }
  return numbers;
}

}  // namespace consilium
