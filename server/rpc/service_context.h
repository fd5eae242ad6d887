// What every service rests on. All of it outlives the services.
#ifndef CONSILIUM_SERVER_RPC_SERVICE_CONTEXT_H_
#define CONSILIUM_SERVER_RPC_SERVICE_CONTEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/clock.h"
#include "proto/base/resource_name.h"
#include "server/rpc/worker_pool.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

struct ServiceContext {
  RegistryCatalog& catalog;
  WorkerPool& workers;
  Clock& clock;
  // Secret; the same after a restart, so that lists survive one.
  std::string page_token_key;
  // That runs this server, and its public key.
  std::string institution;
  std::string institution_public_key;

  // NOT_FOUND names the registries that there are.
  absl::StatusOr<RegistryStore*> FindStore(const RegistryName& name) const {
    return catalog.Find(name.id());
  }
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_SERVICE_CONTEXT_H_
