#include "server/http/index_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace consilium {
namespace {

constexpr char kStyle[] = R"(body {
  font: 16px/1.5 system-ui, sans-serif;
  max-width: 50rem;
  margin: 2rem auto;
  padding: 0 1rem;
  color: #1a1a1a;
  background: #fff;
}
h1 { font-size: 1.5rem; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; }
th, td { padding: .25rem 1.5rem .25rem 0; text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
tr + tr { border-top: 1px solid #ddd; }
pre { background: #f4f4f4; padding: .75rem; overflow-x: auto; }
)";

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"},
                                    {"<", "&lt;"},
                                    {">", "&gt;"},
                                    {"\"", "&quot;"},
                                    {"'", "&#39;"}});
}

std::string RegistryRows(const RegistryCatalog& catalog) {
  std::string rows;
  for (const std::string& name : catalog.Names()) {
    const auto store = catalog.Find(name);
    if (!store.ok()) continue;
    const auto head = (*store)->head();
    int64_t records = 0;
    for (const auto& [collection, count] : head->counts) records += count.live;
    absl::StrAppend(&rows, "<tr><td>", Escape(name), "</td><td class=\"n\">",
                    head->revision, "</td><td class=\"n\">", records,
                    "</td><td class=\"n\">", head->conflicts, "</td></tr>\n");
  }
  return rows;
}

}  // namespace

HttpResponse IndexPage(const IndexPageFacts& facts) {
  const std::string rows =
      facts.catalog == nullptr ? "" : RegistryRows(*facts.catalog);
  return {
      .body = absl::StrCat(
          "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
          "<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
          Escape(facts.institution),
          " - Consilium</title>\n"
          "<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n"
          "<h1>Consilium at ",
          Escape(facts.institution), "</h1>\n<p>Version ",
          Escape(facts.version),
          ". Pages: <a href=\"/metrics\">metrics</a> for Prometheus, "
          "<a href=\"/readyz\">readyz</a>, <a href=\"/livez\">livez</a>. The "
          "evidence is read with <code>consilium</code>.</p>\n"
          "<h2>Registries</h2>\n",
          rows.empty() ? "<p>None yet.</p>\n"
                       : absl::StrCat("<table>\n<tr><th>Registry</th>"
                                      "<th class=\"n\">Revision</th>"
                                      "<th class=\"n\">Records</th>"
                                      "<th class=\"n\">Conflicts</th></tr>\n",
                                      rows, "</table>\n"),
          "<h2>Health</h2>\n<pre>", Escape(facts.health),
          "</pre>\n</body>\n</html>\n"),
      .content_type = "text/html; charset=utf-8"};
}

HttpResponse IndexStyle() {
  return {.body = kStyle, .content_type = "text/css; charset=utf-8"};
}

}  // namespace consilium
