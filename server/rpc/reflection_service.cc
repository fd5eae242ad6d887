#include "server/rpc/reflection_service.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "proto/base/grpc_status.h"
#include "proto/base/thread_sanitizer.h"
#include "server/rpc/errors.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;

// Answers one request. The two versions differ in nothing but their package.
template <typename Request, typename Response>
class Answerer {
 public:
  explicit Answerer(const std::vector<std::string>& services)
      : services_(services), pool_(*DescriptorPool::generated_pool()) {}

  void Answer(const Request& request, Response& response) const {
    response.set_valid_host(request.host());
    *response.mutable_original_request() = request;
    switch (request.message_request_case()) {
      case Request::kFileByFilename:
        return AddFile(pool_.FindFileByName(request.file_by_filename()),
                       request.file_by_filename(), response);
      case Request::kFileContainingSymbol:
        return AddFile(
            pool_.FindFileContainingSymbol(request.file_containing_symbol()),
            request.file_containing_symbol(), response);
      case Request::kFileContainingExtension:
        return AddExtension(
            request.file_containing_extension().containing_type(),
            request.file_containing_extension().extension_number(), response);
      case Request::kAllExtensionNumbersOfType:
        return AddExtensionNumbers(request.all_extension_numbers_of_type(),
                                   response);
      case Request::kListServices:
        for (const std::string& service : services_) {
          response.mutable_list_services_response()->add_service()->set_name(
              service);
        }
        return;
      default:
        return AddError(grpc::StatusCode::INVALID_ARGUMENT,
                        "the request asks for nothing", response);
    }
  }

 private:
  static void AddError(grpc::StatusCode code, absl::string_view message,
                       Response& response) {
    response.mutable_error_response()->set_error_code(code);
    response.mutable_error_response()->set_error_message(std::string(message));
  }

  // The file and everything that it imports, dependencies last.
  static void AddFile(const FileDescriptor* file, const std::string& wanted,
                      Response& response) {
    if (file == nullptr) {
      return AddError(grpc::StatusCode::NOT_FOUND,
                      absl::StrCat("nothing is called ", wanted), response);
    }
    std::set<const FileDescriptor*> seen = {file};
    std::vector<const FileDescriptor*> files = {file};
    for (size_t i = 0; i < files.size(); ++i) {
      FileDescriptorProto proto;
      files[i]->CopyTo(&proto);
      response.mutable_file_descriptor_response()->add_file_descriptor_proto(
          proto.SerializeAsString());
      for (int j = 0; j < files[i]->dependency_count(); ++j) {
        const FileDescriptor* dependency = files[i]->dependency(j);
        if (seen.insert(dependency).second) files.push_back(dependency);
      }
    }
  }

  void AddExtension(const std::string& type, int number,
                    Response& response) const {
    const Descriptor* extendee = pool_.FindMessageTypeByName(type);
    const FieldDescriptor* extension =
        extendee == nullptr ? nullptr
                            : pool_.FindExtensionByNumber(extendee, number);
    AddFile(extension == nullptr ? nullptr : extension->file(),
            absl::StrCat("extension ", number, " of ", type), response);
  }

  void AddExtensionNumbers(const std::string& type, Response& response) const {
    const Descriptor* extendee = pool_.FindMessageTypeByName(type);
    if (extendee == nullptr) return AddFile(nullptr, type, response);
    std::vector<const FieldDescriptor*> extensions;
    pool_.FindAllExtensions(extendee, &extensions);
    auto& numbers = *response.mutable_all_extension_numbers_response();
    numbers.set_base_type_name(type);
    for (const FieldDescriptor* extension : extensions) {
      numbers.add_extension_number(extension->number());
    }
  }

  const std::vector<std::string>& services_;
  const DescriptorPool& pool_;
};

template <typename Request, typename Response>
class ReflectionStream final
    : public grpc::ServerBidiReactor<Request, Response>,
      public OpenStream {
 public:
  ReflectionStream(const StreamContext& context, MethodObserver& observer,
                   const std::vector<std::string>& services)
      : streams_(context.streams),
        log_(context.log),
        observed_(observer),
        answerer_(services) {
    const absl::Status admitted = streams_.Add(*this);
    MutexLock lock(mutex_);
    if (admitted.ok()) {
      this->StartRead(&request_);
    } else {
      FinishOnce(admitted);
    }
  }

  void OnReadDone(bool ok) noexcept override {
    MutexLock lock(mutex_);
    if (!ok) return FinishOnce(absl::OkStatus());
    if (finished_) return;
    observed_.Received(request_.ByteSizeLong());
    response_.Clear();
    answerer_.Answer(request_, response_);
    observed_.Sent(response_.ByteSizeLong());
    this->StartWrite(&response_);
  }

  void OnWriteDone(bool ok) noexcept override {
    MutexLock lock(mutex_);
    if (!ok) return FinishOnce(CallCancelled());
    if (!finished_) this->StartRead(&request_);
  }

  void OnCancel() noexcept override {
    MutexLock lock(mutex_);
    FinishOnce(CallCancelled());
  }

  void Stop() noexcept override {
    MutexLock lock(mutex_);
    FinishOnce(ServerStopping());
  }

  void OnDone() noexcept override {
    {
      // Whoever finished the stream may still hold the lock.
      MutexLock lock(mutex_);
      observed_.End(code_);
    }
    streams_.Remove(*this);
    CallLog& log = log_;
    delete this;
    HappensBefore(&log);
  }

 private:
  void FinishOnce(const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    finished_ = true;
    code_ = status.code();
    this->Finish(ToGrpcStatus(status));
  }

  StreamSet& streams_;
  CallLog& log_;
  ObservedCall observed_;
  const Answerer<Request, Response> answerer_;
  Request request_;
  Response response_;
  Mutex mutex_;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  // Once finished.
  absl::StatusCode code_ ABSL_GUARDED_BY(mutex_) = absl::StatusCode::kOk;
};

template <typename Service, typename Request, typename Response>
class ReflectionEndpoint final : public Service::CallbackService {
 public:
  ReflectionEndpoint(const StreamContext& context,
                     std::vector<std::string> services)
      : context_(context),
        observer_(context.log.ObserverOf(absl::StrCat(
            Service::service_full_name(), "/ServerReflectionInfo"))),
        services_(std::move(services)) {}

  grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(
      grpc::CallbackServerContext*) override {
    return new ReflectionStream<Request, Response>(context_, observer_,
                                                   services_);
  }

 private:
  const StreamContext& context_;
  MethodObserver& observer_;
  const std::vector<std::string> services_;
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeReflectionServices(
    const StreamContext& context, const std::vector<std::string>& services) {
  namespace stable = grpc::reflection::v1;
  namespace alpha = grpc::reflection::v1alpha;
  std::vector<std::unique_ptr<grpc::Service>> made;
  made.push_back(std::make_unique<ReflectionEndpoint<
                     stable::ServerReflection, stable::ServerReflectionRequest,
                     stable::ServerReflectionResponse>>(context, services));
  made.push_back(std::make_unique<ReflectionEndpoint<
                     alpha::ServerReflection, alpha::ServerReflectionRequest,
                     alpha::ServerReflectionResponse>>(context, services));
  return made;
}

}  // namespace consilium
