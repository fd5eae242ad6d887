#include "server/rpc/evidence_service.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "consilium/v1/review.pb.h"
#include "proto/base/errors.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/evidence/duplicates.h"
#include "server/evidence/evidence_filter.h"
#include "server/evidence/findings.h"
#include "server/evidence/mixed_units.h"
#include "server/evidence/row_groups.h"
#include "server/evidence/row_matcher.h"
#include "server/evidence/silent_rows.h"
#include "server/evidence/unmet_comparisons.h"
#include "server/evidence/vocabulary.h"
#include "server/query/filter.h"
#include "server/review/review_tables.h"
#include "server/rpc/limits.h"
#include "server/rpc/record_message.h"
#include "server/rpc/version_parser.h"
#include "storage/registry/errors.h"

namespace consilium {
namespace {

constexpr char kEvidenceService[] = "EvidenceService";

// A page's place in what is listed, as its token has it.
size_t ReadPlace(const std::string& after) {
  uint64_t place = 0;
  return absl::SimpleAtoi(after, &place) ? place : 0;
}

Version VersionOf(const RegistryView& view) {
  return view.revision() > 0 ? Version::AtRevision(view.revision())
                             : view.version();
}

absl::StatusOr<RegistryName> ParseRegistry(const std::string& parent) {
  return RegistryName::Parse(parent, "parent");
}

void CountTerms(
    const google::protobuf::RepeatedPtrField<std::string>& ids,
    const v1::EvidenceRow& row,
    std::map<std::string, std::pair<int64_t, std::set<std::string>>>& counts) {
  for (const std::string& id : ids) {
    auto& [rows, trials] = counts[id];
    ++rows;
    trials.insert(row.trial_id());
  }
}

const google::protobuf::RepeatedPtrField<std::string>& TermsIn(
    const v1::EvidenceRow& row, v1::Vocabulary vocabulary) {
  switch (vocabulary) {
    case v1::VOCABULARY_RADIOTHERAPY:
      return row.radiotherapy();
    case v1::VOCABULARY_SETTING:
      return row.settings();
    case v1::VOCABULARY_ALTERATION:
      return row.alterations();
    case v1::VOCABULARY_ADVERSE_EVENT:
      return row.adverse_event_terms();
    case v1::VOCABULARY_HISTOLOGY:
      return row.histology();
    default:
      return row.drug_classes();
  }
}

}  // namespace

void EvidenceService::Register(MethodTable& methods) {
  methods.AddScan(kEvidenceService, "SearchEvidence", this,
                  &EvidenceService::SearchEvidence);
  methods.AddScan(kEvidenceService, "ListFindings", this,
                  &EvidenceService::ListFindings);
  methods.AddScan(kEvidenceService, "ListDuplicateCandidates", this,
                  &EvidenceService::ListDuplicateCandidates);
  methods.AddScan(kEvidenceService, "ListVocabularyTerms", this,
                  &EvidenceService::ListVocabularyTerms);
}

absl::StatusOr<std::shared_ptr<const Evidence>> EvidenceService::ReadEvidence(
    const CallInfo& call, const RegistryName& registry, absl::string_view at) {
  ASSIGN_OR_RETURN(RegistryStore* const store, context_.FindStore(registry));
  ASSIGN_OR_RETURN(Version version, ParseVersion(at, *store));
  return evidence_.Get(registry.id(), *store, std::move(version),
                       [&call] { return call.CheckAlive(); });
}

absl::StatusOr<std::shared_ptr<const EvidenceService::Answer>>
EvidenceService::FindAnswer(const CallInfo& call,
                            std::shared_ptr<const Evidence> evidence,
                            const std::string& filter) {
  {
    MutexLock lock(mutex_);
    for (const std::shared_ptr<const Answer>& answer : answers_) {
      if (answer->filter == filter && answer->evidence.lock() == evidence) {
        return answer;
      }
    }
  }
  ASSIGN_OR_RETURN(const Filter parsed, ParseEvidenceFilter(filter));
  auto answer = std::make_shared<Answer>();
  answer->filter = filter;
  const std::vector<const v1::EvidenceRow*>& rows = evidence->rows();
  RowMatcher matcher(parsed.root(), &evidence->variants());
  SilentRows silent(parsed);
  for (uint32_t i = 0; i < rows.size(); ++i) {
    if (i % kCancellationInterval == 0) RETURN_IF_ERROR(call.CheckAlive());
    const RowMatch match = matcher.Match(*rows[i], answer->possible_fields);
    if (match == RowMatch::kNo) {
      if (!matcher.silent().empty()) silent.Add(*rows[i], matcher.silent());
      continue;
    }
    if (match == RowMatch::kYes) silent.AddUnsaid(matcher.unsaid());
    answer->hits.push_back({i, match == RowMatch::kMay});
    ++(match == RowMatch::kMay ? answer->possible_size : answer->total_size);
  }
  // Rows that only may match do not answer for a misspelt value.
  const bool none_matches = answer->total_size == 0;
  if (none_matches) {
    answer->hints = UnmetComparisons(parsed, rows);
  } else {
    // A misspelt one of several answers with the rows of the others.
    answer->hints = UnmetOutcomes(parsed, rows);
    for (std::string& hint : MixedUnits(parsed, rows)) {
      answer->hints.push_back(std::move(hint));
    }
  }
  const bool unexplained = none_matches && answer->hints.empty();
  bool explained = !unexplained;
  for (std::string& notice : silent.Notices(rows, unexplained)) {
    explained |= absl::StartsWith(notice, "no row");
    answer->hints.push_back(std::move(notice));
  }
  if (!explained) {
    for (std::string& hint : UnmetTogether(parsed, rows)) {
      answer->hints.push_back(std::move(hint));
    }
  }
  answer->evidence = evidence;
  MutexLock lock(mutex_);
  answers_.push_front(answer);
  if (answers_.size() > kEvidenceAnswersMax) answers_.pop_back();
  return answer;
}

absl::Status EvidenceService::SearchEvidence(
    const CallInfo& call, const v1::SearchEvidenceRequest& request,
    v1::SearchEvidenceResponse& response) {
  ASSIGN_OR_RETURN(const RegistryName registry,
                   ParseRegistry(request.parent()));
  // Before the evidence is built: a mistake should not take long to tell.
  RETURN_IF_ERROR(ParseEvidenceFilter(request.filter()).status());
  ASSIGN_OR_RETURN(RegistryStore* const store, context_.FindStore(registry));
  PageRequest page_request{
      registry,
      {std::string(call.method), request.parent(), request.filter(),
       request.show_possible() ? "possible" : "", request.at(), false},
      request.page_size(),
      request.page_token()};
  ASSIGN_OR_RETURN(Page page, Page::Open(context_, *store, page_request));
  ASSIGN_OR_RETURN(std::shared_ptr<const Evidence> evidence,
                   evidence_.Get(registry.id(), *store, VersionOf(page.view()),
                                 [&call] { return call.CheckAlive(); }));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Answer> answer,
                   FindAnswer(call, evidence, request.filter()));
  ASSIGN_OR_RETURN(
      const std::unique_ptr<RowGroups> groups,
      RowGroups::Make(std::vector<std::string>(request.group_by().begin(),
                                               request.group_by().end()),
                      evidence->variants()));
  response.set_frontier(evidence->frontier());
  response.set_total_size(answer->total_size);
  response.set_possible_size(answer->possible_size);
  for (const std::string& field : answer->possible_fields) {
    response.add_possible_fields(field);
  }
  for (const std::string& hint : answer->hints) response.add_hints(hint);
  bool full = false;
  for (size_t i = ReadPlace(page.after()); i < answer->hits.size(); ++i) {
    const Answer::Hit& hit = answer->hits[i];
    if (hit.possible && !request.show_possible()) continue;
    if (full) {
      response.set_next_page_token(page.NextToken(absl::StrCat(i)));
      break;
    }
    v1::EvidenceRow& row = *response.add_rows();
    CopyRow(*evidence->rows()[hit.row],
            {.provenance = request.with_provenance(),
             .records = request.with_records()},
            row);
    groups->AddTo(*evidence->rows()[hit.row], row);
    if (hit.possible) row.set_possible(true);
    full = !page.Add(row.ByteSizeLong());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::set<std::string>> EvidenceService::TrialsOfReview(
    const Evidence& evidence, const RegistryView& view,
    const FullRecordName& review) {
  ASSIGN_OR_RETURN(const std::optional<RecordView> record,
                   view.Get(review.record.relative()));
  if (!record.has_value()) return RecordNotFound(review.record.relative());
  RecordMessageBuilder builder(view, review.registry);
  ASSIGN_OR_RETURN(const std::unique_ptr<google::protobuf::Message> message,
                   builder.Build(*record, *review.record.traits()));
  ReviewInput input;
  input.review = static_cast<const v1::Review&>(*message);
  input.rows = evidence.rows();
  return IncludeTrials(input).included;
}

std::shared_ptr<const std::vector<v1::Finding>> EvidenceService::FindingsOf(
    const std::shared_ptr<const Evidence>& evidence) {
  {
    MutexLock lock(mutex_);
    if (found_in_.lock() == evidence) return findings_;
  }
  auto findings =
      std::make_shared<const std::vector<v1::Finding>>(FindFindings(*evidence));
  MutexLock lock(mutex_);
  found_in_ = evidence;
  findings_ = findings;
  return findings;
}

absl::Status EvidenceService::ListFindings(
    const CallInfo& call, const v1::ListFindingsRequest& request,
    v1::ListFindingsResponse& response) {
  ASSIGN_OR_RETURN(const FullRecordName name,
                   FullRecordName::Parse(request.parent(), "parent"));
  const bool of_review =
      name.record.traits()->descriptor == v1::Review::descriptor();
  if (!of_review && !name.record.traits()->singleton) {
    return InvalidField(
        "parent",
        absl::StrCat("is ", request.parent(), "; want a registry or a review"));
  }
  ASSIGN_OR_RETURN(const Filter filter,
                   Filter::Parse(request.filter(), *v1::Finding::descriptor()));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context_.FindStore(name.registry));
  PageRequest page_request{name.registry,
                           {std::string(call.method), request.parent(),
                            request.filter(), "", request.at(), false},
                           request.page_size(),
                           request.page_token()};
  ASSIGN_OR_RETURN(Page page, Page::Open(context_, *store, page_request));
  ASSIGN_OR_RETURN(
      const std::shared_ptr<const Evidence> evidence,
      evidence_.Get(name.registry.id(), *store, VersionOf(page.view()),
                    [&call] { return call.CheckAlive(); }));
  std::optional<std::set<std::string>> trials;
  if (of_review) {
    ASSIGN_OR_RETURN(trials, TrialsOfReview(*evidence, page.view(), name));
  }
  response.set_frontier(evidence->frontier());
  const std::shared_ptr<const std::vector<v1::Finding>> findings =
      FindingsOf(evidence);
  bool full = false;
  for (size_t i = ReadPlace(page.after()); i < findings->size(); ++i) {
    const v1::Finding& finding = (*findings)[i];
    if (trials.has_value() && trials->count(finding.trial_id()) == 0) continue;
    if (!filter.Matches(finding)) continue;
    if (full) {
      response.set_next_page_token(page.NextToken(absl::StrCat(i)));
      break;
    }
    *response.add_findings() = finding;
    full = !page.Add(finding.ByteSizeLong());
  }
  return absl::OkStatus();
}

absl::Status EvidenceService::ListDuplicateCandidates(
    const CallInfo& call, const v1::ListDuplicateCandidatesRequest& request,
    v1::ListDuplicateCandidatesResponse& response) {
  ASSIGN_OR_RETURN(const RegistryName registry,
                   ParseRegistry(request.parent()));
  if (!(request.minimum_score() >= 0 && request.minimum_score() <= 1)) {
    return InvalidField("minimumScore",
                        absl::StrCat("is ", request.minimum_score(),
                                     "; want 0 to 1, where 0 means 0.5"));
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const Evidence> evidence,
                   ReadEvidence(call, registry, request.at()));
  DuplicateQuery query;
  if (request.minimum_score() > 0) {
    query.minimum_score = request.minimum_score();
  }
  query.show_linked = request.show_linked();
  for (v1::DuplicateCandidate& candidate : FindDuplicates(*evidence, query)) {
    *response.add_candidates() = std::move(candidate);
  }
  response.set_frontier(evidence->frontier());
  return absl::OkStatus();
}

absl::Status EvidenceService::ListVocabularyTerms(
    const CallInfo& call, const v1::ListVocabularyTermsRequest& request,
    v1::ListVocabularyTermsResponse& response) {
  ASSIGN_OR_RETURN(const RegistryName registry,
                   ParseRegistry(request.parent()));
  RETURN_IF_ERROR(ParseEvidenceFilter(request.filter()).status());
  ASSIGN_OR_RETURN(const std::shared_ptr<const Evidence> evidence,
                   ReadEvidence(call, registry, request.at()));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Answer> answer,
                   FindAnswer(call, evidence, request.filter()));
  response.set_frontier(evidence->frontier());
  for (int i = v1::Vocabulary_MIN + 1; i <= v1::Vocabulary_MAX; ++i) {
    const auto vocabulary = static_cast<v1::Vocabulary>(i);
    if (request.vocabulary() != v1::VOCABULARY_UNSPECIFIED &&
        request.vocabulary() != vocabulary) {
      continue;
    }
    std::map<std::string, std::pair<int64_t, std::set<std::string>>> counts;
    for (const Answer::Hit& hit : answer->hits) {
      if (hit.possible) continue;
      const v1::EvidenceRow& row = *evidence->rows()[hit.row];
      CountTerms(TermsIn(row, vocabulary), row, counts);
    }
    std::vector<const TermSpec*> terms;
    for (const TermSpec& term : TermsOf(vocabulary)) terms.push_back(&term);
    std::sort(
        terms.begin(), terms.end(),
        [](const TermSpec* a, const TermSpec* b) { return a->id < b->id; });
    for (const TermSpec* spec : terms) {
      v1::VocabularyTerm& term = *response.add_terms();
      term.set_vocabulary(vocabulary);
      term.set_id(std::string(spec->id));
      term.set_title(std::string(spec->title));
      const std::vector<std::string> ids =
          TermList::Of(vocabulary).WithBroader(spec->id);
      for (size_t j = 1; j < ids.size(); ++j) term.add_broader(ids[j]);
      for (const absl::string_view synonym : spec->synonyms) {
        term.add_synonyms(std::string(synonym));
      }
      const auto counted = counts.find(term.id());
      term.set_rows(counted == counts.end() ? 0 : counted->second.first);
      term.set_trials(
          counted == counts.end()
              ? 0
              : static_cast<int64_t>(counted->second.second.size()));
    }
  }
  return absl::OkStatus();
}

}  // namespace consilium
