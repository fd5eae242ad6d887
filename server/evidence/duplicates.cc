#include "server/evidence/duplicates.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "server/evidence/limits.h"
#include "server/evidence/trial_links.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

using TrialPair = std::pair<std::string, std::string>;  // First by bytes.

struct Signs {
  std::map<v1::DuplicateReason, std::pair<double, std::string>> by_reason;

  // Of several signs of one kind the strongest counts.
  void Add(v1::DuplicateReason reason, double score, std::string words) {
    auto& slot = by_reason[reason];
    if (score > slot.first) slot = {score, std::move(words)};
  }

  double Score() const {
    double doubt = 1;
    for (const auto& [reason, sign] : by_reason) doubt *= 1 - sign.first;
    return 1 - doubt;
  }
};

std::set<std::string> TitleWords(const v1::Trial& trial) {
  static const auto& plain = *new std::set<std::string>{
      "a",    "an",      "and", "in",  "of",  "the",      "for",  "with",
      "to",   "on",      "or",  "by",  "vs",  "versus",   "as",   "at",
      "from", "without", "is",  "are", "was", "patients", "study"};
  std::set<std::string> words;
  const std::string title = NormalizeTerm(
      trial.official_title().empty() ? trial.title() : trial.official_title());
  for (const absl::string_view word : absl::StrSplit(title, '-')) {
    if (!word.empty() && plain.count(std::string(word)) == 0) {
      words.emplace(word);
    }
  }
  return words;
}

double SharedPart(const std::set<std::string>& a,
                  const std::set<std::string>& b) {
  std::vector<std::string> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(both));
  const double all = static_cast<double>(a.size() + b.size() - both.size());
  return all == 0 ? 0 : static_cast<double>(both.size()) / all;
}

bool IsIdentity(v1::RegistrationAuthority authority) {
  return authority != v1::REGISTRATION_AUTHORITY_SPONSOR &&
         authority != v1::REGISTRATION_AUTHORITY_GRANT &&
         authority != v1::REGISTRATION_AUTHORITY_ETHICS &&
         authority != v1::REGISTRATION_AUTHORITY_OTHER;
}

class DuplicateSearch {
 public:
  explicit DuplicateSearch(const Evidence& evidence) : evidence_(evidence) {}

  void Run() {
    SearchNumbers();
    SearchReports();
    SearchWords();
    SetAsideKnown();
  }

  std::map<TrialPair, Signs>& found() { return found_; }

 private:
  Signs& Of(const std::string& a, const std::string& b) {
    return found_[a < b ? TrialPair{a, b} : TrialPair{b, a}];
  }

  // Calls `visit` for each two of `ids`.
  template <typename Ids, typename Visit>
  static void ForPairs(const Ids& ids, Visit visit) {
    for (auto a = ids.begin(); a != ids.end(); ++a) {
      for (auto b = std::next(a); b != ids.end(); ++b) visit(*a, *b);
    }
  }

  void SearchNumbers() {
    std::map<std::string, std::set<std::string>> strong, weak;
    for (const auto& [id, trial] : evidence_.trials()) {
      for (const v1::Registration& each : trial.trial->registrations()) {
        const std::string number = NormalizeTerm(each.number());
        (IsIdentity(each.authority()) ? strong : weak)[number].insert(id);
        if (number != id && evidence_.FindTrial(number) != nullptr) {
          Of(id, number)
              .Add(v1::DUPLICATE_REASON_ID, kIdIsRegistrationScore,
                   absl::StrCat(number, " is a registry number of ", id));
        }
      }
    }
    for (const auto& [number, ids] : strong) {
      ForPairs(ids, [&, n = &number](const auto& a, const auto& b) {
        Of(a, b).Add(v1::DUPLICATE_REASON_REGISTRATION,
                     kSharedRegistrationScore,
                     absl::StrCat("both hold the number ", *n));
      });
    }
    for (const auto& [number, ids] : weak) {
      ForPairs(ids, [&, n = &number](const auto& a, const auto& b) {
        Of(a, b).Add(v1::DUPLICATE_REASON_REGISTRATION,
                     kSharedSponsorNumberScore,
                     absl::StrCat("both hold the sponsor's number ", *n));
      });
      // A record may name that of its core study, whatever the id here is.
      const auto holders = strong.find(number);
      if (holders == strong.end()) continue;
      for (const std::string& holder : holders->second) {
        for (const std::string& id : ids) {
          if (id == holder) continue;
          Of(holder, id)
              .Add(v1::DUPLICATE_REASON_ID, kIdIsRegistrationScore,
                   absl::StrCat(number, ", the number of ", holder,
                                ", is also listed by ", id));
        }
      }
    }
  }

  void SearchReports() {
    std::map<std::string, std::set<std::string>> by_publication;
    std::map<std::string, std::set<std::pair<std::string, std::string>>>
        by_paper;
    for (const auto& [id, trial] : evidence_.trials()) {
      if (trial.trial->study_type() == v1::STUDY_TYPE_COMPARISON) continue;
      for (const v1::TrialReport& report : trial.trial->reports()) {
        if (report.role() != v1::REPORT_ROLE_RESULT) continue;
        by_publication[report.publication()].insert(id);
        const auto found = evidence_.publications().find(report.publication());
        if (found == evidence_.publications().end()) continue;
        const v1::Publication& paper = *found->second;
        if (paper.has_pmid()) {
          by_paper[absl::StrCat("PMID ", paper.pmid())].emplace(id,
                                                                found->first);
        }
        if (paper.has_doi()) {
          by_paper[absl::StrCat("DOI ", NormalizeTerm(paper.doi()))].emplace(
              id, found->first);
        }
      }
    }
    for (const auto& [publication, ids] : by_publication) {
      ForPairs(ids, [&, p = &publication](const auto& a, const auto& b) {
        Of(a, b).Add(v1::DUPLICATE_REASON_PUBLICATION, kSharedReportScore,
                     absl::StrCat("both are reported by ", *p));
      });
    }
    for (const auto& [paper, entries] : by_paper) {
      ForPairs(entries, [&, p = &paper](const auto& a, const auto& b) {
        if (a.first == b.first || a.second == b.second) return;
        Of(a.first, b.first)
            .Add(v1::DUPLICATE_REASON_PUBLICATION, kSamePaperScore,
                 absl::StrCat("their reports are one paper, ", *p));
      });
    }
  }

  void SearchWords() {
    std::map<std::string, std::set<std::string>> acronyms;
    std::map<std::string, std::set<std::string>> titles;
    std::map<std::string, std::vector<std::string>> by_word;
    for (const auto& [id, trial] : evidence_.trials()) {
      const std::string acronym = NormalizeTerm(trial.trial->acronym());
      if (!acronym.empty()) acronyms[acronym].insert(id);
      titles[id] = TitleWords(*trial.trial);
      for (const std::string& word : titles[id]) by_word[word].push_back(id);
    }
    for (const auto& [acronym, ids] : acronyms) {
      ForPairs(ids, [&, w = &acronym](const auto& a, const auto& b) {
        Of(a, b).Add(v1::DUPLICATE_REASON_ACRONYM, kSameAcronymScore,
                     absl::StrCat("both have the acronym ", *w));
      });
    }
    std::set<TrialPair> compared;
    for (const auto& [word, ids] : by_word) {
      if (ids.size() > kTrialsPerTitleWordMax) continue;
      ForPairs(ids, [&](const auto& a, const auto& b) {
        if (!compared.emplace(a, b).second) return;
        constexpr size_t kWordsMin = 4;
        if (std::min(titles[a].size(), titles[b].size()) < kWordsMin) return;
        const double share = SharedPart(titles[a], titles[b]);
        if (share < kAlikeTitleShare) return;
        const double score =
            kAlikeTitleScore + (kSameTitleScore - kAlikeTitleScore) *
                                   (share - kAlikeTitleShare) /
                                   (1 - kAlikeTitleShare);
        Of(a, b).Add(
            v1::DUPLICATE_REASON_TITLE, score,
            absl::StrCat("their titles share ", std::lround(100 * share),
                         "% of their words"));
      });
    }
  }

  // A record that names the other as another trial knows better.
  void SetAsideKnown() {
    for (const auto& [id, trial] : evidence_.trials()) {
      for (const v1::TrialRelation& relation : trial.trial->relations()) {
        Forget(id, relation.trial());
      }
      for (const std::string& other : trial.trial->compared_trials()) {
        Forget(id, other);
        for (const std::string& third : trial.trial->compared_trials()) {
          Forget(other, third);
        }
      }
    }
  }

  void Forget(const std::string& a, const std::string& b) {
    found_.erase(a < b ? TrialPair{a, b} : TrialPair{b, a});
  }

  const Evidence& evidence_;
  std::map<TrialPair, Signs> found_;
};

// The link that settles each pair.
std::map<TrialPair, std::string> SettledPairs(const Evidence& evidence) {
  std::map<TrialPair, std::string> settled;
  for (const auto& [id, link] : evidence.links()) {
    std::set<std::string> trials;
    for (const std::string& name : link->records()) {
      if (const auto id = TrialOfName(name)) trials.insert(*id);
    }
    for (const std::string& a : trials) {
      for (const std::string& b : trials) {
        if (a < b) settled.emplace(TrialPair{a, b}, link->name());
      }
    }
  }
  return settled;
}

}  // namespace

std::vector<v1::DuplicateCandidate> FindDuplicates(
    const Evidence& evidence, const DuplicateQuery& query) {
  DuplicateSearch search(evidence);
  search.Run();
  const std::map<TrialPair, std::string> settled = SettledPairs(evidence);
  std::vector<v1::DuplicateCandidate> candidates;
  for (const auto& [pair, signs] : search.found()) {
    const double score = std::round(signs.Score() * 1000) / 1000;
    const auto link = settled.find(pair);
    if (score < query.minimum_score) continue;
    if (link != settled.end() && !query.show_linked) continue;
    v1::DuplicateCandidate candidate;
    candidate.set_first(pair.first);
    candidate.set_second(pair.second);
    candidate.set_score(score);
    std::vector<std::string> words;
    for (const auto& [reason, sign] : signs.by_reason) {
      candidate.add_reasons(reason);
      words.push_back(sign.second);
    }
    candidate.set_explanation(absl::StrJoin(words, "; "));
    candidate.set_first_study(evidence.FindTrial(pair.first)->study);
    candidate.set_second_study(evidence.FindTrial(pair.second)->study);
    if (link != settled.end()) candidate.set_link(link->second);
    candidates.push_back(std::move(candidate));
  }
  std::stable_sort(
      candidates.begin(), candidates.end(),
      [](const auto& a, const auto& b) { return a.score() > b.score(); });
  if (candidates.size() > kDuplicateCandidatesMax) {
    candidates.resize(kDuplicateCandidatesMax);
  }
  return candidates;
}

}  // namespace consilium
