// Reads what a review is computed from out of a registry at one version.
#ifndef CONSILIUM_SERVER_REVIEW_REVIEW_LOADER_H_
#define CONSILIUM_SERVER_REVIEW_REVIEW_LOADER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/evidence/evidence.h"
#include "server/review/review_input.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// An input with what it points into.
struct LoadedReview {
  std::shared_ptr<const Evidence> evidence;
  ReviewInput input;
};

// Reads the review `name` (relative) at `view`, whose version `evidence` is of.
// Names in it are relative to the registry: servers call one registry by
// different names.
//   NOT_FOUND  there is no such review, or it is retracted.
//   what `check_alive` returns.
absl::StatusOr<LoadedReview> LoadReview(
    const RegistryView& view, std::shared_ptr<const Evidence> evidence,
    absl::string_view name, const std::function<absl::Status()>& check_alive);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_REVIEW_LOADER_H_
