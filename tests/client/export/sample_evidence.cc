#include "tests/client/export/sample_evidence.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/base/element_key.h"
#include "proto/base/record_traits.h"
#include "proto/base/text_form.h"
#include "proto/base/text_node.h"

namespace consilium {
namespace {

constexpr char kRegistry[] = "registries/nsclc";

// Reads one record, less its id, and returns the id.
template <typename Record>
std::string ReadRecord(TextNode node, Record& record) {
  std::string id;
  auto& entries = node.entries;
  for (const TextNode::Entry& entry : entries) {
    if (entry.key == "id") id = entry.value.scalar;
  }
  entries.erase(
      std::remove_if(entries.begin(), entries.end(),
                     [](const auto& entry) { return entry.key == "id"; }),
      entries.end());
  std::vector<TextProblem> problems;
  ReadMessage(node, "", record, problems);
  for (const TextProblem& problem : problems) {
    ADD_FAILURE() << id << ": " << problem.path << ": " << problem.description;
  }
  BuildKeys(record);
  return id;
}

// Every element of `record` as entered by "north".
void EnterByNorth(const google::protobuf::Message& record,
                  const std::string& name, RegistryEvidence& evidence) {
  Entry entry;
  v1::ChangeInfo& info = entry.change;
  info.set_institution("north");
  info.set_author("a.meyer");
  info.set_hash("5f0c1d2e3a4b5c6d7e8f");
  info.set_message("First evidence");
  info.set_kind(v1::CHANGE_KIND_UPDATE);
  info.mutable_claimed_time()->set_seconds(1'700'000'000);
  const auto& traits =
      *RecordTraitsTable::Get().FindByDescriptor(record.GetDescriptor());
  for (const FieldTraits& field : traits.fields) {
    const auto* const descriptor = field.descriptor;
    if (field.merge != MergeKind::kKeyed) {
      evidence.entries[{name, descriptor->json_name()}] = {entry};
      continue;
    }
    const auto* const reflection = record.GetReflection();
    for (int i = 0; i < reflection->FieldSize(record, descriptor); ++i) {
      const auto& element =
          reflection->GetRepeatedMessage(record, descriptor, i);
      evidence.entries[{name, absl::StrCat(descriptor->json_name(), "[",
                                           BuildKey(element), "]")}] = {entry};
    }
  }
}

template <typename Record>
void AddRecords(const TextNode& document, absl::string_view key,
                const std::string& collection, RegistryEvidence& evidence,
                std::vector<Record>& records) {
  const TextNode* const list = document.Find(key);
  if (list == nullptr) return;
  for (const TextNode& item : list->items) {
    Record record;
    const std::string id = ReadRecord(item, record);
    record.set_name(absl::StrCat(collection, "/", id));
    EnterByNorth(record, record.name(), evidence);
    records.push_back(std::move(record));
  }
  std::sort(records.begin(), records.end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
}

void AddDocument(absl::string_view text, RegistryEvidence& evidence) {
  const auto documents = ParseText("sample.yaml", text, TextFormat::kYaml);
  ASSERT_TRUE(documents.ok()) << documents.status();
  const TextNode& document = documents->front();
  std::vector<v1::Publication> publications;
  AddRecords(document, "publications", absl::StrCat(kRegistry, "/publications"),
             evidence, publications);
  for (v1::Publication& publication : publications) {
    const std::string& name = publication.name();
    evidence.publications[name.substr(name.rfind('/') + 1)] = publication;
  }
  const TextNode* const trial = document.Find("trial");
  if (trial == nullptr) return;
  Study study;
  const std::string id = ReadRecord(*trial, study.trial);
  const std::string name = absl::StrCat(kRegistry, "/trials/", id);
  study.trial.set_name(name);
  EnterByNorth(study.trial, name, evidence);
  AddRecords(document, "arms", absl::StrCat(name, "/arms"), evidence,
             study.arms);
  AddRecords(document, "endpoints", absl::StrCat(name, "/endpoints"), evidence,
             study.endpoints);
  AddRecords(document, "adverseEvents", absl::StrCat(name, "/adverseEvents"),
             evidence, study.adverse_events);
  evidence.studies.push_back(std::move(study));
}

RegistryEvidence EmptyEvidence() {
  RegistryEvidence evidence;
  evidence.registry.set_name(kRegistry);
  evidence.registry.set_title(
      "Targeted drugs with radiotherapy in non-small cell lung cancer");
  evidence.registry.set_registry_id(std::string(64, '7'));
  evidence.frontier = "f1AAECAwQFBgcICQ";
  v1::Snapshot snapshot;
  snapshot.set_name(absl::StrCat(kRegistry, "/snapshots/first-reading"));
  v1::SnapshotBody& body = *snapshot.mutable_body();
  body.set_frontier(evidence.frontier);
  body.set_digest(std::string(64, 'd'));
  body.set_root(std::string(64, 'e'));
  body.set_identity(std::string(64, 'a'));
  body.set_institution("west");
  body.set_author("c.silva");
  body.set_reason("Before the meeting of the reviewers");
  body.mutable_snapshot_time()->set_seconds(1'700'100'000);
  evidence.snapshot = snapshot;
  return evidence;
}

}  // namespace

RegistryEvidence EvidenceFromYaml(absl::string_view yaml) {
  RegistryEvidence evidence = EmptyEvidence();
  AddDocument(yaml, evidence);
  return evidence;
}

RegistryEvidence SampleEvidence() {
  RegistryEvidence evidence = EmptyEvidence();
  std::set<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator("deploy/evidence/nsclc")) {
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  }
  EXPECT_FALSE(files.empty());
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    AddDocument(text.str(), evidence);
  }
  std::sort(evidence.studies.begin(), evidence.studies.end(),
            [](const Study& a, const Study& b) {
              return a.trial.name() < b.trial.name();
            });
  return evidence;
}

}  // namespace consilium
