#include "client/export/element_marks.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "client/export/study_text.h"
#include "client/export/value_words.h"
#include "client/export/words.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

constexpr char kSecondary[] = "secondary source";

bool IsSecondary(const MarkedElement& element) {
  return element.source != nullptr && element.source->has_cites();
}

v1::Source ParseSource(const std::string& json) {
  v1::Source source;
  if (!json.empty() &&
      !ParseMessage("source", json, TextFormat::kJson, source).ok()) {
    source.Clear();
    source.set_text(json);  // Of a newer release.
  }
  return source;
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
  if (element.derivations != nullptr) {
    for (const v1::Derivation& derivation : *element.derivations) {
      html_.Open("div", {{"class", "mark derived"}});
      html_.Element("b", "Derived, not printed");
      html_.Text(absl::StrCat(
          ": ", PathWords(derivation.path()), ", from ",
          EnumWords(derivation.method()),
          derivation.note().empty() ? "" : ": ", derivation.note()));
      html_.Close();
    }
  }
  const auto conflict = evidence_.conflicts.find(element.place);
  if (conflict != evidence_.conflicts.end()) {
    html_.Open("div", {{"class", "mark disputed"}});
    html_.Element("b", "Disputed");
    html_.Text(". Shown above for now is the provisional value.");
    WriteDispute(conflict->second, study);
    html_.Close();
  }
  const auto agreement = evidence_.agreements.find(element.place);
  if (agreement != evidence_.agreements.end()) {
    WriteAgreement(agreement->second);
  }
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

void ElementMarks::WriteAgreement(const v1::Agreement& agreement) {
  html_.Open("div", {{"class", "mark agreed"}});
  html_.Element("b", "Agreed");
  html_.Text(absl::StrCat(
      ": ", Institutions(agreement.values()),
      agreement.blind() ? ", each without knowing the other’s value"
                        : ", the other’s value being known"));
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
    html_.Open("li").Element("b", words[i]).Text(": ");
    WriteSpeaker(conflict.values(i));
    html_.Close();
  }
  html_.Close();
}

void ElementMarks::WriteSpeaker(const v1::VisibleValue& value) {
  html_.Text(JoinWords(
      {value.institution(), value.author(), DayText(value.claimed_time())},
      ", "));
  if (!value.message().empty()) {
    html_.Text(absl::StrCat(" (“", value.message(), "”)"));
  }
  const v1::Source source = ParseSource(value.source());
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

void ElementMarks::WriteSource(const MarkedElement& element) {
  html_.Open("details").Open("summary");
  html_.Text(element.source == nullptr ? "No source recorded"
                                       : LocatorText(*element.source));
  if (IsSecondary(element)) {
    html_.Element("span", kSecondary, {{"class", "secondary"}});
  }
  html_.Close();
  WriteOrigin(element);
  html_.Close();
}

void ElementMarks::WriteSmallSource(const MarkedElement& element) {
  html_.Open("details", {{"class", "small"}});
  html_.Element("summary", IsSecondary(element) ? kSecondary : "source");
  WriteOrigin(element);
  html_.Close();
}

void ElementMarks::WriteOrigin(const MarkedElement& element) {
  html_.Open("dl");
  if (element.source != nullptr) WriteSourceRows(*element.source);
  if (!element.note.empty()) {
    html_.Element("dt", "Remark").Element("dd", element.note);
  }
  WriteEntries(element.place);
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
    html_.Element("dd", JoinWords({source.registration(), source.locator()},
                                  ", "));
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

void ElementMarks::WriteEntries(const RegistryEvidence::Place& place) {
  const auto agreement = evidence_.agreements.find(place);
  if (agreement != evidence_.agreements.end()) {
    html_.Element("dt", "Agreed by");
    for (const v1::VisibleValue& value : agreement->second.values()) {
      html_.Open("dd");
      WriteSpeaker(value);
      html_.Close();
    }
  }
  const auto it = evidence_.provenance.find(place);
  if (it == evidence_.provenance.end()) return;
  html_.Element("dt", "Entered by");
  for (const v1::ChangeInfo& info : it->second) {
    html_.Open("dd").Text(JoinWords({info.institution(), info.author(),
                                     DayText(info.claimed_time()),
                                     EnumWords(info.kind())},
                                    ", "));
    html_.Text(", change ").Element("code", ShortHash(info.hash()));
    if (!info.message().empty()) {
      html_.Text(absl::StrCat(": “", info.message(), "”"));
    }
    html_.Close();
  }
}

}  // namespace consilium
