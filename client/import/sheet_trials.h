// Which rows of a sheet are of one trial, whatever each calls it.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_TRIALS_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_TRIALS_H_

#include <map>
#include <string>

#include "client/import/sheet_row.h"

namespace consilium {

// What a row calls its trial, each as an id or as a registry's number; "" where
// it does not say so.
struct RowTrial {
  std::string id, number, acronym;
  bool is_registered = false;  // The number is a registry's.

  // What it is known by: its id, else its number, else its acronym.
  const std::string& name() const;
};

RowTrial TrialOf(const SheetRow& row);

// Thread-compatible.
class SheetTrials {
 public:
  // Learns from a row that two names are of one trial.
  void Add(const RowTrial& trial);

  // What all rows know the trial by that one row calls `name`: a name that rows
  // give to two trials is that of neither.
  std::string NameOf(const std::string& name) const;

  // The registry's number of the trial that all rows know by `name`; "" when no
  // row tells one.
  std::string NumberOf(const std::string& name) const;

 private:
  void Learn(const std::string& name, const std::string& better);

  std::map<std::string, std::string> better_;   // "" of an ambiguous name.
  std::map<std::string, std::string> numbers_;  // By any name.
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_TRIALS_H_
