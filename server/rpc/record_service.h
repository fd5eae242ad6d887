// Get, List, Create, Update, Delete and Undelete of every kind of record that
// has a service of its own name: TrialService serves Trial. A new kind is its
// messages, its service in the schema and an entry in the record traits.
#ifndef CONSILIUM_SERVER_RPC_RECORD_SERVICE_H_
#define CONSILIUM_SERVER_RPC_RECORD_SERVICE_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/base/record_traits.h"
#include "proto/base/resource_name.h"
#include "server/rpc/method_table.h"
#include "server/rpc/record_input.h"
#include "server/rpc/service_context.h"
#include "server/rpc/write_request.h"

namespace consilium {

// Thread-safe.
class RecordService {
 public:
  // `context` must outlive the service.
  explicit RecordService(const ServiceContext& context) : context_(context) {}

  // Serves the standard methods of every kind but those in `except`, which
  // have handlers of their own.
  void Register(const std::vector<const google::protobuf::Descriptor*>& except,
                MethodTable& methods);

  // Get and Update, for services that offer them beside others.
  absl::Status Get(const RecordTraits& traits, const CallInfo& call,
                   const google::protobuf::Message& request,
                   google::protobuf::Message& response) const;
  void Update(const RecordTraits& traits, const CallInfo& call,
              const google::protobuf::Message& request,
              google::protobuf::Message& response, Done done) const;

 private:
  using Message = google::protobuf::Message;

  // A write on its way: everything that answers need.
  struct Write {
    RegistryStore* store = nullptr;
    FullRecordName name;
    std::string prefix;  // Of the record, in the request.
    ChangeRequest change;
  };

  absl::Status List(const RecordTraits& traits, const CallInfo& call,
                    const Message& request, Message& response) const;
  void Commit(Write write, Message& response, Done done) const;

  absl::StatusOr<Write> PrepareCreate(const RecordTraits& traits,
                                      const CallInfo& call,
                                      const Message& request) const;
  absl::StatusOr<Write> PrepareUpdate(const RecordTraits& traits,
                                      const CallInfo& call,
                                      const Message& request) const;
  absl::StatusOr<Write> PrepareDelete(const RecordTraits& traits,
                                      const CallInfo& call,
                                      const Message& request) const;
  absl::StatusOr<Write> PrepareUndelete(const RecordTraits& traits,
                                        const CallInfo& call,
                                        const Message& request) const;
  absl::StatusOr<Write> BeginNamed(const RecordTraits& traits,
                                   const CallInfo& call,
                                   const Message& request) const;

  const ServiceContext& context_;
};

// Puts the record `name` as `view` has it into `response`.
//   NOT_FOUND  there is none.
absl::Status ReadRecord(const RegistryView& view, const FullRecordName& name,
                        google::protobuf::Message& response);

// The full name in a request's field, of a record of that kind.
absl::StatusOr<FullRecordName> ParseNameOf(const RecordTraits& traits,
                                           absl::string_view text,
                                           absl::string_view field = "name");

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_RECORD_SERVICE_H_
