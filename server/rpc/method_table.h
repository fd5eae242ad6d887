// Every method that this server offers, and what serves it.
#ifndef CONSILIUM_SERVER_RPC_METHOD_TABLE_H_
#define CONSILIUM_SERVER_RPC_METHOD_TABLE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/rpc/call_observer.h"

namespace consilium {

class CallLog;
class RegistryStore;

// What the answer to a read may rest on: one record, as the newest version had
// it at a revision.
struct AnswerBasis {
  const RegistryStore* store = nullptr;
  std::string record;  // Its name relative to the registry.
  int64_t revision = 0;
};

// The call that a handler serves, beside its request. Lives until the handler
// is done.
struct CallInfo {
  absl::string_view method;  // "consilium.v1.TrialService/GetTrial".
  absl::Time deadline;
  // SHA-256 of method and request: tells a retry from another request.
  std::function<std::string()> hash_request;
  std::function<bool()> is_cancelled;
  // For handlers of point reads, before they are done: the answer follows from
  // the request and `basis` alone, and may be given again while that stands.
  std::function<void(AnswerBasis basis)> rest_on;

  // CANCELLED or DEADLINE_EXCEEDED when nobody waits for the answer any more.
  absl::Status CheckAlive() const;
};

// Finishes a call. Called exactly once, on any thread.
using Done = std::function<void(absl::Status)>;

// Serves one call. The messages live until `done` is called.
using UnaryHandler = std::function<void(
    const CallInfo& call, const google::protobuf::Message& request,
    google::protobuf::Message& response, Done done)>;

struct UnaryMethod {
  enum class Kind {
    kPointRead,   // Runs on gRPC's thread.
    kPointWrite,  // Runs on gRPC's thread, is done later: writes one record.
    kScan,        // Runs on a worker.
    kWrite,       // Runs on a worker, is done later.
  };

  std::string name;  // "consilium.v1.TrialService/GetTrial".
  Kind kind = Kind::kScan;
  const google::protobuf::Message* request = nullptr;  // Prototypes.
  const google::protobuf::Message* response = nullptr;
  UnaryHandler handler;
  MethodObserver* observer = &NoObserver();

  bool is_read() const {
    return kind == Kind::kPointRead || kind == Kind::kScan;
  }
};

// Thread-safe once it is filled.
class MethodTable {
 public:
  // Serves `method` of `service` ("TrialService") by `handler`. A mistake shows
  // in CheckComplete.
  void Add(absl::string_view service, absl::string_view method,
           UnaryMethod::Kind kind, UnaryHandler handler);

  // The same for member functions of the service object that take their
  // messages by type:
  //   absl::Status F(const CallInfo&, const Request&, Response&)
  //   void F(const CallInfo&, const Request&, Response&, Done)
  template <typename Service, typename Request, typename Response>
  void AddPointRead(absl::string_view service, absl::string_view method,
                    Service* object,
                    absl::Status (Service::*serve)(const CallInfo&,
                                                   const Request&, Response&)) {
    AddTyped<Request, Response>(service, method, UnaryMethod::Kind::kPointRead,
                                object, serve);
  }
  template <typename Service, typename Request, typename Response>
  void AddScan(absl::string_view service, absl::string_view method,
               Service* object,
               absl::Status (Service::*serve)(const CallInfo&, const Request&,
                                              Response&)) {
    AddTyped<Request, Response>(service, method, UnaryMethod::Kind::kScan,
                                object, serve);
  }
  template <typename Service, typename Request, typename Response>
  void AddWrite(absl::string_view service, absl::string_view method,
                Service* object,
                void (Service::*serve)(const CallInfo&, const Request&,
                                       Response&, Done)) {
    CheckTypes(service, method, Request::descriptor(), Response::descriptor());
    Add(service, method, UnaryMethod::Kind::kWrite,
        [object, serve](const CallInfo& call,
                        const google::protobuf::Message& request,
                        google::protobuf::Message& response, Done done) {
          (object->*serve)(call, static_cast<const Request&>(request),
                           static_cast<Response&>(response), std::move(done));
        });
  }

  // Notes that a typed stream serves `method`.
  void AddStream(absl::string_view service, absl::string_view method);

  // OK when every method of every service in `files` has exactly one handler of
  // its types, and no handler is left over. INTERNAL lists what is wrong.
  absl::Status CheckComplete(
      const std::vector<const google::protobuf::FileDescriptor*>& files) const;

  // Lets those whom `log` names hear of each method's calls.
  void SetObservers(const CallLog& log);

  // By the name on the wire, "/consilium.v1.TrialService/GetTrial"; null when
  // there is none.
  const UnaryMethod* Find(const std::string& wire_name) const;

  // Visits every unary method; each stays where it is.
  void Visit(absl::FunctionRef<void(const UnaryMethod&)> visit) const;

 private:
  template <typename Request, typename Response, typename Service>
  void AddTyped(absl::string_view service, absl::string_view method,
                UnaryMethod::Kind kind, Service* object,
                absl::Status (Service::*serve)(const CallInfo&, const Request&,
                                               Response&)) {
    CheckTypes(service, method, Request::descriptor(), Response::descriptor());
    Add(service, method, kind,
        [object, serve](const CallInfo& call,
                        const google::protobuf::Message& request,
                        google::protobuf::Message& response, const Done& done) {
          done((object->*serve)(call, static_cast<const Request&>(request),
                                static_cast<Response&>(response)));
        });
  }

  void CheckTypes(absl::string_view service, absl::string_view method,
                  const google::protobuf::Descriptor* request,
                  const google::protobuf::Descriptor* response);

  absl::flat_hash_map<std::string, UnaryMethod> unary_;
  absl::flat_hash_set<std::string> streams_;
  std::vector<std::string> mistakes_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_METHOD_TABLE_H_
