#include "server/review_pages.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/errors.h"
#include "proto/base/html.h"
#include "proto/base/resource_name.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "proto/base/words.h"
#include "server/http/index_page.h"
#include "server/limits.h"
#include "server/page/review_page.h"
#include "storage/registry/registry_view.h"

namespace consilium {
namespace {

constexpr char kReviewCollection[] = "reviews";

absl::Status NoSuchPage(absl::string_view what) {
  return MakeError(absl::StatusCode::kNotFound, "PAGE_NOT_FOUND",
                   absl::StrCat(what, "; the page / lists the reviews"), {});
}

int HttpStatusOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kInvalidArgument:
      return 400;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
      return 409;
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
      return 503;
    default:
      return 500;
  }
}

absl::StatusOr<std::vector<std::string>> ReviewsOf(const RegistryStore& store) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store.OpenView(Version::Latest()));
  std::vector<std::string> reviews;
  RETURN_IF_ERROR(
      view->List({.collection = kReviewCollection}, [&](RecordView record) {
        if (!record.retracted) reviews.push_back(IdOf(record.name));
        return true;
      }));
  return reviews;
}

std::string PathOf(absl::string_view registry, absl::string_view review) {
  return absl::StrCat("/registries/", registry, "/reviews/", review);
}

absl::Status CheckQuery(const RequestTarget& request) {
  for (const auto& [name, value] : request.query) {
    if (name == "at" || name == "since") continue;
    return InvalidField(name, "is no argument of a page; want at or since");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReviewPages>> ReviewPages::Start(
    const HttpConfig& config, const RegistryCatalog& catalog, RpcServer& rpc) {
  std::unique_ptr<ReviewPages> pages(new ReviewPages(catalog, rpc));
  ReviewPages& self = *pages;
  ASSIGN_OR_RETURN(
      self.http_,
      HttpServer::Start({.host = config.listen.host,
                         .port = config.listen.port,
                         .field = config.field,
                         .pages = {{"/style.css", IndexStyle}},
                         .other_pages = [&self](const RequestTarget& request) {
                           return self.Answer(request);
                         }}));
  self.address_ = {config.listen.host, self.http_->port()};
  return pages;
}

ReviewPages::~ReviewPages() {
  stopping_ = true;
  http_ = nullptr;
}

HttpResponse ReviewPages::Answer(const RequestTarget& request) {
  absl::StatusOr<HttpResponse> page = MakePage(request);
  if (page.ok()) return *std::move(page);
  return {.status = HttpStatusOf(page.status()),
          .body = absl::StrCat(page.status().message(), "\n")};
}

absl::StatusOr<HttpResponse> ReviewPages::MakePage(
    const RequestTarget& request) {
  RETURN_IF_ERROR(CheckQuery(request));
  std::vector<std::string> parts =
      absl::StrSplit(absl::StripPrefix(request.path, "/"), '/');
  if (parts.size() == 1 && (parts[0].empty() || parts[0] == "reviews")) {
    return MakeIndex();
  }
  NamedReview named;
  if (parts.size() >= 4 && parts[0] == "registries" && parts[2] == "reviews") {
    named = {parts[1], parts[3]};
    parts.erase(parts.begin(), parts.begin() + 4);
  } else if (parts.size() >= 2 && parts[0] == "reviews") {
    RETURN_IF_ERROR(CheckRecordId("the review's id", parts[1]));
    ASSIGN_OR_RETURN(named, FindReview(parts[1]));
    parts.erase(parts.begin(), parts.begin() + 2);
  } else {
    return NoSuchPage("there is no such page");
  }
  v1::RenderReviewRequest render;
  render.set_name(
      absl::StrCat("registries/", named.registry, "/reviews/", named.review));
  const auto argument = [&request](const char* name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? "" : found->second;
  };
  render.set_at(argument("at"));
  render.set_since(argument("since"));
  render.set_format(v1::RENDER_FORMAT_HTML);
  if (parts.size() == 2 && parts[0] == "figures" &&
      absl::EndsWith(parts[1], ".svg")) {
    render.set_format(v1::RENDER_FORMAT_SVG);
    render.set_figure(std::string(absl::StripSuffix(parts[1], ".svg")));
  } else if (!parts.empty()) {
    return NoSuchPage(
        "there is no such page; a review has figures/NAME.svg below it");
  }
  return Render(render);
}

absl::StatusOr<HttpResponse> ReviewPages::Render(
    const v1::RenderReviewRequest& request) {
  ASSIGN_OR_RETURN(const FullRecordName name,
                   ReviewReader::ParseName(request.name()));
  ASSIGN_OR_RETURN(const RegistryStore* const store,
                   catalog_.Find(name.registry.id()));
  // A page stays what it is until the registry changes.
  std::string key =
      absl::StrCat(store->head()->revision, " ", request.SerializeAsString());
  for (auto each = kept_.begin(); each != kept_.end(); ++each) {
    if (each->key != key) continue;
    kept_.splice(kept_.begin(), kept_, each);
    return kept_.front().response;
  }
  ASSIGN_OR_RETURN(RenderedReview rendered, rpc_.RenderReview(request, [this] {
    return stopping_ ? absl::CancelledError("the server stops")
                     : absl::OkStatus();
  }));
  HttpResponse response = {.body = std::move(rendered.data),
                           .content_type = rendered.content_type};
  response.policy = absl::StrCat(request.format() == v1::RENDER_FORMAT_HTML
                                     ? ReviewPagePolicy()
                                     : "default-src 'none'",
                                 "; frame-ancestors 'none'");
  response.etag = absl::BytesToHexString(Sha256({response.body}));
  Keep(std::move(key), response);
  return response;
}

void ReviewPages::Keep(std::string key, const HttpResponse& response) {
  kept_size_ += response.body.size();
  kept_.push_front({std::move(key), response});
  while (kept_.size() > 1 && (kept_.size() > kReviewPagesKeptMax ||
                              kept_size_ > kReviewPagesKeptSizeMax)) {
    kept_size_ -= kept_.back().response.body.size();
    kept_.pop_back();
  }
}

absl::StatusOr<ReviewPages::NamedReview> ReviewPages::FindReview(
    const std::string& review) const {
  std::vector<std::string> registries;
  for (const std::string& registry : catalog_.Names()) {
    const auto store = catalog_.Find(registry);
    if (!store.ok()) continue;
    ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                     (*store)->OpenView(Version::Latest()));
    ASSIGN_OR_RETURN(const std::optional<RecordView> record,
                     view->Get(absl::StrCat(kReviewCollection, "/", review)));
    if (record.has_value()) registries.push_back(registry);
  }
  if (registries.size() == 1) return NamedReview{registries[0], review};
  if (registries.empty()) {
    return NoSuchPage(
        absl::StrCat("there is no review ", Quote(review), " here"));
  }
  return NoSuchPage(absl::StrCat(
      "several registries hold a review ", Quote(review), "; want one of ",
      absl::StrJoin(registries, ", ",
                    [&review](std::string* out, const std::string& registry) {
                      absl::StrAppend(out, PathOf(registry, review));
                    })));
}

absl::StatusOr<HttpResponse> ReviewPages::MakeIndex() const {
  HtmlWriter html;
  html.Open("html", {{"lang", "en"}}).Open("head");
  html.Void("meta", {{"charset", "utf-8"}});
  html.Void("meta", {{"name", "viewport"},
                     {"content", "width=device-width, initial-scale=1"}});
  html.Element("title", "Reviews - Consilium");
  html.Void("link", {{"rel", "stylesheet"}, {"href", "/style.css"}});
  html.Close().Open("body").Open("main").Element("h1", "Reviews");
  bool any = false;
  for (const std::string& registry : catalog_.Names()) {
    const auto store = catalog_.Find(registry);
    if (!store.ok()) continue;
    ASSIGN_OR_RETURN(const std::vector<std::string> reviews,
                     ReviewsOf(**store));
    if (reviews.empty()) continue;
    any = true;
    html.Element("h2", absl::StrCat("Registry ", registry)).Open("ul");
    for (const std::string& review : reviews) {
      html.Open("li");
      html.Element("a", review, {{"href", PathOf(registry, review)}});
      html.Close();
    }
    html.Close();
  }
  if (!any) html.Element("p", "No registry here holds a review.");
  html.Close().Close().Close();
  return HttpResponse{.body = std::move(html).Finish(),
                      .content_type = "text/html; charset=utf-8"};
}

}  // namespace consilium
