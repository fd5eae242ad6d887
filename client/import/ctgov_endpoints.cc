#include "client/import/ctgov_endpoints.h"

#include <re2/re2.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/import/ctgov_parts.h"
#include "client/import/ctgov_values.h"
#include "client/import/limits.h"
#include "client/import/text_pattern.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/id_proposal.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// Words that tell elements apart stand in their keys, which have a size.
constexpr size_t kLabelSizeMax = 200;
constexpr size_t kEndpointIdSizeMax = 80;
// Words that tell an outcome from another one of its title.
constexpr size_t kTellingSizeMax = 60;

// Sets what tells an element apart.
void SetLabel(const std::string& label, v1::Estimate& estimate) {
  estimate.set_category(ShortenUtf8(label, kLabelSizeMax));
}
void SetLabel(const std::string& label, v1::Contrast& contrast) {
  contrast.set_measure_text(ShortenUtf8(label, kLabelSizeMax));
}
const std::string& LabelOf(const v1::Estimate& estimate) {
  return estimate.category();
}
const std::string& LabelOf(const v1::Contrast& contrast) {
  return contrast.measure_text();
}

std::string Joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? absl::StrCat(first, second)
                                         : absl::StrCat(first, ": ", second);
}

// Changes the label of `element` until no element of `keys` has its key.
template <typename Element>
void MakeDistinct(const std::vector<std::string>& labels,
                  std::set<std::string>& keys, Element& element) {
  const std::string own = LabelOf(element);
  if (keys.insert(BuildKey(element)).second) return;
  std::string words = own;
  for (const std::string& label : labels) {
    if (label.empty() || absl::StrContains(words, label)) continue;
    words = Joined(words, label);
    SetLabel(words, element);
    if (keys.insert(BuildKey(element)).second) return;
  }
  for (int n = 2;; ++n) {
    SetLabel(absl::StrCat(ShortenUtf8(words, kLabelSizeMax - 8), " (", n, ")"),
             element);
    if (keys.insert(BuildKey(element)).second) return;
  }
}

// Whether a title is of another analysis of what another one has.
bool IsSecondLook(const std::string& title) {
  return Says(title, "\\b(sensitivity|supportive|supplementary)\\b");
}

// Whether a title says no more than what is measured, by whom and how.
bool IsJustMeasure(const std::string& title) {
  static const auto& words = *new std::set<std::string>{"progression",
                                                        "free",
                                                        "survival",
                                                        "pfs",
                                                        "os",
                                                        "overall",
                                                        "objective",
                                                        "response",
                                                        "rate",
                                                        "orr",
                                                        "duration",
                                                        "dor",
                                                        "disease",
                                                        "control",
                                                        "dcr",
                                                        "time",
                                                        "dfs",
                                                        "efs",
                                                        "event",
                                                        "ttp",
                                                        "dmfs",
                                                        "distant",
                                                        "metastasis",
                                                        "css",
                                                        "cancer",
                                                        "specific",
                                                        "second",
                                                        "pfs2",
                                                        "2",
                                                        "first",
                                                        "subsequent",
                                                        "therapy",
                                                        "tfst",
                                                        "failure",
                                                        "ttf",
                                                        "clinical",
                                                        "benefit",
                                                        "cbr",
                                                        "complete",
                                                        "cr",
                                                        "ttr",
                                                        "depth",
                                                        "local",
                                                        "tumor",
                                                        "tumour",
                                                        "blinded",
                                                        "independent",
                                                        "central",
                                                        "review",
                                                        "bicr",
                                                        "irc",
                                                        "icr",
                                                        "committee",
                                                        "radiological",
                                                        "radiology",
                                                        "investigator",
                                                        "investigators",
                                                        "assessed",
                                                        "assessment",
                                                        "evaluated",
                                                        "evaluation",
                                                        "local",
                                                        "recist",
                                                        "1",
                                                        "v1",
                                                        "version",
                                                        "v",
                                                        "criteria",
                                                        "solid",
                                                        "tumors",
                                                        "tumours",
                                                        "median",
                                                        "using",
                                                        "based",
                                                        "according",
                                                        "determined",
                                                        "measured",
                                                        "on",
                                                        "from",
                                                        "at",
                                                        "by",
                                                        "per",
                                                        "percentage",
                                                        "number",
                                                        "with",
                                                        "months",
                                                        "or",
                                                        "an",
                                                        "best",
                                                        "dose",
                                                        "limiting",
                                                        "toxicity",
                                                        "toxicities",
                                                        "dlt",
                                                        "dlts"};
  for (const absl::string_view word :
       absl::StrSplit(KebabOf(title, 8000), '-', absl::SkipEmpty())) {
    if (words.count(std::string(word)) == 0 && !IsPlainPopulation(word)) {
      return false;
    }
  }
  return true;
}

// The few words of a description that another one lacks, "CD8"; "" when they
// are many or none.
std::string WordsBeyond(const std::string& description,
                        const std::string& other) {
  constexpr size_t kWordsMax = 3;
  constexpr size_t kWordSizeMax = 24;
  const auto words_of = [](const std::string& text) {
    std::vector<std::string> words;
    re2::StringPiece rest = text;
    std::string word;
    while (RE2::FindAndConsume(&rest, Pattern("([\\pL\\pN]+)"), &word)) {
      words.push_back(word);
    }
    return words;
  };
  const std::vector<std::string> known = words_of(other);
  std::set<std::string> seen(known.begin(), known.end());
  std::vector<std::string> beyond;
  for (const std::string& word : words_of(description)) {
    if (word.size() > kWordSizeMax) return "";
    if (seen.insert(word).second) beyond.push_back(word);
  }
  return beyond.size() > kWordsMax ? "" : absl::StrJoin(beyond, " ");
}

// Adds the terms that an outcome is narrowed by to a group.
void Narrow(const std::vector<v1::Subgroup>& parts, v1::Group& group) {
  for (const v1::Subgroup& part : parts) *group.add_subgroups() = part;
}
void Narrow(const std::vector<v1::Subgroup>& parts, v1::Estimate& estimate) {
  Narrow(parts, *estimate.mutable_group());
}
void Narrow(const std::vector<v1::Subgroup>& parts, v1::Contrast& contrast) {
  if (contrast.has_group()) Narrow(parts, *contrast.mutable_group());
  if (contrast.has_reference()) Narrow(parts, *contrast.mutable_reference());
  for (v1::Group& each : *contrast.mutable_among()) Narrow(parts, each);
}

std::string KeysOf(const std::vector<v1::Subgroup>& parts) {
  return absl::StrJoin(parts, " ",
                       [](std::string* out, const v1::Subgroup& part) {
                         absl::StrAppend(out, BuildKey(part));
                       });
}

v1::Endpoint SampleOf(const std::string& title, v1::Measure measure) {
  v1::Endpoint sample;
  sample.set_measure(measure == v1::MEASURE_UNSPECIFIED ? MeasureOf(title)
                                                        : measure);
  if (sample.measure() == v1::MEASURE_OTHER) {
    const std::string text = Says(title, "second subsequent|\\bTSST\\b")
                                 ? "time-to-second-subsequent-therapy"
                                 : KebabOf(title, kEndpointIdSizeMax);
    sample.set_measure_text(text.empty() ? "outcome" : text);
  }
  if (const auto value = CompartmentOf(WithoutSites(title)))
    sample.set_compartment(value);
  if (const auto value = AssessorOf(title)) sample.set_assessor(value);
  return sample;
}

}  // namespace

CtgovEndpoints::Entry& CtgovEndpoints::NewEntry(const std::string& id,
                                                const v1::Endpoint& sample,
                                                const JsonNode& outcome) {
  auto& endpoint = builder_.Add<v1::Endpoint>(outcome);
  endpoint.MergeFrom(sample);
  builder_.last().id = id;
  builder_.SetText(endpoint, "description", outcome["description"]);
  builder_.SetText(endpoint, "time_frame", outcome["timeFrame"]);
  Entry& entry = entries_[id];
  entry.endpoint = &endpoint;
  entry.size_bytes = endpoint.ByteSizeLong();
  outcomes_.insert_or_assign(id, outcome);
  return entry;
}

const std::string& CtgovEndpoints::TitleOf(const JsonNode& outcome,
                                           const char* member) {
  std::string& title = titles_[outcome.path()];
  if (!title.empty()) return title;
  const std::string printed = outcome[member].text();
  std::vector<JsonNode>& same = titled_[printed];
  same.push_back(outcome);
  title = printed;
  if (same.size() == 1) return title;
  const JsonNode& first = same.front();
  std::string told =
      WordsBeyond(outcome["description"].text(), first["description"].text());
  const std::string time = outcome["timeFrame"].text();
  if (told.empty() && time != first["timeFrame"].text()) {
    told = ShortenUtf8(time, kTellingSizeMax);
  }
  const auto is_taken = [&](const std::string& words) {
    for (const auto& [path, other] : titles_) {
      if (&other != &title && other == words) return true;
    }
    return false;
  };
  title = absl::StrCat(printed, " (", told, ")");
  if (told.empty() || is_taken(title)) {
    title = absl::StrCat(printed, " (", same.size(), ")");
  }
  builder_.Warn(outcome[member], printed,
                absl::StrCat("is the title of another outcome too; told apart "
                             "as ",
                             Quote(title)));
  return title;
}

// How little the title of an outcome says beside the measure.
CtgovEndpoints::Rank CtgovEndpoints::RankOf(const Place& place) {
  if (!place.parts.empty()) return Rank::kPart;
  return IsJustMeasure(place.title) ? Rank::kPlain : Rank::kWhole;
}

// What is called like a measure and is another.
void CtgovEndpoints::NoteMeasure(const JsonNode& title,
                                 const v1::Endpoint& sample) {
  if (sample.measure() != v1::MEASURE_OTHER || !IsOtherResponse(title.text())) {
    return;
  }
  builder_.Warn(title, title.text(),
                absl::StrCat("is another measure than an objective or complete "
                             "response; taken as one of its own, ",
                             sample.measure_text()));
}

// What the endpoint says of itself is what its first outcome says, or the first
// that is titled just by its measure, or is of all participants.
void CtgovEndpoints::AddOutcome(const JsonNode& outcome,
                                const char* title_member, const Place& place,
                                Entry& entry) {
  v1::Endpoint& endpoint = *entry.endpoint;
  if (RankOf(place) < entry.rank) {
    endpoint.add_labels(ShortenUtf8(endpoint.title(), kLabelSizeMax));
    for (const char* field : {"title", "description", "time_frame"}) {
      endpoint.GetReflection()->ClearField(
          &endpoint, endpoint.GetDescriptor()->FindFieldByName(field));
    }
    builder_.SetText(endpoint, "title", outcome[title_member]);
    builder_.SetText(endpoint, "description", outcome["description"]);
    builder_.SetText(endpoint, "time_frame", outcome["timeFrame"]);
    entry.title = place.title;
    entry.rank = RankOf(place);
    outcomes_.insert_or_assign(place.id, outcome);
    return;
  }
  if (place.title != entry.title) {
    builder_.SetText(endpoint, "labels", outcome[title_member]);
  }
  outcome["description"].text();
  outcome["timeFrame"].text();
}

void CtgovEndpoints::FindPlain(const std::vector<JsonNode>& outcomes) {
  for (const JsonNode& outcome : outcomes) {
    const std::string title = TitleOf(outcome, "title");
    const v1::Endpoint sample = SampleOf(title, v1::MEASURE_UNSPECIFIED);
    const auto id = ProposeId(
        sample,
        *RecordTraitsTable::Get().FindByDescriptor(v1::Endpoint::descriptor()),
        "id");
    if (sample.measure() == v1::MEASURE_OTHER || !IsJustMeasure(title) ||
        !id.ok() || !PartsIn(outcome, title, sample).empty()) {
      continue;
    }
    plain_.emplace(
        absl::StrCat(*id, "  estimate ", outcome["paramType"].text()), title);
    for (const JsonNode& analysis : outcome["analyses"].items()) {
      plain_.emplace(
          absl::StrCat(*id, "  contrast ", analysis["paramType"].text()),
          title);
    }
  }
}

std::vector<v1::Subgroup> CtgovEndpoints::PartsIn(
    const JsonNode& outcome, const std::string& title,
    const v1::Endpoint& sample) const {
  return PartsOf(title, outcome["populationDescription"].text(), trial_,
                 sample.measure() == v1::MEASURE_OTHER ? TitleWords::kTerms
                                                       : TitleWords::kAll);
}

CtgovEndpoints::Place CtgovEndpoints::PlaceFor(const JsonNode& outcome,
                                               const char* title_member,
                                               v1::Measure measure) {
  const std::string title = TitleOf(outcome, title_member);
  const v1::Endpoint sample = SampleOf(title, measure);
  const auto& traits =
      *RecordTraitsTable::Get().FindByDescriptor(v1::Endpoint::descriptor());
  const auto proposed = ProposeId(sample, traits, "id");
  std::string id = proposed.ok() ? *proposed : "endpoint";
  // What has no name of its own is one endpoint only under one title.
  if (sample.measure() == v1::MEASURE_OTHER) {
    const std::string base = id;
    for (int n = 2; entries_.count(id) > 0 && entries_[id].title != title;
         ++n) {
      id = absl::StrCat(base, "-", n);
    }
  }
  const Place place{id, title, PartsIn(outcome, title, sample),
                    outcome["paramType"].text()};
  const auto known = entries_.find(id);
  if (known == entries_.end()) {
    Entry& entry = NewEntry(id, sample, outcome);
    entry.title = title;
    entry.rank = RankOf(place);
    NoteMeasure(outcome[title_member], sample);
    builder_.SetText(*entry.endpoint, "title", outcome[title_member]);
    builder_.SetEnum(*entry.endpoint, "role", outcome["type"]);
    return place;
  }
  Entry& entry = known->second;
  AddOutcome(outcome, title_member, place, entry);
  // The highest rank of them.
  v1::Endpoint other;
  builder_.SetEnum(other, "role", outcome["type"]);
  if (other.has_role() &&
      (!entry.endpoint->has_role() || other.role() < entry.endpoint->role())) {
    entry.endpoint->set_role(other.role());
  }
  return place;
}

void CtgovEndpoints::SetRole(const Place& place, v1::EndpointRole role) {
  v1::Endpoint& endpoint = *entries_[place.id].endpoint;
  if (!endpoint.has_role()) endpoint.set_role(role);
}

v1::Measure CtgovEndpoints::MeasureAt(const Place& place) const {
  return entries_.at(place.id).endpoint->measure();
}

CtgovEndpoints::Entry& CtgovEndpoints::EntryWithRoom(const Place& place,
                                                     size_t size_bytes) {
  std::string id = place.id;
  for (int n = 2;; ++n) {
    Entry& entry = entries_[id];
    if (entry.size_bytes + size_bytes <= kImportRecordSizeWanted) {
      entry.size_bytes += size_bytes;
      return entry;
    }
    const std::string next = absl::StrCat(place.id, "-part-", n);
    if (entries_.count(next) == 0) {
      v1::Endpoint sample;
      const v1::Endpoint& full = *entry.endpoint;
      sample.set_title(full.title());
      sample.set_measure(full.measure());
      if (full.has_measure_text()) sample.set_measure_text(full.measure_text());
      if (full.has_compartment()) sample.set_compartment(full.compartment());
      if (full.has_assessor()) sample.set_assessor(full.assessor());
      if (full.has_role()) sample.set_role(full.role());
      const JsonNode outcome = outcomes_.at(place.id);
      NewEntry(next, sample, outcome);
    }
    id = next;
  }
}

template <typename Element>
void CtgovEndpoints::Label(const Place& place, const std::string& kind,
                           Element& element) {
  Narrow(place.parts, element);
  const std::string whom = KeysOf(place.parts);
  const auto plain = plain_.find(absl::StrCat(place.id, " ", whom, " ",
                                              kind.substr(0, kind.find(' ')),
                                              " ", place.kind));
  Entry& entry = entries_[place.id];
  const std::string& owner =
      entry.owners
          .emplace(absl::StrCat(kind, " ", whom),
                   plain == plain_.end() ? place.title : plain->second)
          .first->second;
  if (owner == place.title && !IsSecondLook(place.title)) return;
  SetLabel(Joined(LabelOf(element), place.title), element);
}

void CtgovEndpoints::Add(const Place& place, v1::Estimate estimate,
                         const std::vector<std::string>& labels) {
  Label(place, absl::StrCat("estimate ", estimate.statistic()), estimate);
  Entry& entry =
      EntryWithRoom(place, estimate.ByteSizeLong() + kImportElementOverhead);
  MakeDistinct(labels, entry.keys, estimate);
  *entry.endpoint->add_estimates() = std::move(estimate);
}

void CtgovEndpoints::Add(const Place& place, v1::Contrast contrast,
                         const std::vector<std::string>& labels) {
  Label(place, absl::StrCat("contrast ", contrast.measure()), contrast);
  Entry& entry =
      EntryWithRoom(place, contrast.ByteSizeLong() + kImportElementOverhead);
  MakeDistinct(labels, entry.keys, contrast);
  *entry.endpoint->add_contrasts() = std::move(contrast);
}

}  // namespace consilium
