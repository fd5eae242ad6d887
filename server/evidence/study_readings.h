// Other readings of what a study gave and whom it took, told beside its rows.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_STUDY_READINGS_H_
#define CONSILIUM_SERVER_EVIDENCE_STUDY_READINGS_H_

#include "consilium/v1/evidence.pb.h"

namespace consilium {

// Adds to the alternatives of `row`, which has its trial and its arms, those of
// the components of these arms and of the conditions of eligibility: behind the
// row's own, each once, with the name of what is read otherwise and the path
// from the trial. A trial's own row has them all; others those alone that
// would change what their columns hold, as a dose would not.
void AddStudyReadings(v1::EvidenceRow& row);

// How many of the row's alternatives are of its own element; those that
// AddStudyReadings added stand behind them.
int OwnReadings(const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_STUDY_READINGS_H_
