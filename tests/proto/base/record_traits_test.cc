#include "proto/base/record_traits.h"

#include <re2/re2.h>

#include <functional>
#include <set>

#include "consilium/v1/options.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/field_checks.h"
#include "proto/base/schema_comment.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using testing::ElementsAre;
using testing::Pair;

const RecordTraitsTable& Table() { return RecordTraitsTable::Get(); }

// Calls `visit` for every field of every record, at every depth.
void ForEveryField(const std::function<void(const FieldDescriptor&)>& visit) {
  std::set<const Descriptor*> seen;
  std::function<void(const Descriptor&)> walk = [&](const Descriptor& type) {
    if (!seen.insert(&type).second) return;
    for (int i = 0; i < type.field_count(); ++i) {
      visit(*type.field(i));
      if (const auto* part = type.field(i)->message_type()) walk(*part);
    }
  };
  for (const RecordTraits* traits : Table().all()) walk(*traits->descriptor);
}

TEST(RecordTraitsTest, KindIdsNeverChange) {
  std::vector<std::pair<int, std::string>> ids;
  for (const RecordTraits* traits : Table().all()) {
    ids.emplace_back(traits->kind_id, traits->CollectionPath());
  }
  EXPECT_THAT(
      ids, ElementsAre(Pair(1, "publications"), Pair(2, "trials"),
                       Pair(3, "trials/*/arms"), Pair(4, "trials/*/endpoints"),
                       Pair(5, "trials/*/adverseEvents"), Pair(6, "reviews"),
                       Pair(7, "snapshots"), Pair(8, "members"),
                       Pair(9, "links"), Pair(10, "registry"),
                       Pair(11, "reviews/*/riskOfBiasAssessments"),
                       Pair(12, "reviews/*/certainties"),
                       Pair(13, "reviews/*/screenings")));
}

TEST(RecordTraitsTest, FindsKinds) {
  const RecordTraits* ae = Table().FindByCollection("adverseEvents");
  ASSERT_NE(ae, nullptr);
  EXPECT_EQ(ae->parent, Table().FindByCollection("trials"));
  for (const char* word : {"ae", "adverseEvent", "adverse-event",
                           "adverse_events", "AdverseEvents"}) {
    EXPECT_EQ(Table().FindByWord(word), ae) << word;
  }
  EXPECT_EQ(Table().FindByCollection("trials/*/adverseEvents"), ae);
  EXPECT_EQ(Table().FindByName("trials/t/adverseEvents/v"), ae);
  EXPECT_EQ(Table().FindByDescriptor(ae->descriptor), ae);
  EXPECT_EQ(Table().FindByKindId(5), ae);
  EXPECT_EQ(Table().FindByWord("tria"), nullptr);
  EXPECT_EQ(Table().FindByName("trials/t/x/v"), nullptr);
  EXPECT_EQ(Table().FindByDescriptor(v1::Fact::descriptor()), nullptr);
}

TEST(RecordTraitsTest, ReadsFieldsFromTheSchema) {
  const RecordTraits& trial = *Table().FindByWord("trial");
  EXPECT_EQ(trial.FindField(9)->merge, MergeKind::kSet);
  EXPECT_EQ(trial.FindField(4)->merge, MergeKind::kKeyed);
  EXPECT_EQ(trial.FindField(4)->source->name(), "source");
  EXPECT_EQ(trial.FindField(6)->merge, MergeKind::kRegister);
  EXPECT_FALSE(trial.FindField(kNameField)->assigned);
  EXPECT_FALSE(trial.FindField(kEtagField)->assigned);
  EXPECT_FALSE(trial.FindField(kSourceField)->assigned);
  EXPECT_TRUE(trial.FindField(kLifecycleField)->assigned);
  EXPECT_TRUE(trial.FindField(kRetractionReasonField)->assigned);
  EXPECT_EQ(trial.FindField(999), nullptr);
}

TEST(RecordTraitsTest, EveryRecordHasTheCommonFields) {
  const std::pair<int, const char*> kCommon[] = {
      {kNameField, "name"},
      {kEtagField, "etag"},
      {kCreateTimeField, "create_time"},
      {kUpdateTimeField, "update_time"},
      {kDeleteTimeField, "delete_time"},
      {kLifecycleField, "lifecycle"},
      {kRetractionReasonField, "retraction_reason"},
      {kConflictsField, "conflicts"},
      {kSourceField, "source"},
      {kRevisionField, "revision"}};
  for (const RecordTraits* traits : Table().all()) {
    for (const auto& [number, name] : kCommon) {
      const FieldTraits* field = traits->FindField(number);
      ASSERT_NE(field, nullptr) << traits->singular << " lacks " << name;
      EXPECT_EQ(field->descriptor->name(), name) << traits->singular;
    }
  }
}

TEST(RecordTraitsTest, MergeKindsStandAtTheTopOnly) {
  ForEveryField([](const FieldDescriptor& field) {
    const bool top =
        Table().FindByDescriptor(field.containing_type()) != nullptr;
    const auto& rules = field.options().GetExtension(v1::field);
    EXPECT_TRUE(top || !rules.has_merge()) << field.full_name();
  });
}

TEST(RecordTraitsTest, SourcesStandWhereTheCodecLooks) {
  std::set<const FieldDescriptor*> known;
  for (const RecordTraits* traits : Table().all()) {
    known.insert(traits->FindField(kSourceField)->descriptor);
    for (const FieldTraits& field : traits->fields) known.insert(field.source);
  }
  ForEveryField([&known](const FieldDescriptor& field) {
    if (!field.options().GetExtension(v1::field).source()) return;
    EXPECT_EQ(known.count(&field), 1u) << field.full_name();
    EXPECT_EQ(field.message_type()->full_name(), "consilium.v1.Source");
  });
}

TEST(RecordTraitsTest, EveryKeyedElementHasAKeyToBuild) {
  for (const RecordTraits* traits : Table().all()) {
    for (const FieldTraits& field : traits->fields) {
      if (field.merge != MergeKind::kKeyed) continue;
      const Descriptor& type = *field.descriptor->message_type();
      int parts = 0;
      for (int i = 0; i < type.field_count(); ++i) {
        const auto& rules = type.field(i)->options().GetExtension(v1::field);
        if (rules.key_part() > 0) ++parts;
      }
      EXPECT_GT(parts, 0) << type.full_name();
    }
  }
}

TEST(RecordTraitsTest, PatternsCompileAndExamplesMatch) {
  ForEveryField([](const FieldDescriptor& field) {
    const auto& rules = field.options().GetExtension(v1::field);
    if (!rules.has_pattern()) return;
    const RE2 pattern(rules.pattern());
    ASSERT_TRUE(pattern.ok()) << field.full_name();
    EXPECT_TRUE(!rules.has_example() ||
                RE2::FullMatch(rules.example(), pattern))
        << field.full_name();
  });
}

TEST(RecordTraitsTest, EveryCheckNamedExists) {
  std::set<std::string> known;
  for (const CheckDescription& check : AllChecks()) known.insert(check.name);
  ForEveryField([&known](const FieldDescriptor& field) {
    if (field.message_type() == nullptr) return;
    for (const std::string& check :
         field.message_type()->options().GetExtension(v1::message).checks()) {
      EXPECT_EQ(known.count(check), 1u)
          << check << " of " << field.message_type()->full_name();
    }
  });
}

TEST(RecordTraitsTest, EveryReferenceNamesACollection) {
  ForEveryField([](const FieldDescriptor& field) {
    const auto& rules = field.options().GetExtension(v1::field);
    if (!rules.has_reference()) return;
    EXPECT_NE(Table().FindByCollection(rules.reference()), nullptr)
        << field.full_name();
  });
}

TEST(RecordTraitsTest, EveryFieldIsExplained) {
  ForEveryField([](const FieldDescriptor& field) {
    if (field.file()->package() != "consilium.v1") return;
    EXPECT_NE(SchemaComment(field), "") << field.full_name();
  });
}

using RecordTraitsDeathTest = testing::Test;

TEST(RecordTraitsDeathTest, AMessageThatIsNoRecordIsABug) {
  EXPECT_DEATH(RecordTraitsTable({{1, &v1::Fact::default_instance()}}),
               "record schema: consilium.v1.Fact");
}

}  // namespace
}  // namespace consilium
