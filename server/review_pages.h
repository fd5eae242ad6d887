// Serves reviews to browsers: pages and figures, read only, for whoever asks.
//
//   /                                   the reviews that there are
//   /reviews/{review}                   the latest version
//   /reviews/{review}?at={version}      another: a snapshot, a frontier
//   /reviews/{review}?since={version}   the latest, and what is new in it
//   /reviews/{review}/figures/{name}.svg
//   /registries/{registry}/reviews/...  where several registries hold the id
#ifndef CONSILIUM_SERVER_REVIEW_PAGES_H_
#define CONSILIUM_SERVER_REVIEW_PAGES_H_

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "consilium/v1/review_result_service.pb.h"
#include "server/http/http_server.h"
#include "server/rpc/listen_address.h"
#include "server/rpc/rpc_server.h"
#include "server/server_config.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

// One thread starts and stops it. Pages are made one at a time, on a listener
// of their own: who reads a review never holds up those who watch the server.
class ReviewPages {
 public:
  // All must outlive it.
  //   UNAVAILABLE  the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<ReviewPages>> Start(
      const HttpConfig& config, const RegistryCatalog& catalog, RpcServer& rpc);

  // Ends what is being computed.
  ~ReviewPages();

  // Where the pages are, with the port that was chosen.
  const ListenAddress& address() const { return address_; }

 private:
  // A page as it was at a revision of its registry.
  struct KeptPage {
    std::string key;
    HttpResponse response;
  };
  // A review that a path names; relative names are "reviews/{review}".
  struct NamedReview {
    std::string registry;
    std::string review;
  };

  ReviewPages(const RegistryCatalog& catalog, RpcServer& rpc)
      : catalog_(catalog), rpc_(rpc) {}

  HttpResponse Answer(const RequestTarget& request);
  absl::StatusOr<HttpResponse> MakePage(const RequestTarget& request);
  absl::StatusOr<HttpResponse> MakeIndex() const;
  absl::StatusOr<HttpResponse> Render(const v1::RenderReviewRequest& request);
  absl::StatusOr<NamedReview> FindReview(const std::string& review) const;
  void Keep(std::string key, const HttpResponse& response);

  const RegistryCatalog& catalog_;
  RpcServer& rpc_;
  std::atomic<bool> stopping_ = false;
  // Of the listener's one thread. Latest use first.
  std::list<KeptPage> kept_;
  size_t kept_size_ = 0;  // Bytes.
  ListenAddress address_;
  std::unique_ptr<HttpServer> http_;  // Last: its thread uses all of it.
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_PAGES_H_
