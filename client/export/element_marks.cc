#include "client/export/element_marks.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "client/export/study_text.h"
#include "client/export/value_words.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

// How a change was made, where that tells more than that it was.
std::string KindText(v1::ChangeKind kind) {
  if (kind == v1::CHANGE_KIND_INDEPENDENT) return "independent extraction";
  return kind == v1::CHANGE_KIND_ADJUDICATION ? "adjudication" : "";
}

std::string LocatorText(const v1::Source& source) {
  if (!source.locator().empty()) return Capitalized(source.locator());
  if (!source.registration().empty()) return source.registration();
  return source.report().empty() ? "Source" : source.report();
}

// Institutions named once each: "north and south".
template <typename Values>
std::string Institutions(const Values& values) {
  std::vector<std::string> names;
  for (const v1::VisibleValue& value : values) {
    const std::string& name = value.institution();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return absl::StrJoin(names, " and ");
}

}  // namespace

std::string PublicationAnchor(absl::string_view id) {
  return absl::StrCat("publication-", id);
}

std::string DayText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

void ElementMarks::WriteDoubts(const MarkedElement& element,
                               const Study* study) {
  WriteAlternatives(element);
  WriteDerivations(element);
  WriteConflict(element, study);
  WriteAgreement(element);
}

void ElementMarks::WriteConflict(const MarkedElement& element,
                                 const Study* study) {
  const auto conflict = evidence_.conflicts.find(element.place);
  if (conflict == evidence_.conflicts.end()) return;
  html_.Open("div", {{"class", "mark disputed"}});
  html_.Element("b", "Disputed");
  html_.Text(". Shown above for now is the provisional value.");
  WriteDispute(conflict->second, study);
  html_.Close();
}

void ElementMarks::WriteAlternatives(const MarkedElement& element) {
  if (element.alternatives == nullptr || element.alternatives->empty()) return;
  html_.Open("div", {{"class", "mark doubted"}});
  html_.Element("b", "Doubted reading");
  html_.Open("ul");
  for (const v1::Alternative& alternative : *element.alternatives) {
    html_.Open("li").Text("or: ").Element("span", alternative.reading(),
                                          {{"class", "reading"}});
    if (!alternative.reason().empty()) {
      html_.Text(absl::StrCat(" (", alternative.reason(), ")"));
    }
    html_.Close();
  }
  html_.Close().Close();
}

void ElementMarks::WriteDerivations(const MarkedElement& element) {
  if (element.derivations == nullptr) return;
  for (const v1::Derivation& derivation : *element.derivations) {
    html_.Open("div", {{"class", "mark derived"}});
    html_.Element("b", "Derived, not printed");
    html_.Text(absl::StrCat(": ", PathWords(derivation.path()), ", from ",
                            EnumWords(derivation.method()),
                            derivation.note().empty() ? "" : ": ",
                            derivation.note()));
    html_.Close();
  }
}

void ElementMarks::WriteAgreement(const MarkedElement& element) {
  const auto it = evidence_.agreements.find(element.place);
  if (it == evidence_.agreements.end()) return;
  html_.Open("div", {{"class", "agreed"}});
  html_.Text(absl::StrCat("Agreed: ", Institutions(it->second.values()),
                          it->second.blind() ? ", independently" : ""));
  html_.Close();
}

void ElementMarks::WriteDispute(const v1::Conflict& conflict,
                                const Study* study) {
  std::vector<std::string> values;
  for (const v1::VisibleValue& value : conflict.values()) {
    values.push_back(value.value());
  }
  const std::vector<std::string> words =
      ValueWords({conflict.record(), conflict.path()}, values, study);
  html_.Open("ul");
  for (int i = 0; i < conflict.values_size(); ++i) {
    const v1::VisibleValue& value = conflict.values(i);
    html_.Open("li").Element("b", words[i]);
    html_.Text(
        absl::StrCat(": ", JoinWords({value.institution(), value.author(),
                                      DayText(value.claimed_time())},
                                     ", ")));
    if (!value.message().empty()) {
      html_.Text(absl::StrCat(" (“", value.message(), "”)"));
    }
    WritePlaceRead(SourceFromText(value.source()));
    html_.Close();
  }
  html_.Close();
}

void ElementMarks::WritePlaceRead(const v1::Source& source) {
  const std::string place = JoinWords(
      {source.report(), source.registration(), source.locator()}, ", ");
  if (!place.empty()) html_.Text(absl::StrCat("; read in ", place));
  if (!source.text().empty()) {
    html_.Text(", as ").Element("q", source.text());
  }
  if (!source.note().empty()) {
    html_.Text(absl::StrCat(". ", source.note()));
  }
}

const v1::Source* ElementMarks::SourceOf(const MarkedElement& element) const {
  const auto it = evidence_.entries.find(element.place);
  if (it == evidence_.entries.end()) return element.source;
  const std::vector<Entry>& entries = it->second;
  if (entries.size() > 1 && element.source != nullptr) return element.source;
  for (const Entry& entry : entries) {
    if (entry.source.ByteSizeLong() > 0) return &entry.source;
  }
  return element.source;
}

void ElementMarks::WriteValue(absl::string_view text,
                              const MarkedElement& element) {
  if (SourceOf(element) == nullptr && element.note.empty() &&
      evidence_.entries.count(element.place) == 0) {
    html_.Text(text);
    return;
  }
  html_.Open("details", {{"class", "value"}});
  html_.Element("summary", text);
  WriteOrigin(element);
  html_.Close();
}

void ElementMarks::WriteSource(const MarkedElement& element) {
  const v1::Source* const source = SourceOf(element);
  html_.Open("details").Open("summary");
  html_.Text(source == nullptr ? "No source recorded" : LocatorText(*source));
  if (source != nullptr && source->has_cites()) {
    html_.Element("span", "secondary source", {{"class", "secondary"}});
  }
  html_.Close();
  WriteOrigin(element);
  html_.Close();
}

void ElementMarks::WriteOrigin(const MarkedElement& element) {
  html_.Open("dl");
  const v1::Source* const source = SourceOf(element);
  if (source != nullptr) WriteSourceRows(*source);
  if (!element.note.empty()) {
    html_.Element("dt", "Remark").Element("dd", element.note);
  }
  const auto it = evidence_.entries.find(element.place);
  if (it != evidence_.entries.end()) WriteEntries(it->second);
  html_.Close();
}

void ElementMarks::WriteSourceRows(const v1::Source& source) {
  if (!source.text().empty()) {
    html_.Element("dt", "As printed");
    html_.Open("dd").Element("q", source.text()).Close();
  }
  if (!source.report().empty()) {
    html_.Element("dt", "Read in").Open("dd");
    WritePublication(source.report());
    if (!source.locator().empty()) {
      html_.Text(absl::StrCat(", ", source.locator()));
    }
    html_.Close();
  }
  if (!source.registration().empty()) {
    html_.Element("dt", "Read in the registry record");
    html_.Element("dd",
                  JoinWords({source.registration(), source.locator()}, ", "));
  }
  if (!source.cites().empty()) {
    html_.Element("dt", "A secondary source, which cites").Open("dd");
    WritePublication(source.cites());
    html_.Close();
  }
  if (!source.note().empty()) {
    html_.Element("dt", "Extractor’s note").Element("dd", source.note());
  }
}

void ElementMarks::WritePublication(const std::string& id) {
  const auto it = evidence_.publications.find(id);
  if (it == evidence_.publications.end()) {
    html_.Text(id);
    return;
  }
  const std::string text = PublicationText(it->second);
  const std::string target = absl::StrCat("#", PublicationAnchor(id));
  html_.Element("a", text.empty() ? id : text, {{"href", target}});
}

void ElementMarks::WriteEntries(const std::vector<Entry>& entries) {
  html_.Element("dt", "Entered by");
  for (const Entry& entry : entries) {
    const v1::ChangeInfo& change = entry.change;
    html_.Open("dd").Text(
        JoinWords({change.institution(), change.author(),
                   DayText(change.claimed_time()), KindText(change.kind())},
                  ", "));
    html_.Text(", change ").Element("code", ShortHash(change.hash()));
    if (!change.message().empty()) {
      html_.Text(absl::StrCat(": “", change.message(), "”"));
    }
    // A single entry's source stands above.
    if (entries.size() > 1) WritePlaceRead(entry.source);
    html_.Close();
  }
}

}  // namespace consilium
