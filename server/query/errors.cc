#include "server/query/errors.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/rpc/error_details.pb.h"
#include "proto/base/errors.h"
#include "proto/base/utf8.h"
#include "server/query/limits.h"

namespace consilium {
namespace {

bool ContinuesCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

size_t CountCharacters(absl::string_view text) {
  return text.size() -
         std::count_if(text.begin(), text.end(), ContinuesCharacter);
}

// `text` cut short, on one line.
std::string Excerpt(absl::string_view text) {
  return absl::StrReplaceAll(ShortenUtf8(text, kFilterExcerptSizeMax),
                             {{"\n", " "}, {"\r", " "}, {"\t", " "}});
}

absl::Status WithFieldViolation(absl::Status status, absl::string_view field) {
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(status.message()));
  status.SetPayload(
      absl::StrCat("type.googleapis.com/",
                   google::rpc::BadRequest::descriptor()->full_name()),
      absl::Cord(bad_request.SerializeAsString()));
  return status;
}

absl::Status PageTokenError(absl::string_view reason,
                            absl::string_view message) {
  return WithFieldViolation(
      MakeError(absl::StatusCode::kInvalidArgument, reason, message),
      "pageToken");
}

}  // namespace

absl::Status FilterError(absl::string_view reason, absl::string_view text,
                         size_t offset, absl::string_view found,
                         absl::string_view wish) {
  const std::string position =
      absl::StrCat(CountCharacters(text.substr(0, offset)) + 1);
  const std::string excerpt = Excerpt(found);
  const std::string where =
      found.empty() ? "the end" : absl::StrCat("'", excerpt, "'");
  return WithFieldViolation(
      MakeError(absl::StatusCode::kInvalidArgument, reason,
                absl::StrCat("filter, character ", position, ", at ", where,
                             ": ", wish),
                {{"position", position}, {"text", excerpt}}),
      "filter");
}

absl::Status FilterTooLarge(absl::string_view limit, size_t maximum,
                            absl::string_view wish) {
  return WithFieldViolation(
      MakeError(
          absl::StatusCode::kInvalidArgument, kFilterTooLarge,
          absl::StrCat("filter: more than ", maximum, " ", limit, "; ", wish),
          {{"limit", limit}, {"maximum", absl::StrCat(maximum)}}),
      "filter");
}

absl::Status PageTokenMalformed() {
  return PageTokenError(kPageTokenMalformed,
                        "pageToken: not a token that this server gave; "
                        "pass next_page_token unchanged, or start again "
                        "without a token");
}

absl::Status PageTokenOtherQuery() {
  return PageTokenError(kPageTokenOtherQuery,
                        "pageToken: belongs to another query; repeat the "
                        "parent, filter, order, version and show_deleted of "
                        "the first page, or start again without a token");
}

absl::Status PageTokenOtherList(absl::string_view given_by,
                                absl::string_view used_at) {
  given_by.remove_prefix(given_by.rfind('/') + 1);
  used_at.remove_prefix(used_at.rfind('/') + 1);
  return PageTokenError(
      kPageTokenOtherQuery,
      absl::StrCat("pageToken: belongs to ", given_by, " and was given to ",
                   used_at, "; go on with ", given_by,
                   ", or start again without a token"));
}

absl::Status PageTokenOtherServer() {
  return PageTokenError(kPageTokenOtherServer,
                        "pageToken: another server gave it; go on with that "
                        "server, or start again without a token");
}

}  // namespace consilium
