#include "server/synthesis/pooling.h"

#include <utility>

#include "proto/base/status_macros.h"
#include "server/synthesis/inference.h"
#include "server/synthesis/linear_model.h"

namespace consilium {

absl::StatusOr<PooledResult> Pool(absl::Span<const StudyEffect> studies,
                                  const PoolingOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(CheckStudies(studies, "pooling", 1));
  ASSIGN_OR_RETURN(PooledResult result,
                   PoolModel(LinearModel(studies), options));
  return Rounded(std::move(result));
}

}  // namespace consilium
