#include <fstream>
#include "client/export/evidence_page.h"
#include "gtest/gtest.h"
#include "tests/client/export/sample_evidence.h"
namespace consilium {
TEST(Dump, Page) {
  RegistryEvidence e = SampleEvidence();
  v1::Conflict c;
  c.set_record("registries/nsclc/trials/nct02893332/endpoints/pfs");
  const Study* s=nullptr;
  for (auto& st: e.studies) if (st.trial.name()=="registries/nsclc/trials/nct02893332") s=&st;
  for (auto& ep : s->endpoints) if (ep.name()==c.record()) c.set_path("estimates["+ep.estimates(0).key()+"]");
  for (int i=0;i<2;++i){ auto* v=c.add_values(); v->set_value(i? R"({"value":21.2,"unit":"mo"})":R"({"value":20.2,"unit":"mo"})"); v->set_institution(i?"south":"north"); v->set_author(i?"b.rossi":"a.meyer"); v->mutable_claimed_time()->set_seconds(1700000000); v->set_source(R"({"report":"nsclc-targeted-rt-review","locator":"section 2.1, reference 24","text":"12.5 months vs 20.2 months"})");}
  e.conflicts[{c.record(), c.path()}]=c;
  v1::Agreement a; a.set_record(c.record());
  for (auto& ep : s->endpoints) if (ep.name()==c.record()) a.set_path("contrasts["+ep.contrasts(0).key()+"]");
  a.set_blind(true);
  for (int i=0;i<2;++i){ auto* v=a.add_values(); v->set_value("{}"); v->set_institution(i?"south":"north"); v->set_author("x");}
  e.agreements[{a.record(),a.path()}]=a;
  std::ofstream("/tmp/evidence.html") << RenderEvidencePage(e);
}
}
