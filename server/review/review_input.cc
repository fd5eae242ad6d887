#include "server/review/review_input.h"

#include "absl/strings/numbers.h"

namespace consilium {
namespace {

// Whether a field of the row was set by `alternative`.
bool SetNumber(absl::string_view path, double number, v1::EvidenceRow& row) {
  if (path == "value" || path == "percentage") {
    row.set_value(number);
  } else if (path == "interval.low" || path == "valueLow") {
    row.set_low(number);
  } else if (path == "interval.high" || path == "valueHigh") {
    row.set_high(number);
  } else if (path == "interval.level") {
    row.set_level(number);
  } else if (path == "pValue.value") {
    row.set_p(number);
  } else if (path == "standardError") {
    row.set_standard_error(number);
  } else if (path == "events" || path == "affected") {
    row.set_events(static_cast<int32_t>(number));
  } else if (path == "participants" || path == "atRisk") {
    row.set_participants(static_cast<int32_t>(number));
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::vector<v1::EvidenceRow> ReadingsOf(const v1::EvidenceRow& row) {
  std::vector<v1::EvidenceRow> readings;
  for (const v1::Alternative& alternative : row.alternatives()) {
    v1::EvidenceRow reading = row;
    bool differs = false;
    for (const v1::AlternativeValue& value : alternative.values()) {
      double number = 0;
      if (!absl::SimpleAtod(value.value(), &number)) continue;
      differs = SetNumber(value.path(), number, reading) || differs;
    }
    if (differs) readings.push_back(std::move(reading));
  }
  return readings;
}

}  // namespace consilium
