// Sets of texts in the fields of rows.
#ifndef CONSILIUM_SERVER_EVIDENCE_STRING_SET_H_
#define CONSILIUM_SERVER_EVIDENCE_STRING_SET_H_

#include <set>
#include <string>

namespace consilium {

// Adds each of `from`, in order, to a repeated field.
template <typename T>
void SetStrings(const std::set<std::string>& from, T& to) {
  for (const std::string& each : from) to.Add(std::string(each));
}

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_STRING_SET_H_
