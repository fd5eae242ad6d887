#include "proto/base/quantity.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "proto/base/number_text.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::string_view kYears = "a";
constexpr absl::string_view kMonths = "mo";
constexpr double kMonthsPerYear = 12;

// The fields of a quantity by name.
class View {
 public:
  explicit View(const Message& quantity) : quantity_(quantity) {}

  std::optional<double> Number(const char* name) const {
    const FieldDescriptor* field = Find(name);
    if (field == nullptr || !Has(field)) return std::nullopt;
    return quantity_.GetReflection()->GetDouble(quantity_, field);
  }

  bool Flag(const char* name) const {
    const FieldDescriptor* field = Find(name);
    return field != nullptr && Has(field) &&
           quantity_.GetReflection()->GetBool(quantity_, field);
  }

  std::string Unit() const {
    const FieldDescriptor* field = Find("unit");
    if (field == nullptr) return "";
    return quantity_.GetReflection()->GetString(quantity_, field);
  }

  bool HasField(const char* name) const {
    const FieldDescriptor* field = Find(name);
    return field != nullptr && Has(field);
  }

 private:
  const FieldDescriptor* Find(const char* name) const {
    return quantity_.GetDescriptor()->FindFieldByName(name);
  }
  bool Has(const FieldDescriptor* field) const {
    return quantity_.GetReflection()->HasField(quantity_, field);
  }

  const Message& quantity_;
};

bool SetNumber(Message& quantity, const char* name, double value) {
  const auto* field = quantity.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr) return false;
  quantity.GetReflection()->SetDouble(&quantity, field, value);
  return true;
}

bool SetFlag(Message& quantity, const char* name) {
  const auto* field = quantity.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr) return false;
  quantity.GetReflection()->SetBool(&quantity, field, true);
  return true;
}

void SetUnit(Message& quantity, absl::string_view unit) {
  const auto* field = quantity.GetDescriptor()->FindFieldByName("unit");
  if (field == nullptr || unit.empty()) return;
  quantity.GetReflection()->SetString(&quantity, field, std::string(unit));
}

// Twelve times a decimal fraction, without the dust of binary fractions.
double InMonths(double years) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.12g", years * kMonthsPerYear);
  return std::strtod(text, nullptr);
}

// Takes a decimal number from the front of `text`.
bool ConsumeNumber(absl::string_view& text, double& number) {
  size_t size = 0;
  bool digits = false;
  const auto at = [&text](size_t i) { return i < text.size() ? text[i] : ' '; };
  if (at(size) == '-' || at(size) == '+') ++size;
  for (; absl::ascii_isdigit(at(size)); ++size) digits = true;
  // ".." stands between the bounds of a range.
  if (at(size) == '.' && absl::ascii_isdigit(at(size + 1))) {
    for (++size; absl::ascii_isdigit(at(size)); ++size) digits = true;
  }
  if (at(size) == 'e' || at(size) == 'E') {
    size_t end = size + 1;
    if (at(end) == '-' || at(end) == '+') ++end;
    if (absl::ascii_isdigit(at(end))) {
      while (absl::ascii_isdigit(at(end))) ++end;
      size = end;
    }
  }
  if (!digits || !absl::SimpleAtod(text.substr(0, size), &number) ||
      !std::isfinite(number)) {
    return false;
  }
  text.remove_prefix(size);
  return true;
}

bool IsUnit(absl::string_view unit) {
  for (const char c : unit) {
    if (absl::ascii_isspace(c) || absl::ascii_iscntrl(c)) return false;
  }
  // A unit that starts like a number would not read back.
  return unit.empty() ||
         !(absl::ascii_isdigit(unit[0]) || unit[0] == '.' || unit[0] == '-');
}

}  // namespace

bool IsQuantity(const Descriptor& message) {
  return message.name() == "Quantity" &&
         message.FindFieldByName("value") != nullptr &&
         message.FindFieldByName("unit") != nullptr;
}

std::optional<std::string> QuantityKeyText(const Message& quantity) {
  const View view(quantity);
  std::string unit = view.Unit();
  const bool years = unit == kYears;
  if (years) unit = std::string(kMonths);
  const auto text = [years](double number) {
    return ShortestDecimal(years ? InMonths(number) : number);
  };
  // The slash joins the parts of a key.
  absl::StrReplaceAll({{"/", "."}}, &unit);
  if (const auto value = view.Number("value")) {
    return absl::StrCat(text(*value), unit);
  }
  const auto low = view.Number("low");
  const auto high = view.Number("high");
  if (!low.has_value() && !high.has_value()) return std::nullopt;
  return absl::StrCat(low.has_value() ? text(*low) : "", "..",
                      high.has_value() ? text(*high) : "", unit);
}

std::optional<std::string> QuantityToText(const Message& quantity) {
  const View view(quantity);
  const auto value = view.Number("value");
  const auto low = view.Number("low");
  const auto high = view.Number("high");
  const std::string unit = view.Unit();
  const bool has_range = low.has_value() || high.has_value();
  if (value.has_value() == has_range || !IsUnit(unit) ||
      view.HasField("unit") == unit.empty()) {
    return std::nullopt;
  }
  for (const auto& number : {value, low, high}) {
    // Its text is that of 0.
    if (number == 0 && std::signbit(*number)) return std::nullopt;
  }
  const std::string tail = unit.empty() ? "" : absl::StrCat(" ", unit);
  if (view.HasField("low_excluded") || view.HasField("high_excluded")) {
    // Only the strict one-sided forms have a sign of their own.
    if (low.has_value() && !high.has_value() && view.Flag("low_excluded") &&
        !view.HasField("high_excluded")) {
      return absl::StrCat("> ", ShortestDecimal(*low), tail);
    }
    if (high.has_value() && !low.has_value() && view.Flag("high_excluded") &&
        !view.HasField("low_excluded")) {
      return absl::StrCat("< ", ShortestDecimal(*high), tail);
    }
    return std::nullopt;
  }
  if (value.has_value()) return absl::StrCat(ShortestDecimal(*value), tail);
  if (!high.has_value())
    return absl::StrCat(">= ", ShortestDecimal(*low), tail);
  if (!low.has_value())
    return absl::StrCat("<= ", ShortestDecimal(*high), tail);
  return absl::StrCat(ShortestDecimal(*low), "..", ShortestDecimal(*high),
                      tail);
}

bool QuantityFromText(absl::string_view text, Message& quantity) {
  quantity.Clear();
  text = absl::StripAsciiWhitespace(text);
  const auto skip_space = [&text] {
    text = absl::StripLeadingAsciiWhitespace(text);
  };
  const char* bound = nullptr;
  const char* excluded = nullptr;
  if (absl::ConsumePrefix(&text, ">=") || absl::ConsumePrefix(&text, "≥")) {
    bound = "low";
  } else if (absl::ConsumePrefix(&text, "<=") ||
             absl::ConsumePrefix(&text, "≤")) {
    bound = "high";
  } else if (absl::ConsumePrefix(&text, ">")) {
    bound = "low";
    excluded = "low_excluded";
  } else if (absl::ConsumePrefix(&text, "<")) {
    bound = "high";
    excluded = "high_excluded";
  } else if (absl::ConsumePrefix(&text, "..")) {
    bound = "high";
  }
  skip_space();
  double number = 0;
  if (!ConsumeNumber(text, number)) return false;
  bool fits = true;
  if (bound != nullptr) {
    fits = SetNumber(quantity, bound, number) &&
           (excluded == nullptr || SetFlag(quantity, excluded));
  } else if (absl::ConsumePrefix(&text, "..")) {
    fits = SetNumber(quantity, "low", number);
    double high = 0;
    absl::string_view rest = text;
    if (ConsumeNumber(rest, high)) {
      fits = fits && SetNumber(quantity, "high", high);
      text = rest;
    }
  } else {
    fits = SetNumber(quantity, "value", number);
  }
  skip_space();
  if (!fits || !IsUnit(text)) return false;
  SetUnit(quantity, text);
  return true;
}

bool YearsToMonths(Message& quantity) {
  const View view(quantity);
  if (view.Unit() != kYears) return false;
  for (const char* name : {"value", "low", "high"}) {
    if (const auto years = view.Number(name)) {
      SetNumber(quantity, name, InMonths(*years));
    }
  }
  SetUnit(quantity, kMonths);
  return true;
}

}  // namespace consilium
