// Trials that may be one: under two ids, entered twice or registered twice.
#ifndef CONSILIUM_SERVER_EVIDENCE_DUPLICATES_H_
#define CONSILIUM_SERVER_EVIDENCE_DUPLICATES_H_

#include <vector>

#include "consilium/v1/evidence.pb.h"
#include "server/evidence/evidence.h"

namespace consilium {

// How sure each sign is by itself; README.md says why. Signs s, t, ... together
// give 1 - (1 - s)(1 - t)...
inline constexpr double kSharedRegistrationScore = 0.95;
inline constexpr double kSharedSponsorNumberScore = 0.7;
inline constexpr double kIdIsRegistrationScore = 0.9;
inline constexpr double kSamePaperScore = 0.85;    // Two records of one DOI.
inline constexpr double kSharedReportScore = 0.4;  // One record.
inline constexpr double kSameAcronymScore = 0.7;
inline constexpr double kSameTitleScore = 0.9;
// Titles that share less of their words are no sign; at this share the sign is
// as weak as kAlikeTitleScore.
inline constexpr double kAlikeTitleShare = 0.7;
inline constexpr double kAlikeTitleScore = 0.5;

struct DuplicateQuery {
  double minimum_score = 0.5;
  // Those too that a link says to be one, or not to be.
  bool show_linked = false;
};

// At most kDuplicateCandidatesMax, by descending score, then by ids.
std::vector<v1::DuplicateCandidate> FindDuplicates(const Evidence& evidence,
                                                   const DuplicateQuery& query);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_DUPLICATES_H_
