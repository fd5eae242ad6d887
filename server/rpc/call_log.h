// What the server tells those who run it: one line of JSON an event, with names
// and codes, never contents; how often each method ended how; and who measures
// the calls of which method.
#ifndef CONSILIUM_SERVER_RPC_CALL_LOG_H_
#define CONSILIUM_SERVER_RPC_CALL_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/base/mutex.h"
#include "server/rpc/call_observer.h"

namespace spdlog {
class logger;
}  // namespace spdlog

namespace consilium {

// Thread-safe.
class EventLog {
 public:
  enum class Level { kInfo, kWarning, kError };
  using Value = std::variant<absl::string_view, int64_t, double>;
  using Fields = std::initializer_list<std::pair<absl::string_view, Value>>;

  // Writes to standard error.
  static std::unique_ptr<EventLog> ToStandardError();
  // Appends every line to `lines`, which must outlive the log. For tests.
  static std::unique_ptr<EventLog> ToString(std::string& lines);
  // Writes nowhere.
  static std::unique_ptr<EventLog> Discarding();

  ~EventLog();

  // Writes ts, level, event and then `fields`, in their order.
  void Write(Level level, absl::string_view event, Fields fields);

 private:
  explicit EventLog(std::shared_ptr<spdlog::logger> logger);

  const std::shared_ptr<spdlog::logger> logger_;  // Null discards.
};

// How one call ended.
struct CallRecord {
  absl::string_view method;  // "consilium.v1.TrialService/GetTrial".
  absl::string_view peer;
  const absl::Status& status;
  absl::Duration duration;
  int64_t request_bytes = 0;
  int64_t response_bytes = 0;
  bool is_read = false;  // Changes nothing.
};

// Thread-safe.
class CallLog {
 public:
  // `observer`, unless it is null, hears of the calls of every method of
  // `services`, by full name, and of calls of other methods. Both must outlive
  // the log.
  explicit CallLog(EventLog& events, CallObserver* observer = nullptr,
                   const std::vector<std::string>& services = {});

  // Counts the call, and writes a line about it unless it was a read that ended
  // well within kSlowCallMin: of those there are too many to be read.
  void Record(const CallRecord& call) ABSL_LOCKS_EXCLUDED(mutex_);

  // Who hears of the calls of `method`, "consilium.v1.TrialService/GetTrial".
  // Lives as long as the log: to be kept, not asked for at each call.
  MethodObserver& ObserverOf(absl::string_view method) const;

  // Ended calls by method and code.
  using Counts = std::map<std::pair<std::string, absl::StatusCode>, int64_t>;
  Counts counts() const ABSL_LOCKS_EXCLUDED(mutex_);

  EventLog& events() { return events_; }

 private:
  // What a stranger sent is no failure of this server's, but its operator may
  // want to know whom to ask.
  void RecordBadBatch(const CallRecord& call);
  void WriteCall(EventLog::Level level, const CallRecord& call);

  EventLog& events_;
  absl::flat_hash_map<std::string, MethodObserver*> observers_;
  MethodObserver* unknown_observer_ = &NoObserver();
  mutable Mutex mutex_;
  Counts counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_CALL_LOG_H_
