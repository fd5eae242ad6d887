// Changes of a protocol that were made when evidence which they bear on stood
// in the registry already: told from history, whether or not the authors say
// so.
#ifndef CONSILIUM_SERVER_REVIEW_CHANGES_AFTER_DATA_H_
#define CONSILIUM_SERVER_REVIEW_CHANGES_AFTER_DATA_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/review_input.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// The changes of `input.review` at `view`, in the order in which they were
// made. Evidence stood there when its author had, in the causal past of the
// change, a row of an outcome that it bears on: by today's filter or by the one
// before, of a trial included today or before. Nothing of it depends on the
// server. The coming of a protocol is no change of it.
//   what `check_alive` returns.
absl::StatusOr<std::vector<v1::ProtocolChange>> FindChangesAfterData(
    const RegistryView& view, const ReviewInput& input,
    const std::function<absl::Status()>& check_alive);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_CHANGES_AFTER_DATA_H_
