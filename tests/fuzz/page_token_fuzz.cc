// Page tokens: what was sealed opens to the same for the same query only, and
// nothing else opens at all.
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "server/query/limits.h"
#include "server/query/page_token.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/fuzz_target.h"

namespace consilium {
namespace {

const PageTokenSealer& Sealer() {
  static const auto& sealer =
      *new PageTokenSealer(std::string(32, 'k'), "replica");
  return sealer;
}

void CheckRefused(absl::string_view token, const PageQuery& query) {
  const auto position = Sealer().Open(token, query);
  FUZZ_CHECK(absl::IsInvalidArgument(position.status()) &&
                 !GetErrorReason(position.status()).empty(),
             absl::StrCat(token, ": ", position.status().ToString()));
}

}  // namespace

void FuzzOne(absl::string_view bytes) {
  CheckRefused(bytes, {.method = "ListTrials"});

  FuzzInput input(bytes);
  PageQuery query{.method = input.TakeText(),
                  .parent = input.TakeText(),
                  .filter = input.TakeText(),
                  .order_by = input.TakeText(),
                  .version = input.TakeText(),
                  .show_deleted = input.TakeChance(2)};
  const PagePosition position{.registry = input.TakeText(),
                              .version = input.TakeText(),
                              .last_key = input.TakeText()};
  std::string token = Sealer().Seal(query, position);
  const auto opened = Sealer().Open(token, query);
  FUZZ_CHECK(opened.ok() && *opened == position, opened.status().ToString());

  const std::string sealed = token;
  size_t at = input.TakeByte();
  at = (256 * at + input.TakeByte()) % token.size();
  token[at] = static_cast<char>(input.TakeByte());
  if (token != sealed) CheckRefused(token, query);
  CheckRefused(sealed.substr(0, at), query);
  CheckRefused(sealed + "A", query);

  query.filter += "x";
  CheckRefused(sealed, query);
  query.filter.pop_back();
  query.parent += query.filter;
  if (!query.filter.empty()) {
    query.filter.clear();
    CheckRefused(sealed, query);
  }
}

std::vector<std::string> FuzzSeeds() {
  return {Sealer().Seal({.method = "ListArms"}, {.registry = "nsclc"}),
          std::string("\x0aListTrials\x10registries/nsclc\x05title\x00\x00\x00"
                      "\x05nsclc\x01r\x06trials\x00\x07x",
                      56)};
}

}  // namespace consilium
