// Evidence rows of a registry at one version, beside the records that they are
// made of.
#ifndef CONSILIUM_CLIENT_EXPORT_REGISTRY_ROWS_H_
#define CONSILIUM_CLIENT_EXPORT_REGISTRY_ROWS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

// Live records by name, with their full names; rows in the server's order.
struct RegistryRows {
  std::string registry;               // Id.
  std::string registry_id;            // Of its genesis, in hexadecimal.
  std::string frontier;               // The version that was read.
  std::vector<v1::EvidenceRow> rows;  // With provenance.
  std::vector<v1::Trial> trials;
  std::vector<v1::Arm> arms;
  std::vector<v1::Endpoint> endpoints;
  std::vector<v1::AdverseEvent> adverse_events;
  std::vector<v1::Publication> publications;
};

// Reads the registry of that full name at the version `at` (empty: the latest),
// which the first read pins. Errors are those of Caller::Call.
absl::StatusOr<RegistryRows> ReadRegistryRows(Caller& caller,
                                              absl::string_view registry,
                                              absl::string_view at,
                                              const CallOptions& options = {});

// Titles of endpoints and adverse events, by their names in the registry.
std::map<std::string, std::string> MeasuredTitles(const RegistryRows& read);

// What a full name says after its registry: "trials/sindas/arms/egfr-tki".
// Other names stay as they are.
std::string RelativeName(absl::string_view name);

// The id of the trial in the name of a trial, or of what hangs below one.
std::string TrialIdOf(absl::string_view name);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_REGISTRY_ROWS_H_
