#include "server/rpc/call_log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <mutex>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/base/errors.h"
#include "proto/base/utf8.h"
#include "server/rpc/limits.h"

namespace consilium {
namespace {

constexpr char kPattern[] = R"({"ts":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})";

void AppendJson(absl::string_view text, std::string& json) {
  json.push_back('"');
  for (const char c : CleanUtf8(text)) {
    if (c == '"' || c == '\\') {
      json.push_back('\\');
      json.push_back(c);
    } else if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppendFormat(&json, "\\u%04x", c);
    } else {
      json.push_back(c);
    }
  }
  json.push_back('"');
}

void AppendJson(const EventLog::Value& value, std::string& json) {
  if (const auto* text = std::get_if<absl::string_view>(&value)) {
    AppendJson(*text, json);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    absl::StrAppend(&json, *integer);
  } else {
    absl::StrAppendFormat(&json, "%.3f", std::get<double>(value));
  }
}

class StringSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit StringSink(std::string& lines) : lines_(lines) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    lines_.append(line.data(), line.size());
  }
  void flush_() override {}

 private:
  std::string& lines_;
};

std::shared_ptr<spdlog::logger> MakeLogger(spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>("consilium", std::move(sink));
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      kPattern, spdlog::pattern_time_type::utc));
  return logger;
}

// Whether what fails is what the caller sent, and nothing of this server's.
bool IsBadBatch(const CallRecord& call) {
  static const auto& reasons = *new std::set<std::string>{
      "BATCH_DAMAGED", "CHANGE_DAMAGED", "FORKED_REPLICA", "GROUP_EMPTY"};
  return absl::EndsWith(call.method, ".SyncService/PushChanges") &&
         reasons.count(GetErrorReason(call.status)) > 0;
}

spdlog::level::level_enum ToSpdlog(EventLog::Level level) {
  switch (level) {
    case EventLog::Level::kInfo:
      return spdlog::level::info;
    case EventLog::Level::kWarning:
      return spdlog::level::warn;
    case EventLog::Level::kError:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

EventLog::EventLog(std::shared_ptr<spdlog::logger> logger)
    : logger_(std::move(logger)) {}

EventLog::~EventLog() = default;

std::unique_ptr<EventLog> EventLog::ToStandardError() {
  return std::unique_ptr<EventLog>(new EventLog(
      MakeLogger(std::make_shared<spdlog::sinks::stderr_sink_mt>())));
}

std::unique_ptr<EventLog> EventLog::ToString(std::string& lines) {
  return std::unique_ptr<EventLog>(
      new EventLog(MakeLogger(std::make_shared<StringSink>(lines))));
}

std::unique_ptr<EventLog> EventLog::Discarding() {
  return std::unique_ptr<EventLog>(new EventLog(nullptr));
}

void EventLog::Write(Level level, absl::string_view event, Fields fields) {
  if (logger_ == nullptr) return;
  std::string json = "\"event\":";
  AppendJson(event, json);
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&json, ",\"", name, "\":");
    AppendJson(value, json);
  }
  logger_->log(ToSpdlog(level),
               spdlog::string_view_t(json.data(), json.size()));
}

CallLog::CallLog(EventLog& events, CallObserver* observer,
                 const std::vector<std::string>& services)
    : events_(events) {
  if (observer == nullptr) return;
  const auto& pool = *google::protobuf::DescriptorPool::generated_pool();
  for (const std::string& name : services) {
    const auto* service = pool.FindServiceByName(name);
    if (service == nullptr) continue;
    for (int i = 0; i < service->method_count(); ++i) {
      const auto& method = *service->method(i);
      observers_.emplace(absl::StrCat(name, "/", method.name()),
                         &observer->Of(method));
    }
  }
  unknown_observer_ = &observer->OfUnknown();
}

void CallLog::Record(const CallRecord& call) {
  {
    MutexLock lock(mutex_);
    ++counts_[{std::string(call.method), call.status.code()}];
  }
  if (call.status.ok() && call.is_read && call.duration < kSlowCallMin) return;
  const bool is_ours = call.status.code() == absl::StatusCode::kInternal ||
                       call.status.code() == absl::StatusCode::kDataLoss ||
                       call.status.code() == absl::StatusCode::kUnknown;
  if (IsBadBatch(call)) return RecordBadBatch(call);
  if (is_ours) {
    // What it says of the server's own rows, those who run it must know.
    events_.Write(
        EventLog::Level::kError, "server_failure",
        {{"method", call.method}, {"message", call.status.message()}});
  }
  WriteCall(is_ours ? EventLog::Level::kError : EventLog::Level::kInfo, call);
}

void CallLog::RecordBadBatch(const CallRecord& call) {
  events_.Write(EventLog::Level::kWarning, "bad_batch_refused",
                {{"method", call.method},
                 {"peer", call.peer},
                 {"message", call.status.message()}});
  WriteCall(EventLog::Level::kInfo, call);
}

void CallLog::WriteCall(EventLog::Level level, const CallRecord& call) {
  const std::string code = absl::StatusCodeToString(call.status.code());
  events_.Write(level, "call",
                {{"method", call.method},
                 {"code", absl::string_view(code)},
                 {"reason", absl::string_view(GetErrorReason(call.status))},
                 {"duration_ms", absl::ToDoubleMilliseconds(call.duration)},
                 {"peer", call.peer},
                 {"request_bytes", call.request_bytes},
                 {"response_bytes", call.response_bytes}});
}

MethodObserver& CallLog::ObserverOf(absl::string_view method) const {
  const auto found = observers_.find(method);
  return found == observers_.end() ? *unknown_observer_ : *found->second;
}

CallLog::Counts CallLog::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

}  // namespace consilium
