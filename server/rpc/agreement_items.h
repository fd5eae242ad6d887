// The single values inside a field or element, as agreement is counted on them.
#ifndef CONSILIUM_SERVER_RPC_AGREEMENT_ITEMS_H_
#define CONSILIUM_SERVER_RPC_AGREEMENT_ITEMS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/conflict_service.pb.h"
#include "proto/base/record_traits.h"

namespace consilium {

struct AgreementItem {
  v1::ItemType type = v1::ITEM_TYPE_UNSPECIFIED;
  std::string value;     // Equal where the items are.
  int32_t category = 0;  // Of a category.
};

// By path in JSON names: "estimates.value".
using AgreementItems = std::map<std::string, AgreementItem>;

// The items of `value`, the encoding of one path of a record of that kind. None
// of a set's member, which is nothing but its key. The parts of an element's
// key, output-only fields and sources are left out.
//   DATA_LOSS  it does not parse.
absl::StatusOr<AgreementItems> FindAgreementItems(const FieldTraits& field,
                                                  const RecordTraits& traits,
                                                  absl::string_view value);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_AGREEMENT_ITEMS_H_
