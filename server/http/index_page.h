// The page at "/": what this server is and holds, for people.
#ifndef CONSILIUM_SERVER_HTTP_INDEX_PAGE_H_
#define CONSILIUM_SERVER_HTTP_INDEX_PAGE_H_

#include <string>

#include "server/http/http_server.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

struct IndexPageFacts {
  std::string institution;
  std::string version;
  std::string health;                        // The text of /readyz.
  const RegistryCatalog* catalog = nullptr;  // Null until it is open.
};

HttpResponse IndexPage(const IndexPageFacts& facts);

// Its style sheet, "/style.css".
HttpResponse IndexStyle();

}  // namespace consilium

#endif  // CONSILIUM_SERVER_HTTP_INDEX_PAGE_H_
