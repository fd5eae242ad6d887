#include "server/review/reports.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace consilium {
namespace {

// What a bibliography has of it: nothing that is local to a server.
v1::Publication Reference(const std::string& id,
                          const v1::Publication& publication) {
  v1::Publication reference = publication;
  reference.set_name(absl::StrCat("publications/", id));
  reference.clear_abstract();
  reference.clear_keywords();
  reference.clear_cited_in();
  reference.clear_etag();
  reference.clear_create_time();
  reference.clear_update_time();
  reference.clear_delete_time();
  reference.clear_lifecycle();
  reference.clear_conflicts();
  reference.clear_source();
  reference.clear_revision();
  return reference;
}

}  // namespace

std::vector<v1::Publication> ListReports(const ReviewInput& input,
                                         const Inclusion& inclusion) {
  std::set<std::string> ids;
  for (const v1::EvidenceRow* row : input.rows) {
    if (!inclusion.RestsOn(row->trial_id())) continue;
    ids.insert(row->report());
    for (const v1::Provenance& each : row->provenance()) {
      ids.insert(each.source().report());
      ids.insert(each.source().cites());
    }
  }
  std::vector<v1::Publication> reports;
  for (const std::string& id : ids) {
    const auto found = input.publications.find(id);
    if (found != input.publications.end()) {
      reports.push_back(Reference(id, *found->second));
    }
  }
  return reports;
}

}  // namespace consilium
