#include "client/import/sheet_trials.h"

#include "absl/strings/ascii.h"
#include "client/import/ctgov_values.h"
#include "client/import/registry_numbers.h"
#include "client/import/sheet_elements.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {
namespace {

bool IsRegistryNumber(const std::string& text) {
  return AuthorityOfNumber(text) != v1::REGISTRATION_AUTHORITY_UNSPECIFIED;
}

// Takes `text` as a name, or as a number where it is a registry's.
void TakeName(const std::string& text, std::string& name, RowTrial& trial) {
  const std::string whole(absl::StripAsciiWhitespace(text));
  if (!IsRegistryNumber(whole)) {
    name = IdFrom(whole, "trial");
  } else if (!trial.is_registered) {
    trial.number = whole;
    trial.is_registered = true;
  }
}

}  // namespace

const std::string& RowTrial::name() const {
  return !id.empty() ? id : !number.empty() ? number : acronym;
}

RowTrial TrialOf(const SheetRow& row) {
  RowTrial trial;
  const SheetItem* item = row.Find("trial", "");
  if (item == nullptr) return trial;
  if (const std::string number = item->TextAt(kNumberPath); !number.empty()) {
    const auto found = FindRegistryNumbers(number);
    const std::string whole = found.size() == 1 ? found[0] : number;
    trial.is_registered = IsRegistryNumber(whole);
    trial.number = trial.is_registered ? whole : IdFrom(whole, "trial");
  }
  TakeName(item->TextAt(kIdPath), trial.id, trial);
  TakeName(static_cast<const v1::Trial&>(*item->message).acronym(),
           trial.acronym, trial);
  return trial;
}

void SheetTrials::Learn(const std::string& name, const std::string& better) {
  if (name.empty() || better.empty() || name == better) return;
  const auto [known, is_new] = better_.emplace(name, better);
  if (!is_new && known->second != better) known->second.clear();
}

void SheetTrials::Add(const RowTrial& trial) {
  const std::string& name = trial.name();
  Learn(trial.number, name);
  Learn(trial.acronym, name);
  if (!trial.is_registered) return;
  const auto [known, is_new] = numbers_.emplace(name, trial.number);
  if (!is_new && known->second != trial.number) known->second.clear();
}

std::string SheetTrials::NameOf(const std::string& name) const {
  std::string known = name;
  // An acronym leads to a number, and that to an id.
  for (int i = 0; i < 2; ++i) {
    const auto better = better_.find(known);
    if (better == better_.end() || better->second.empty()) break;
    known = better->second;
  }
  return known;
}

std::string SheetTrials::NumberOf(const std::string& name) const {
  const auto known = numbers_.find(name);
  return known == numbers_.end() ? "" : known->second;
}

}  // namespace consilium
