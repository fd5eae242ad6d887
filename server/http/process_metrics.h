// What the system knows of this process, under the names that every exporter
// uses: process_cpu_seconds_total and so on.
#ifndef CONSILIUM_SERVER_HTTP_PROCESS_METRICS_H_
#define CONSILIUM_SERVER_HTTP_PROCESS_METRICS_H_

#include "server/http/metrics.h"

namespace consilium {

// Leaves out what /proc does not tell.
void CollectProcess(MetricSamples& samples);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_HTTP_PROCESS_METRICS_H_
