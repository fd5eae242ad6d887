// Page tokens (AIP-158): where a list goes on, and at which version.
//
// A token is opaque and sealed: nobody can read it, change it or make one, and
// it continues only the query that it came from. It gives no permission; a
// call with a token is authorised like any other.
#ifndef CONSILIUM_SERVER_QUERY_PAGE_TOKEN_H_
#define CONSILIUM_SERVER_QUERY_PAGE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

// What must be the same on every page of a list.
struct PageQuery {
  std::string method;    // "ListTrials"; tells lists of one parent apart.
  std::string parent;    // As in the request.
  std::string filter;    // As in the request.
  std::string order_by;  // As in the request.
  std::string version;   // As in the request: a token for a version, or "".
  bool show_deleted = false;
};

// Where the next page starts.
struct PagePosition {
  std::string registry;
  // The version that the first page was read at, in whatever text the reader
  // of the token understands: a frontier or a local revision.
  std::string version;
  // The key of the last record given; the next page starts behind it.
  std::string last_key;

  friend bool operator==(const PagePosition& a, const PagePosition& b) {
    return a.registry == b.registry && a.version == b.version &&
           a.last_key == b.last_key;
  }
};

// Immutable, hence thread-safe.
class PageTokenSealer {
 public:
  // `key` is secret, at least 32 bytes, and the same after a restart so that
  // lists survive one. `replica_id` is that of the registry's copy here: each
  // registry of a server has its own.
  PageTokenSealer(absl::string_view key, absl::string_view replica_id);

  // The token for the page of `query` that starts at `position`. Letters,
  // digits, - and _ only.
  std::string Seal(const PageQuery& query, const PagePosition& position) const;

  // The position sealed in `token`.
  //   INVALID_ARGUMENT  PAGE_TOKEN_OTHER_SERVER  another replica gave it.
  //                     PAGE_TOKEN_MALFORMED     no server gave it like this.
  //                     PAGE_TOKEN_OTHER_QUERY   `query` differs, or is of
  //                                              another list; says which.
  absl::StatusOr<PagePosition> Open(absl::string_view token,
                                    const PageQuery& query) const;

 private:
  std::string Encrypt(absl::string_view seal, absl::string_view text) const;

  std::string sealing_key_;
  std::string encryption_key_;
  std::string server_tag_;  // Names the server in the clear part of a token.
  std::string replica_id_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_PAGE_TOKEN_H_
