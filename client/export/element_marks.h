// What stands beside a value on the page: doubts, disputes and agreements in
// sight, and where it comes from one click away.
#ifndef CONSILIUM_CLIENT_EXPORT_ELEMENT_MARKS_H_
#define CONSILIUM_CLIENT_EXPORT_ELEMENT_MARKS_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/export/registry_evidence.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/html.h"

namespace consilium {

// A value with what its record keeps beside it. Points into the record.
struct MarkedElement {
  RegistryEvidence::Place place;
  const v1::Source* source = nullptr;  // Null when none is known.
  const google::protobuf::RepeatedPtrField<v1::Alternative>* alternatives =
      nullptr;
  const google::protobuf::RepeatedPtrField<v1::Derivation>* derivations =
      nullptr;
  std::string note;
};

// A field of `record`.
template <typename Record>
MarkedElement FieldOfRecord(const Record& record, absl::string_view field) {
  MarkedElement marked;
  marked.place = {record.name(), std::string(field)};
  if (record.has_source()) marked.source = &record.source();
  return marked;
}

// An element of the keyed field `field` of `record`.
template <typename Record, typename Element>
MarkedElement ElementOfRecord(const Record& record, absl::string_view field,
                              const Element& element) {
  MarkedElement marked =
      FieldOfRecord(record, absl::StrCat(field, "[", element.key(), "]"));
  if (element.has_source()) marked.source = &element.source();
  if constexpr (requires { element.alternatives(); }) {
    marked.alternatives = &element.alternatives();
  }
  if constexpr (requires { element.derivations(); }) {
    marked.derivations = &element.derivations();
  }
  if constexpr (requires { element.note(); }) marked.note = element.note();
  return marked;
}

// One thread. `evidence` and `html` must outlive it.
class ElementMarks {
 public:
  ElementMarks(const RegistryEvidence& evidence, HtmlWriter& html)
      : evidence_(evidence), html_(html) {}

  // `text`, which opens to where it was read and who entered it.
  void WriteValue(absl::string_view text, const MarkedElement& element);

  // The locator, which opens to the same.
  void WriteSource(const MarkedElement& element);

  // Other readings, numbers that are not printed, values in conflict with who
  // said what, and agreements. Nothing when there is none. `study` may be null.
  void WriteDoubts(const MarkedElement& element, const Study* study);

  // The values in conflict, if they are.
  void WriteConflict(const MarkedElement& element, const Study* study);

  // The values in conflict at a place, one a line.
  void WriteDispute(const v1::Conflict& conflict, const Study* study);

 private:
  void WriteAlternatives(const MarkedElement& element);
  void WriteDerivations(const MarkedElement& element);
  void WriteAgreement(const MarkedElement& element);
  // Where the element was read: the source of its only entry, else the one
  // that its record has for it, else that of any entry. Null when none is
  // known.
  const v1::Source* SourceOf(const MarkedElement& element) const;
  void WriteOrigin(const MarkedElement& element);
  void WriteSourceRows(const v1::Source& source);
  void WriteEntries(const std::vector<Entry>& entries);
  // A publication by what is known of it, with a link to the list of sources.
  void WritePublication(const std::string& id);
  // "; read in X, section 2, as “...”".
  void WritePlaceRead(const v1::Source& source);

  const RegistryEvidence& evidence_;
  HtmlWriter& html_;
};

// The id of a publication's entry in the list of sources.
std::string PublicationAnchor(absl::string_view id);

// "2026-11-23", in UTC; "" when absent.
std::string DayText(const google::protobuf::Timestamp& time);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_ELEMENT_MARKS_H_
