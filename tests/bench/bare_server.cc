#include "tests/bench/bare_server.h"

#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "proto/base/mutex.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"

namespace consilium {
namespace {

std::unique_ptr<rocksdb::DB> OpenDatabase(const std::string& directory) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* database = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(options, directory, &database);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    std::abort();
  }
  return std::unique_ptr<rocksdb::DB>(database);
}

void WriteSynced(rocksdb::DB& database, rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  if (!database.Write(options, &batch).ok()) std::abort();
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

// All methods are callbacks, as those of consiliumd: a synchronous one would
// give gRPC more threads that poll.
using BareMethods = v1::TrialService::WithRawCallbackMethod_GetTrial<
    v1::TrialService::WithRawCallbackMethod_UpdateTrial<
        v1::TrialService::CallbackService>>;

class BareService final : public BareMethods {
 public:
  explicit BareService(const std::string& directory)
      : database_(OpenDatabase(absl::StrCat(directory, "/bare"))) {
    const grpc::Slice slice(ReadFile(absl::StrCat(directory, "/response")));
    answer_ = grpc::ByteBuffer(&slice, 1);
    writer_ = std::thread([this] { WriteAll(); });
  }

  // Never ends by itself: the process is killed.
  ~BareService() override { writer_.join(); }

  grpc::ServerUnaryReactor* GetTrial(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer*,
                                     grpc::ByteBuffer* response) override {
    *response = answer_;
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerUnaryReactor* UpdateTrial(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    auto* reactor = context->DefaultReactor();
    MutexLock lock(mutex_);
    queue_.push_back({*request, response, reactor});
    return reactor;
  }

 private:
  struct Write {
    grpc::ByteBuffer bytes;
    grpc::ByteBuffer* response;
    grpc::ServerUnaryReactor* reactor;
  };

  void WriteAll() {
    while (true) {
      std::vector<Write> writes;
      {
        MutexLock lock(mutex_);
        const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
          return !queue_.empty();
        };
        mutex_.Await(absl::Condition(&ready));
        writes.swap(queue_);
      }
      rocksdb::WriteBatch batch;
      for (const Write& write : writes) {
        std::vector<grpc::Slice> slices;
        if (!write.bytes.Dump(&slices).ok()) std::abort();
        std::string value;
        for (const grpc::Slice& slice : slices) {
          value.append(reinterpret_cast<const char*>(slice.begin()),
                       slice.size());
        }
        batch.Put(absl::StrFormat("%016d", ++written_), value)
            .PermitUncheckedError();
      }
      WriteSynced(*database_, batch);
      for (const Write& write : writes) {
        *write.response = answer_;
        write.reactor->Finish(grpc::Status::OK);
      }
    }
  }

  const std::unique_ptr<rocksdb::DB> database_;
  grpc::ByteBuffer answer_;
  int64_t written_ = 0;  // Of the writer.
  Mutex mutex_;
  std::vector<Write> queue_ ABSL_GUARDED_BY(mutex_);
  std::thread writer_;
};

}  // namespace

int RunBareServer(const std::string& directory) {
  BareService service(directory);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::printf("listening on 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  server->Wait();
  return 0;
}

double MeasureSyncedBatches(const std::string& directory,
                            const std::vector<std::string>& values,
                            size_t batch_count) {
  const auto database = OpenDatabase(directory);
  const size_t batch_size = (values.size() + batch_count - 1) / batch_count;
  const absl::Time start = absl::Now();
  for (size_t begin = 0; begin < values.size(); begin += batch_size) {
    rocksdb::WriteBatch batch;
    for (size_t i = begin; i < std::min(begin + batch_size, values.size());
         ++i) {
      batch.Put(absl::StrFormat("%016d", i), values[i]).PermitUncheckedError();
    }
    WriteSynced(*database, batch);
  }
  return absl::ToDoubleSeconds(absl::Now() - start);
}

}  // namespace consilium
