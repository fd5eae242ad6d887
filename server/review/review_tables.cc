#include "server/review/review_tables.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/evidence/evidence.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/row_matcher.h"
#include "server/evidence/study_readings.h"
#include "server/evidence/treatment.h"
#include "server/evidence/vocabulary.h"
#include "server/review/review_plan.h"
#include "server/review/study_selection.h"
#include "server/synthesis/kappa.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

constexpr char kTargeted[] = "targeted-therapy";

bool IsTrial(const v1::EvidenceRow& row) {
  return row.kind() == v1::EVIDENCE_KIND_TRIAL;
}

bool IsAdverseEvent(const v1::EvidenceRow& row) {
  return row.kind() == v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT ||
         row.kind() == v1::EVIDENCE_KIND_ADVERSE_EVENT_CONTRAST;
}

bool IsResult(const v1::EvidenceRow& row) {
  return row.kind() == v1::EVIDENCE_KIND_ESTIMATE ||
         row.kind() == v1::EVIDENCE_KIND_CONTRAST || IsAdverseEvent(row);
}

bool IsOngoing(v1::TrialStatus status) {
  return status == v1::TRIAL_STATUS_ONGOING ||
         status == v1::TRIAL_STATUS_ACTIVE_NOT_RECRUITING ||
         status == v1::TRIAL_STATUS_ENROLLING_BY_INVITATION ||
         status == v1::TRIAL_STATUS_NOT_YET_RECRUITING ||
         status == v1::TRIAL_STATUS_RECRUITING;
}

// Whether its results are awaited and nobody says whether it goes on.
bool MayGoOn(const v1::EvidenceRow& row) {
  return !row.has_status() && IsUnstated("status", row);
}

std::set<std::string> TrialsWithResults(const ReviewInput& input) {
  std::set<std::string> trials;
  for (const v1::EvidenceRow* row : input.rows) {
    if (IsResult(*row)) trials.insert(row->trial_id());
  }
  return trials;
}

// The sections as the page shows them.
std::vector<const v1::ReviewSection*> SectionsInOrder(
    const v1::Review& review) {
  std::vector<const v1::ReviewSection*> sections;
  for (const v1::ReviewSection& section : review.sections()) {
    sections.push_back(&section);
  }
  std::sort(
      sections.begin(), sections.end(),
      [](const v1::ReviewSection* a, const v1::ReviewSection* b) {
        return std::make_tuple(!a->has_position(), a->position(), a->id()) <
               std::make_tuple(!b->has_position(), b->position(), b->id());
      });
  return sections;
}

// The trials that a section's filter means, and those that it may mean with the
// fields that keep them from matching, by id.
struct SectionTrials {
  std::set<std::string> held;
  std::map<std::string, std::set<std::string>> possible;
};

SectionTrials TrialsOf(const v1::ReviewSection& section,
                       const ReviewInput& input) {
  SectionTrials trials;
  if (!section.has_filter()) return trials;
  const auto filter = ParseRowFilter(section.filter());
  if (!filter.ok()) return trials;
  RowMatcher matcher(filter->root());
  for (const v1::EvidenceRow* row : input.rows) {
    if (!IsTrial(*row)) continue;
    std::set<std::string> fields;
    switch (matcher.Match(*row, fields)) {
      case RowMatch::kYes:
        trials.held.insert(row->trial_id());
        break;
      case RowMatch::kMay:
        trials.possible[row->trial_id()] = std::move(fields);
        break;
      case RowMatch::kNo:
        break;
    }
  }
  return trials;
}

// What a reader needs to know a publication by.
v1::Publication CitedAs(const v1::Publication& publication) {
  v1::Publication cited;
  cited.set_name(publication.name());
  if (publication.has_title()) cited.set_title(publication.title());
  *cited.mutable_authors() = publication.authors();
  if (publication.has_year()) cited.set_year(publication.year());
  if (publication.has_journal()) cited.set_journal(publication.journal());
  if (publication.has_pmid()) cited.set_pmid(publication.pmid());
  if (publication.has_doi()) cited.set_doi(publication.doi());
  for (const v1::Citation& citation : publication.cited_in()) {
    v1::Citation& copy = *cited.add_cited_in();
    copy = citation;
    copy.clear_source();
  }
  return cited;
}

// A row as tables show it; a trial with its arms, for their doses, and with the
// publication of its results, for its authors and where it is cited.
v1::EvidenceRow Shown(const v1::EvidenceRow& row) {
  v1::EvidenceRow copy;
  CopyRow(row, {.provenance = true}, copy);
  if (IsTrial(row)) {
    *copy.mutable_arms() = row.arms();
    if (row.has_publication()) {
      *copy.mutable_publication() = CitedAs(row.publication());
    }
  } else {
    // What its arms may have been stands beside the trial.
    auto& readings = *copy.mutable_alternatives();
    const int own = OwnReadings(row);
    while (readings.size() > own) readings.RemoveLast();
  }
  return copy;
}

void FillSection(const std::set<std::string>& trials, const ReviewInput& input,
                 v1::SectionResult& section) {
  for (const v1::EvidenceRow* row : input.rows) {
    if (trials.count(row->trial_id()) == 0) continue;
    if (IsTrial(*row)) {
      *section.add_trials() = Shown(*row);
    } else if (row->kind() == v1::EVIDENCE_KIND_CONCLUSION) {
      *section.add_conclusions() = Shown(*row);
    } else if (IsAdverseEvent(*row)) {
      *section.add_adverse_events() = Shown(*row);
    } else {
      *section.add_results() = Shown(*row);
    }
  }
}

// The terms of `ids` that no other of them is narrower than.
std::vector<std::string> Narrowest(
    v1::Vocabulary vocabulary,
    const google::protobuf::RepeatedPtrField<std::string>& ids) {
  std::set<std::string> broader;
  for (const std::string& id : ids) {
    const std::vector<std::string> chain =
        TermList::Of(vocabulary).WithBroader(id);
    broader.insert(std::next(chain.begin()), chain.end());
  }
  std::vector<std::string> narrowest;
  for (const std::string& id : ids) {
    if (broader.count(id) == 0) narrowest.push_back(id);
  }
  return narrowest;
}

bool IsTargeted(const std::string& drug_class) {
  const std::vector<std::string> chain =
      TermList::Of(v1::VOCABULARY_DRUG_CLASS).WithBroader(drug_class);
  return std::find(chain.begin(), chain.end(), kTargeted) != chain.end();
}

// The drug classes that the arms of a trial stand at, each with the columns of
// the radiotherapy that was given with it and the arms that stand in them.
using TrialCells =
    std::map<std::string, std::map<std::string, std::vector<const v1::Arm*>>>;

TrialCells CellsOf(const v1::EvidenceRow& row) {
  TrialCells cells;
  for (const v1::Arm& arm : row.arms()) {
    const Treatment treatment = TreatmentOf({&arm});
    const std::set<std::string> columns = RadiotherapyColumns(arm);
    const google::protobuf::RepeatedPtrField<std::string> classes(
        treatment.drug_classes.begin(), treatment.drug_classes.end());
    for (const std::string& drug_class :
         Narrowest(v1::VOCABULARY_DRUG_CLASS, classes)) {
      if (!IsTargeted(drug_class)) continue;
      for (const std::string& column : columns) {
        cells[drug_class][column].push_back(&arm);
      }
    }
  }
  return cells;
}

// How many participants the arm had as a whole; 0 when it does not tell.
int ParticipantsOf(const v1::Arm& arm) {
  int participants = 0;
  for (const v1::ParticipantCount& count : arm.participant_counts()) {
    if (count.subgroups().empty()) {
      participants = std::max(participants, count.count());
    }
  }
  return participants;
}

// The participants of a trial that count in one of its cells of a drug class.
// Whoever was treated in several ways, or who knows in which, counts in none.
int ParticipantsIn(
    const v1::EvidenceRow& row,
    const std::map<std::string, std::vector<const v1::Arm*>>& cells,
    const std::string& column) {
  if (cells.size() == 1) return row.enrolled();
  int participants = 0;
  for (const v1::Arm* arm : cells.at(column)) {
    const int of_arm = ParticipantsOf(*arm);
    if (of_arm == 0 || RadiotherapyColumns(*arm).size() > 1) return 0;
    participants += of_arm;
  }
  return participants;
}

void CountIn(const v1::EvidenceRow& row, bool has_results, int participants,
             v1::GapCell& cell) {
  cell.add_trial_ids(row.trial_id());
  if (row.design() == v1::STUDY_DESIGN_PRECLINICAL) {
    cell.set_preclinical(cell.preclinical() + 1);
    return;
  }
  if (has_results) {
    cell.set_trials(cell.trials() + 1);
    if (row.design() == v1::STUDY_DESIGN_RANDOMIZED) {
      cell.set_randomized(cell.randomized() + 1);
    }
    cell.set_participants(cell.participants() + participants);
  } else if (IsOngoing(row.status())) {
    cell.set_ongoing(cell.ongoing() + 1);
  }
}

// The words of the report in lower case, of an event whose term says nothing;
// empty of others.
std::string OwnTitle(const v1::EvidenceRow& row) {
  return row.adverse_event() == "other" || row.adverse_event() == "others"
             ? absl::AsciiStrToLower(row.event().title())
             : "";
}

using Screeners = std::tuple<v1::ScreeningStage, std::string, std::string>;

void CompareDecisions(const v1::Screening& screening,
                      std::map<Screeners, RatingTable>& tables) {
  for (const v1::ScreeningDecision& first : screening.decisions()) {
    for (const v1::ScreeningDecision& second : screening.decisions()) {
      if (first.stage() != second.stage() ||
          first.screener() >= second.screener() ||
          first.screener() == "consensus" || second.screener() == "consensus") {
        continue;
      }
      ++tables[{first.stage(), first.screener(), second.screener()}]
              [{first.decision(), second.decision()}];
    }
  }
}

}  // namespace

Inclusion IncludeTrials(const ReviewInput& input) {
  Inclusion inclusion;
  std::map<std::string, std::string> apart;  // Trial to the section's title.
  std::map<std::string, std::set<std::string>> may_be_apart;
  for (const v1::ReviewSection* section : SectionsInOrder(input.review)) {
    if (!section->never_pooled()) continue;
    SectionTrials trials = TrialsOf(*section, input);
    for (const std::string& trial : trials.held) {
      apart.emplace(trial, section->title());
      inclusion.apart.insert(trial);
    }
    for (auto& [trial, fields] : trials.possible) {
      may_be_apart[trial].merge(fields);
    }
  }
  const auto& named = input.review.excluded_trials();
  const auto filter = ParseRowFilter(input.review.inclusion_filter());
  std::optional<RowMatcher> matcher;
  if (filter.ok()) matcher.emplace(filter->root());
  for (const v1::EvidenceRow* row : input.rows) {
    if (!IsTrial(*row)) continue;
    const std::string& id = row->trial_id();
    std::set<std::string> fields;
    const RowMatch match =
        matcher.has_value() ? matcher->Match(*row, fields) : RowMatch::kNo;
    if (apart.count(id) > 0 || match == RowMatch::kYes) {
      inclusion.in_scope.insert(id);
    }
    const auto exclude = [&](v1::ExclusionReason reason, std::string why) {
      inclusion.excluded.push_back(MakeExcluded(*row, reason, std::move(why)));
    };
    if (std::find(named.begin(), named.end(), id) != named.end()) {
      exclude(v1::EXCLUSION_REASON_PROTOCOL,
              "the protocol names it among excludedTrials");
    } else if (row->design() == v1::STUDY_DESIGN_PRECLINICAL) {
      exclude(v1::EXCLUSION_REASON_PRECLINICAL,
              "preclinical evidence is listed and never pooled");
    } else if (apart.count(id) > 0) {
      exclude(v1::EXCLUSION_REASON_PROTOCOL,
              absl::StrCat("it is listed apart and never pooled: ", apart[id]));
    } else if (match == RowMatch::kNo) {
      exclude(v1::EXCLUSION_REASON_PROTOCOL,
              "the inclusion filter does not hold");
    } else if (match == RowMatch::kMay || may_be_apart.count(id) > 0) {
      fields.merge(may_be_apart[id]);
      inclusion.possible[id] = MakePossible(*row, fields);
    } else {
      inclusion.included.insert(id);
      for (const FilterNode* comparison : matcher->unsaid()) {
        inclusion.unsaid[comparison->path.ToString()].insert(row->study());
      }
    }
  }
  return inclusion;
}

std::vector<v1::SectionResult> MakeSections(const ReviewInput& input,
                                            const Inclusion& inclusion) {
  std::vector<v1::SectionResult> sections;
  for (const v1::ReviewSection* planned : SectionsInOrder(input.review)) {
    v1::SectionResult& section = sections.emplace_back();
    section.set_id(planned->id());
    section.set_title(planned->title());
    if (planned->has_text()) section.set_text(planned->text());
    if (planned->never_pooled()) section.set_never_pooled(true);
    const SectionTrials trials = TrialsOf(*planned, input);
    FillSection(trials.held, input, section);
    for (const v1::EvidenceRow* row : input.rows) {
      const auto possible = trials.possible.find(row->trial_id());
      if (IsTrial(*row) && possible != trials.possible.end()) {
        *section.add_possible() = MakePossible(*row, possible->second);
      }
    }
  }
  if (sections.empty()) {
    v1::SectionResult& section = sections.emplace_back();
    section.set_id("evidence");
    section.set_title("Evidence");
    FillSection(inclusion.included, input, section);
  }
  return sections;
}

std::vector<v1::EvidenceRow> ListOngoing(const ReviewInput& input,
                                         const Inclusion& inclusion) {
  const std::set<std::string> with_results = TrialsWithResults(input);
  std::vector<v1::EvidenceRow> ongoing;
  for (const v1::EvidenceRow* row : input.rows) {
    const bool goes_on = IsOngoing(row->status());
    if (IsTrial(*row) && (goes_on || MayGoOn(*row)) &&
        inclusion.in_scope.count(row->trial_id()) > 0 &&
        with_results.count(row->trial_id()) == 0) {
      ongoing.push_back(Shown(*row));
      if (!goes_on) ongoing.back().set_possible(true);
    }
  }
  return ongoing;
}

std::vector<v1::GapCell> MapGaps(const ReviewInput& input,
                                 const Inclusion& inclusion) {
  const std::set<std::string> with_results = TrialsWithResults(input);
  std::map<std::pair<std::string, std::string>, v1::GapCell> cells;
  for (const v1::EvidenceRow* row : input.rows) {
    if (!IsTrial(*row) || inclusion.in_scope.count(row->trial_id()) == 0) {
      continue;
    }
    const bool has_results = with_results.count(row->trial_id()) > 0;
    for (const auto& [drug_class, columns] : CellsOf(*row)) {
      for (const auto& [column, arms] : columns) {
        v1::GapCell& cell = cells[{drug_class, column}];
        cell.set_drug_class(drug_class);
        cell.set_radiotherapy(column);
        CountIn(*row, has_results, ParticipantsIn(*row, columns, column), cell);
      }
    }
  }
  std::vector<v1::GapCell> list;
  for (auto& [key, cell] : cells) list.push_back(std::move(cell));
  return list;
}

std::vector<v1::ToxicityRow> TabulateToxicity(const ReviewInput& input,
                                              const Inclusion& inclusion) {
  // Events that no term names are told apart by their titles.
  std::map<std::tuple<std::string, std::string, std::string, std::string>,
           v1::ToxicityRow>
      table;
  for (const v1::EvidenceRow* row : input.rows) {
    if (row->kind() != v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT ||
        inclusion.included.count(row->trial_id()) == 0) {
      continue;
    }
    v1::ToxicityRow& line = table[{row->adverse_event(), OwnTitle(*row),
                                   row->trial_id(), row->group()}];
    line.set_adverse_event(row->adverse_event());
    line.set_trial_id(row->trial_id());
    line.set_study(row->study());
    line.set_group(row->group());
    if (row->event().has_title()) line.set_title(row->event().title());
    v1::ToxicityCell& cell = *line.add_cells();
    cell.set_grade(row->grade());
    if (row->has_events()) cell.set_affected(row->events());
    if (row->has_participants()) cell.set_at_risk(row->participants());
    if (row->count().has_percentage()) {
      cell.set_percentage(row->count().percentage());
    }
    if (row->has_statement()) cell.set_statement(row->statement());
    cell.set_row(row->id());
    if (!row->conflicts().empty()) cell.set_disputed(true);
    if (row->count().occurrence() == v1::OCCURRENCE_NONE_OBSERVED) {
      cell.set_occurrence("none observed");
    } else if (row->count().occurrence() == v1::OCCURRENCE_NOT_REPORTED) {
      cell.set_occurrence("not reported");
    }
  }
  std::vector<v1::ToxicityRow> rows;
  for (auto& [key, line] : table) rows.push_back(std::move(line));
  return rows;
}

std::vector<v1::VocabularyTerm> ListTerms(const ReviewInput& input,
                                          const Inclusion& inclusion) {
  std::map<v1::Vocabulary, std::set<std::string>> held;
  for (const v1::EvidenceRow* row : input.rows) {
    if (inclusion.in_scope.count(row->trial_id()) == 0) continue;
    const auto add = [&](v1::Vocabulary vocabulary, const auto& ids) {
      held[vocabulary].insert(ids.begin(), ids.end());
    };
    add(v1::VOCABULARY_DRUG_CLASS, row->drug_classes());
    add(v1::VOCABULARY_DRUG_CLASS, row->reference_drug_classes());
    add(v1::VOCABULARY_RADIOTHERAPY, row->radiotherapy());
    add(v1::VOCABULARY_RADIOTHERAPY, row->reference_radiotherapy());
    add(v1::VOCABULARY_SETTING, row->settings());
    add(v1::VOCABULARY_ALTERATION, row->alterations());
    add(v1::VOCABULARY_ADVERSE_EVENT, row->adverse_event_terms());
  }
  std::vector<v1::VocabularyTerm> terms;
  for (const auto& [vocabulary, ids] : held) {
    for (const TermSpec& spec : TermsOf(vocabulary)) {
      if (ids.count(std::string(spec.id)) == 0) continue;
      v1::VocabularyTerm& term = terms.emplace_back();
      term.set_vocabulary(vocabulary);
      term.set_id(std::string(spec.id));
      term.set_title(std::string(spec.title));
      for (const std::string& each :
           TermList::Of(vocabulary).WithBroader(spec.id)) {
        if (each != spec.id) term.add_broader(each);
      }
    }
  }
  return terms;
}

std::vector<v1::ScreeningAgreement> CompareScreeners(
    absl::Span<const v1::Screening> screenings) {
  std::map<Screeners, RatingTable> tables;
  for (const v1::Screening& screening : screenings) {
    CompareDecisions(screening, tables);
  }
  std::vector<v1::ScreeningAgreement> agreements;
  for (const auto& [screeners, table] : tables) {
    v1::ScreeningAgreement& agreement = agreements.emplace_back();
    agreement.set_stage(std::get<0>(screeners) == v1::SCREENING_STAGE_FULL_TEXT
                            ? "full-text"
                            : "title-abstract");
    agreement.set_first(std::get<1>(screeners));
    agreement.set_second(std::get<2>(screeners));
    int64_t records = 0, agreed = 0;
    for (const auto& [pair, count] : table) {
      records += count;
      if (pair.first == pair.second) agreed += count;
    }
    agreement.set_records(static_cast<int32_t>(records));
    agreement.set_agreed(static_cast<int32_t>(agreed));
    const std::optional<Kappa> kappa = CohensKappa(table);
    if (kappa.has_value()) agreement.set_kappa(RoundResult(kappa->kappa));
  }
  return agreements;
}

}  // namespace consilium
