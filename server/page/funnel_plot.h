// The funnel plot of an outcome: effect by standard error.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_FUNNEL_PLOT_H_
#define CONSILIUM_SERVER_PAGE_FUNNEL_PLOT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// True when studies were pooled, three at least: fewer make no shape.
bool HasFunnelPlot(const v1::OutcomeResult& outcome);

std::string FunnelPlot(const v1::OutcomeResult& outcome,
                       absl::string_view figure, absl::string_view title);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_FUNNEL_PLOT_H_
