// The ways in which calls on records are refused.
#include <functional>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/server/rpc/record_service_fixture.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::IsEmpty;

struct CreateCase {
  const char* what;
  std::function<void(v1::CreateTrialRequest&)> change;
  const char* summary;
};

void PrintTo(const CreateCase& test_case, std::ostream* out) {
  *out << test_case.what;
}

class RefusedCreateTest : public RecordServiceTest,
                          public testing::WithParamInterface<CreateCase> {};

TEST_P(RefusedCreateTest, NamesTheFieldAndChangesNothing) {
  v1::CreateTrialRequest request = CreateRequest("t", "one");
  GetParam().change(request);
  EXPECT_EQ(Summary(Create(request)), GetParam().summary);
  v1::ListTrialsRequest list;
  list.set_parent(kRegistry);
  EXPECT_THAT(Ids(*List(list)), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    EveryWay, RefusedCreateTest,
    testing::Values(
        CreateCase{"no parent", [](auto& r) { r.clear_parent(); },
                   "INVALID_ARGUMENT INVALID_FIELD parent"},
        CreateCase{"a parent that is no registry",
                   [](auto& r) { r.set_parent("trials/t"); },
                   "INVALID_ARGUMENT INVALID_FIELD parent"},
        CreateCase{"a registry that is not there",
                   [](auto& r) { r.set_parent("registries/other"); },
                   "NOT_FOUND REGISTRY_NOT_FOUND"},
        CreateCase{"an id in capitals", [](auto& r) { r.set_trial_id("T"); },
                   "INVALID_ARGUMENT INVALID_FIELD trialId"},
        CreateCase{"no id and nothing to propose one from",
                   [](auto& r) { r.clear_trial_id(); },
                   "INVALID_ARGUMENT INVALID_FIELD trialId"},
        CreateCase{"no trial", [](auto& r) { r.clear_trial(); },
                   "INVALID_ARGUMENT INVALID_FIELD trial"},
        CreateCase{"an empty title",
                   [](auto& r) { r.mutable_trial()->set_title(""); },
                   "INVALID_ARGUMENT INVALID_FIELD trial.title"},
        CreateCase{"a number below its least",
                   [](auto& r) {
                     r.mutable_trial()->set_planned_participant_count(0);
                   },
                   "INVALID_ARGUMENT INVALID_FIELD "
                   "trial.plannedParticipantCount"},
        CreateCase{"a unit that the field has not",
                   [](auto& r) {
                     auto& age = *r.mutable_trial()->mutable_minimum_age();
                     age.set_value(18);
                     age.set_unit("kg");
                   },
                   "INVALID_ARGUMENT INVALID_FIELD trial.minimumAge.unit"},
        CreateCase{"two faults at once",
                   [](auto& r) {
                     r.mutable_trial()->set_title("");
                     r.mutable_trial()->add_countries("china");
                   },
                   "INVALID_ARGUMENT INVALID_FIELD "
                   "trial.title,trial.countries[0]"},
        CreateCase{"an element without what it needs",
                   [](auto& r) {
                     r.mutable_trial()->add_registrations()->set_url(
                         "https://example.org");
                   },
                   "INVALID_ARGUMENT INVALID_FIELD "
                   "trial.registrations[0].number"},
        CreateCase{"one element twice",
                   [](auto& r) {
                     for (int i = 0; i < 2; ++i) {
                       r.mutable_trial()->add_registrations()->set_number(
                           "NCT02893332");
                     }
                   },
                   "INVALID_ARGUMENT INVALID_FIELD trial.registrations[1]"},
        CreateCase{"a publication that does not exist",
                   [](auto& r) {
                     r.mutable_trial()->add_reports()->set_publication(
                         "pmid-1");
                   },
                   "INVALID_ARGUMENT INVALID_FIELD "
                   "trial.reports[0].publication"},
        CreateCase{"a source that does not exist",
                   [](auto& r) {
                     r.mutable_trial()->mutable_source()->set_report("pmid-1");
                   },
                   "INVALID_ARGUMENT INVALID_FIELD trial.source.report"},
        CreateCase{"a request id that is none",
                   [](auto& r) { r.set_request_id("1"); },
                   "INVALID_ARGUMENT INVALID_FIELD requestId"},
        CreateCase{"an author that is too long",
                   [](auto& r) {
                     r.mutable_change()->set_author(std::string(201, 'a'));
                   },
                   "INVALID_ARGUMENT INVALID_FIELD change.author"},
        CreateCase{"a field of a later release",
                   [](auto& r) {
                     r.mutable_trial()
                         ->GetReflection()
                         ->MutableUnknownFields(r.mutable_trial())
                         ->AddVarint(777, 1);
                   },
                   "INVALID_ARGUMENT INVALID_FIELD trial"},
        CreateCase{"a later release's field deep inside",
                   [](auto& r) {
                     auto* age = r.mutable_trial()->mutable_minimum_age();
                     age->set_value(18);
                     age->set_unit("a");
                     age->GetReflection()->MutableUnknownFields(age)->AddVarint(
                         777, 1);
                   },
                   "INVALID_ARGUMENT INVALID_FIELD trial.minimumAge"}));

struct OtherCase {
  const char* what;
  std::function<std::string(Trials&)> call;
  const char* summary;
};

void PrintTo(const OtherCase& test_case, std::ostream* out) {
  *out << test_case.what;
}

class RefusedCallTest : public RecordServiceTest,
                        public testing::WithParamInterface<OtherCase> {};

TEST_P(RefusedCallTest, SaysWhy) {
  ASSERT_OK(Create("t", "one"));
  EXPECT_EQ(GetParam().call(*trials_), GetParam().summary);
}

std::string UpdateWith(
    Trials& trials, const std::function<void(v1::UpdateTrialRequest&)>& set) {
  v1::UpdateTrialRequest request;
  request.mutable_trial()->set_name(Name("t"));
  request.mutable_trial()->set_title("two");
  set(request);
  return Summary(Call(trials, &Trials::UpdateTrial, request));
}

std::string ListWith(Trials& trials,
                     const std::function<void(v1::ListTrialsRequest&)>& set) {
  v1::ListTrialsRequest request;
  request.set_parent(kRegistry);
  set(request);
  return Summary(Call(trials, &Trials::ListTrials, request));
}

std::string GetWith(Trials& trials, const std::string& name,
                    const std::string& at = "") {
  v1::GetTrialRequest request;
  request.set_name(name);
  request.set_at(at);
  return Summary(Call(trials, &Trials::GetTrial, request));
}

INSTANTIATE_TEST_SUITE_P(
    EveryWay, RefusedCallTest,
    testing::Values(
        OtherCase{"a name of another kind",
                  [](Trials& t) {
                    return GetWith(t, "registries/nsclc/publications/p");
                  },
                  "INVALID_ARGUMENT INVALID_FIELD name"},
        OtherCase{"no name", [](Trials& t) { return GetWith(t, ""); },
                  "INVALID_ARGUMENT INVALID_FIELD name"},
        OtherCase{"a revision to come",
                  [](Trials& t) { return GetWith(t, Name("t"), "99"); },
                  "NOT_FOUND REVISION_NOT_FOUND"},
        OtherCase{"a snapshot that is not there",
                  [](Trials& t) { return GetWith(t, Name("t"), "spring"); },
                  "NOT_FOUND SNAPSHOT_NOT_FOUND"},
        OtherCase{"no version at all",
                  [](Trials& t) { return GetWith(t, Name("t"), "!"); },
                  "INVALID_ARGUMENT INVALID_FIELD at"},
        OtherCase{"a negative page size",
                  [](Trials& t) {
                    return ListWith(t, [](auto& r) { r.set_page_size(-1); });
                  },
                  "INVALID_ARGUMENT INVALID_FIELD pageSize"},
        OtherCase{"a page token that nobody gave",
                  [](Trials& t) {
                    return ListWith(t, [](auto& r) { r.set_page_token("x"); });
                  },
                  "INVALID_ARGUMENT PAGE_TOKEN_MALFORMED pageToken"},
        OtherCase{"a filter on a field that is not there",
                  [](Trials& t) {
                    return ListWith(t, [](auto& r) { r.set_filter("x = 1"); });
                  },
                  "INVALID_ARGUMENT FILTER_UNKNOWN_FIELD filter"},
        OtherCase{"a mask with an unknown field",
                  [](Trials& t) {
                    return UpdateWith(t, [](auto& r) {
                      r.mutable_update_mask()->add_paths("titel");
                    });
                  },
                  "INVALID_ARGUMENT INVALID_FIELD updateMask"},
        OtherCase{"a mask into a field",
                  [](Trials& t) {
                    return UpdateWith(t, [](auto& r) {
                      r.mutable_update_mask()->add_paths("randomized.answer");
                    });
                  },
                  "INVALID_ARGUMENT INVALID_FIELD updateMask"},
        OtherCase{"an update of what is not there",
                  [](Trials& t) {
                    return UpdateWith(t, [](auto& r) {
                      r.mutable_trial()->set_name(Name("nobody"));
                    });
                  },
                  "NOT_FOUND RECORD_NOT_FOUND"},
        OtherCase{"an update without a name",
                  [](Trials& t) {
                    return UpdateWith(
                        t, [](auto& r) { r.mutable_trial()->clear_name(); });
                  },
                  "INVALID_ARGUMENT INVALID_FIELD trial.name"},
        OtherCase{"a retraction without a reason",
                  [](Trials& t) {
                    v1::DeleteTrialRequest request;
                    request.set_name(Name("t"));
                    return Summary(Call(t, &Trials::DeleteTrial, request));
                  },
                  "INVALID_ARGUMENT INVALID_FIELD reason"},
        OtherCase{"a retraction by a stale etag",
                  [](Trials& t) {
                    v1::DeleteTrialRequest request;
                    request.set_name(Name("t"));
                    request.set_reason("why");
                    request.set_etag("\"stale\"");
                    return Summary(Call(t, &Trials::DeleteTrial, request));
                  },
                  "ABORTED STALE_ETAG"}));

}  // namespace
}  // namespace consilium
