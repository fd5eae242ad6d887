#include "storage/registry/statement_check.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "proto/base/big_endian.h"
#include "proto/base/record_traits.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "storage/change/change.h"
#include "storage/digest/lt_hash.h"
#include "storage/merge/path_view.h"
#include "storage/registry/row_codec.h"
#include "storage/schema/row_keys.h"

namespace consilium {
namespace {

constexpr int64_t kStepsPerCheck = 256;

// Records are told apart by their names into so many sums, so that whoever
// looks for a difference looks at few records.
constexpr size_t kSumCount = 256;

size_t SumOf(absl::string_view record) {
  return absl::HashOf(record) % kSumCount;
}

void AppendDot(const Dot& dot, std::string& out) {
  const absl::string_view replica = dot.replica.bytes();
  out.append(replica.data(), replica.size());
  AppendBigEndian64(static_cast<uint64_t>(dot.sequence), out);
}

std::string BeginElement(char kind, absl::string_view record,
                         const FieldPath& path, const Dot& dot) {
  std::string bytes(1, kind);
  AppendLengthPrefixed(record, bytes);
  AppendBigEndian32(static_cast<uint32_t>(path.field), bytes);
  bytes.push_back(static_cast<char>(path.kind));
  AppendLengthPrefixed(path.key, bytes);
  AppendDot(dot, bytes);
  return bytes;
}

// All that a row keeps of an assignment and every replica keeps alike.
std::string StatementElement(absl::string_view record, const Assignment& a) {
  std::string bytes = BeginElement('a', record, a.path, a.dot);
  AppendBigEndian64(static_cast<uint64_t>(a.clock), bytes);
  bytes.append(a.commitment.data(), a.commitment.size());
  bytes.push_back(a.erased ? '\1' : '\0');
  AppendLengthPrefixed(a.value, bytes);
  AppendLengthPrefixed(a.source, bytes);
  for (const Dot& dot : a.covered) AppendDot(dot, bytes);
  return Sha256({bytes});
}

std::string SuccessionElement(absl::string_view record, const FieldPath& path,
                              const Dot& superseded, const Dot& superseder) {
  std::string bytes = BeginElement('s', record, path, superseded);
  AppendDot(superseder, bytes);
  return Sha256({bytes});
}

// An assignment as its change states it; without a revision.
Assignment StatedBy(const ParsedChange& change, const ParsedRecord& record,
                    const ParsedAssignment& in) {
  Assignment out;
  out.path = in.path;
  out.dot = change.dot();
  out.clock = change.header().logical_clock();
  std::copy_n(in.commitment.begin(), out.commitment.size(),
              out.commitment.begin());
  out.value = std::string(in.value);
  out.source = std::string(in.source);
  out.erased = in.withheld;
  if (in.path == LifecyclePath() && in.value == RetractedValue()) {
    out.covered = record.covered;
  }
  return out;
}

const ParsedAssignment* FindIn(const ParsedChange& change,
                               absl::string_view name, const FieldPath& path,
                               const ParsedRecord** record) {
  for (const ParsedRecord& each : change.records()) {
    if (each.name != name) continue;
    *record = &each;
    for (const ParsedAssignment& assignment : each.assignments) {
      if (assignment.path == path) return &assignment;
    }
  }
  return nullptr;
}

// One pass over the data of one version.
class StatementScan {
 public:
  using VisitChange = absl::FunctionRef<absl::Status(const ParsedChange&)>;
  // Superseders are null while it is visible.
  using VisitRow = absl::FunctionRef<absl::Status(
      const std::string& record, const Assignment&,
      const std::vector<Superseder>* superseders)>;

  StatementScan(const RegistryView& view, Frontier frontier,
                CheckAlive check_alive)
      : view_(view),
        frontier_(std::move(frontier)),
        check_alive_(check_alive) {}

  bool Holds(const Dot& dot) const { return frontier_.Contains(dot); }

  // Stops a replica at its first change that is damaged or missing, which
  // `damaged` hears of.
  absl::Status ScanChanges(
      VisitChange visit,
      absl::FunctionRef<void(const Dot&, std::string)> damaged) {
    for (const auto& [replica, last] : frontier_.entries()) {
      std::string hash;
      for (int64_t s = 1; s <= last.sequence; ++s) {
        RETURN_IF_ERROR(Step());
        const Dot dot{replica, s};
        const auto change = ReadParsed(dot);
        if (!change.ok()) {
          damaged(dot, std::string(change.status().message()));
          break;
        }
        if (change->header().previous() != hash) {
          damaged(dot, "does not follow the change before it");
          break;
        }
        hash = change->hash();
        if (s == last.sequence && hash != last.hash) {
          damaged(dot, "is not the change that the version names");
          break;
        }
        RETURN_IF_ERROR(visit(*change));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ScanRows(VisitRow visit) {
    auto it = view_.snapshot().Scan(PrefixRange(RecordRowKey::Prefix()));
    for (; it->Valid(); it->Next()) {
      RETURN_IF_ERROR(Step());
      ASSIGN_OR_RETURN(const std::string name, RecordRowKey::Parse(it->key()));
      ASSIGN_OR_RETURN(const StoredRecord record,
                       DecodeRecordRow(it->key(), it->value()));
      for (const Assignment& assignment : record.state.visible()) {
        if (!Holds(assignment.dot)) continue;
        RETURN_IF_ERROR(visit(name, assignment, nullptr));
      }
    }
    RETURN_IF_ERROR(it->status());
    it = view_.snapshot().Scan(PrefixRange(HistoryRowKey::Prefix()));
    for (; it->Valid(); it->Next()) {
      RETURN_IF_ERROR(Step());
      ASSIGN_OR_RETURN(const std::string name,
                       HistoryRowKey::ParseName(it->key()));
      ASSIGN_OR_RETURN(const SupersededAssignment past,
                       DecodeHistoryRow(it->key(), it->value()));
      if (!Holds(past.assignment.dot)) continue;
      RETURN_IF_ERROR(visit(name, past.assignment, &past.superseders));
    }
    return it->status();
  }

  // DATA_LOSS, NOT_FOUND  what is wrong with it.
  absl::StatusOr<ParsedChange> ReadParsed(const Dot& dot) const {
    ASSIGN_OR_RETURN(const stored::v1::Change bytes, view_.GetChangeBytes(dot));
    ASSIGN_OR_RETURN(ParsedChange change, ParsedChange::Parse(bytes));
    if (change.dot() != dot) return absl::DataLossError("names itself another");
    RETURN_IF_ERROR(change.admissibility());
    return change;
  }

  const RegistryView& view() const { return view_; }

 private:
  absl::Status Step() {
    return ++steps_ % kStepsPerCheck == 0 ? check_alive_() : absl::OkStatus();
  }

  const RegistryView& view_;
  const Frontier frontier_;
  const CheckAlive check_alive_;
  int64_t steps_ = 0;
};

// What rows and changes hold, as sums that cancel where both hold the same.
class Balance {
 public:
  absl::Status AddRow(const StatementScan& scan, const std::string& record,
                      const Assignment& assignment,
                      const std::vector<Superseder>* superseders) {
    LtHash& sum = sums_[SumOf(record)];
    sum.Add(StatementElement(record, assignment));
    if (superseders == nullptr) return absl::OkStatus();
    for (const Superseder& superseder : *superseders) {
      if (!scan.Holds(superseder.dot)) continue;
      sum.Add(SuccessionElement(record, assignment.path, assignment.dot,
                                superseder.dot));
    }
    return absl::OkStatus();
  }

  absl::Status SubtractChange(const ParsedChange& change) {
    for (const ParsedRecord& record : change.records()) {
      LtHash& sum = sums_[SumOf(record.name)];
      for (const ParsedAssignment& assignment : record.assignments) {
        sum.Subtract(StatementElement(record.name,
                                      StatedBy(change, record, assignment)));
        for (const Dot& dot : assignment.superseded) {
          sum.Subtract(SuccessionElement(record.name, assignment.path, dot,
                                         change.dot()));
        }
      }
    }
    return absl::OkStatus();
  }

  bool IsEven(absl::string_view record) const {
    return sums_[SumOf(record)] == LtHash();
  }
  bool IsEven() const {
    return std::all_of(sums_.begin(), sums_.end(),
                       [](const LtHash& sum) { return sum == LtHash(); });
  }

 private:
  std::array<LtHash, kSumCount> sums_;
};

// Finds what made a balance uneven.
class DifferenceFinder {
 public:
  DifferenceFinder(StatementScan& scan, const Balance& balance,
                   std::vector<StatementDifference>& differences)
      : scan_(scan), balance_(balance), differences_(differences) {}

  absl::Status Find() {
    RETURN_IF_ERROR(scan_.ScanRows(
        [&](const std::string& record, const Assignment& assignment,
            const std::vector<Superseder>* superseders) {
          if (!full() && !balance_.IsEven(record)) {
            CompareRow(record, assignment, superseders);
          }
          return absl::OkStatus();
        }));
    return scan_.ScanChanges(
        [&](const ParsedChange& change) -> absl::Status {
          for (const ParsedRecord& record : change.records()) {
            if (full() || balance_.IsEven(record.name)) continue;
            for (const ParsedAssignment& assignment : record.assignments) {
              RETURN_IF_ERROR(CompareStatement(std::string(record.name),
                                               assignment, change.dot()));
            }
          }
          return absl::OkStatus();
        },
        [](const Dot&, const std::string&) {});
  }

 private:
  bool full() const { return differences_.size() >= kDifferencesMax; }

  void Report(const std::string& record, const FieldPath& path, const Dot& dot,
              absl::string_view what) {
    if (full()) return;
    const RecordTraits* const traits =
        RecordTraitsTable::Get().FindByName(record);
    differences_.push_back(
        {record, path.ToText(traits == nullptr ? nullptr : traits->descriptor),
         dot, std::string(what)});
  }

  void CompareRow(const std::string& name, const Assignment& kept,
                  const std::vector<Superseder>* superseders) {
    const ParsedChange* const change = Change(kept.dot);
    if (change == nullptr) return;  // Reported as damaged.
    const ParsedRecord* record = nullptr;
    const ParsedAssignment* const found =
        FindIn(*change, name, kept.path, &record);
    if (found == nullptr) {
      return Report(name, kept.path, kept.dot, "that change states no such");
    }
    const Assignment stated = StatedBy(*change, *record, *found);
    if (kept.value != stated.value || kept.erased != stated.erased) {
      Report(name, kept.path, kept.dot, "its value is not the one stated");
    } else if (kept.source != stated.source) {
      Report(name, kept.path, kept.dot, "its source is not the one stated");
    } else if (StatementElement(name, kept) != StatementElement(name, stated)) {
      Report(name, kept.path, kept.dot,
             "what is kept beside its value is not what was stated");
    }
    if (superseders == nullptr) return;
    for (const Superseder& superseder : *superseders) {
      if (scan_.Holds(superseder.dot)) {
        CompareSuperseder(name, kept, superseder.dot);
      }
    }
  }

  void CompareSuperseder(const std::string& name, const Assignment& kept,
                         const Dot& superseder) {
    const ParsedChange* const change = Change(superseder);
    if (change == nullptr) return;
    const ParsedRecord* record = nullptr;
    const ParsedAssignment* const found =
        FindIn(*change, name, kept.path, &record);
    if (found == nullptr ||
        std::find(found->superseded.begin(), found->superseded.end(),
                  kept.dot) == found->superseded.end()) {
      Report(name, kept.path, kept.dot,
             absl::StrCat("it is kept as superseded by change ",
                          superseder.ToString(), ", which did not do that"));
    }
  }

  absl::Status CompareStatement(const std::string& name,
                                const ParsedAssignment& stated,
                                const Dot& dot) {
    if (full()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool visible, IsVisible(name, stated.path, dot));
    ASSIGN_OR_RETURN(const auto past, ReadPast(name, stated.path, dot));
    if (!visible && !past.has_value()) {
      Report(name, stated.path, dot, "it is stated, and no row has it");
    } else if (visible && past.has_value()) {
      Report(name, stated.path, dot, "it stands both as visible and as past");
    }
    for (const Dot& superseded : stated.superseded) {
      ASSIGN_OR_RETURN(const auto gone,
                       ReadPast(name, stated.path, superseded));
      const bool is_noted =
          gone.has_value() &&
          std::any_of(gone->superseders.begin(), gone->superseders.end(),
                      [&](const Superseder& s) { return s.dot == dot; });
      if (!is_noted) {
        Report(name, stated.path, superseded,
               absl::StrCat("change ", dot.ToString(),
                            " superseded it, and no row says so"));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> IsVisible(const std::string& name, const FieldPath& path,
                                 const Dot& dot) {
    if (record_name_ != name) {
      record_ = StoredRecord();
      const std::string key = RecordRowKey::Key(name);
      ASSIGN_OR_RETURN(const auto value, scan_.view().snapshot().Get(key));
      if (value) {
        ASSIGN_OR_RETURN(record_, DecodeRecordRow(key, *value));
      }
      record_name_ = name;
    }
    const absl::Span<const Assignment> siblings = record_.state.At(path);
    return std::any_of(siblings.begin(), siblings.end(),
                       [&](const Assignment& a) { return a.dot == dot; });
  }

  absl::StatusOr<std::optional<SupersededAssignment>> ReadPast(
      const std::string& name, const FieldPath& path, const Dot& dot) {
    const std::string key = HistoryRowKey::Key(name, path, dot);
    ASSIGN_OR_RETURN(const auto value, scan_.view().snapshot().Get(key));
    if (!value) return std::nullopt;
    ASSIGN_OR_RETURN(SupersededAssignment past, DecodeHistoryRow(key, *value));
    return past;
  }

  // Null when it is damaged. Rows that lie together often come from one.
  const ParsedChange* Change(const Dot& dot) {
    if (!change_.has_value() || change_->dot() != dot) {
      change_.reset();
      auto read = scan_.ReadParsed(dot);
      if (read.ok()) change_ = *std::move(read);
    }
    return change_.has_value() ? &*change_ : nullptr;
  }

  StatementScan& scan_;
  const Balance& balance_;
  std::vector<StatementDifference>& differences_;
  std::string record_name_;  // Of the record that was read last.
  StoredRecord record_;
  std::optional<ParsedChange> change_;  // The one that was read last.
};

}  // namespace

std::string StatementDifference::ToString() const {
  if (record.empty()) {
    return absl::StrCat("change ", change.ToString(), ": ", what);
  }
  return absl::StrCat(path, " of \"", record, "\" by change ",
                      change.ToString(), ": ", what);
}

absl::StatusOr<std::vector<StatementDifference>> FindDifferences(
    const RegistryView& view, CheckAlive check_alive) {
  ASSIGN_OR_RETURN(Frontier frontier, view.GetFrontier());
  StatementScan scan(view, std::move(frontier), check_alive);
  std::vector<StatementDifference> differences;
  const auto balance = std::make_unique<Balance>();
  RETURN_IF_ERROR(scan.ScanChanges(
      [&](const ParsedChange& change) {
        return balance->SubtractChange(change);
      },
      [&](const Dot& dot, std::string what) {
        if (differences.size() < kDifferencesMax) {
          differences.push_back({"", "", dot, std::move(what)});
        }
      }));
  RETURN_IF_ERROR(
      scan.ScanRows([&](const std::string& record, const Assignment& assignment,
                        const std::vector<Superseder>* superseders) {
        return balance->AddRow(scan, record, assignment, superseders);
      }));
  if (!differences.empty() || balance->IsEven()) return differences;
  RETURN_IF_ERROR(DifferenceFinder(scan, *balance, differences).Find());
  if (differences.empty()) {
    differences.push_back(
        {"", "", Dot(), "rows say something else than the changes"});
  }
  return differences;
}

}  // namespace consilium
