#include "client/export/page_style.h"

namespace consilium {

absl::string_view PageStyle() {
  return R"css(
:root {
  color-scheme: light dark;
  --ink: #1c2024; --soft-ink: #55606b; --paper: #ffffff; --panel: #f5f7f8;
  --line: #d5dbe0; --strong-line: #30363c; --link: #0a5a86;
  --disputed: #9b2226; --disputed-panel: #fdf0ef;
  --doubted: #7a4f01; --doubted-panel: #fdf6e3;
  --agreed: #1a6334;
  --derived: #4a4f8f; --derived-panel: #f1f1fa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ec; --soft-ink: #a2adb8; --paper: #14181c; --panel: #1d2328;
    --line: #343c44; --strong-line: #8b96a1; --link: #7cc3ef;
    --disputed: #ffa198; --disputed-panel: #351d1d;
    --doubted: #e8c060; --doubted-panel: #2f2714;
    --agreed: #86d39b;
    --derived: #b7baf5; --derived-panel: #22233a;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto; padding: 0 1.25rem 4rem; max-width: 74rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial,
    sans-serif;
  overflow-wrap: break-word;
}
h1, h2, h3, .kicker {
  font-family: Charter, "Bitstream Charter", "Iowan Old Style", Georgia,
    "DejaVu Serif", serif;
  line-height: 1.2; text-wrap: balance;
}
h1 { margin: 0 0 0.75rem; font-size: clamp(1.7rem, 5vw, 2.6rem); }
h2 {
  margin: 3rem 0 0.5rem; padding-bottom: 0.3rem; font-size: 1.5rem;
  border-bottom: 2px solid var(--strong-line);
}
h3 { margin: 0 0 0.9rem; font-size: 1.25rem; }
h4 { margin: 0; font-size: 1rem; }
a { color: var(--link); text-underline-offset: 0.15em; }
a:focus-visible, summary:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px;
}
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); }
header { padding-top: 2.5rem; }
.kicker {
  margin: 0 0 0.4rem; color: var(--soft-ink); font-style: italic;
}
.lead { max-width: 46rem; font-size: 1.08rem; }
.remark {
  display: block; color: var(--soft-ink); font-size: 0.86rem;
  font-weight: normal;
}
.version {
  margin: 1.5rem 0; padding: 0.9rem 1.1rem; background: var(--panel);
  border-left: 4px solid var(--strong-line);
}
.version p { margin: 0 0 0.35rem; }
.hashes { display: flex; flex-wrap: wrap; gap: 0.15rem 1.2rem;
  color: var(--soft-ink); font-size: 0.9rem; }
code, pre { font: 0.9em/1.5 ui-monospace, "SF Mono", Menlo, Consolas,
  "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { padding: 0.8rem 1rem; background: var(--panel); white-space: pre-wrap; }
.totals {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(7.2rem, 1fr));
  gap: 1px; margin: 0 0 1.2rem; padding: 1px; list-style: none;
}
.totals li { padding: 0.6rem 0.8rem; box-shadow: 0 0 0 1px var(--line); }
.totals b { display: block; font-size: 1.5rem; line-height: 1.2;
  font-variant-numeric: tabular-nums; }
.totals span { color: var(--soft-ink); font-size: 0.82rem; line-height: 1.3;
  display: block; }
.help { margin: 0 0 1rem; }
.help li { margin: 0.45rem 0; }
.help .secondary { display: inline-block; }
.help .mark { display: inline-block; margin: 0; padding: 0 0.4rem;
  font-weight: 600; }
.study { margin: 2rem 0 3.5rem; }
.facts {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr));
  gap: 0.7rem 1.5rem; margin: 0 0 1.6rem;
}
.facts .wide { grid-column: span 2; }
dt { color: var(--soft-ink); font-size: 0.82rem; }
dd { margin: 0; }
table { width: 100%; margin: 0 0 1.8rem; border-collapse: collapse;
  border-bottom: 2px solid var(--strong-line); font-size: 0.94rem; }
caption { padding: 0 0 0.35rem; text-align: left; font-weight: 650; }
thead th { border-top: 2px solid var(--strong-line);
  border-bottom: 1px solid var(--strong-line); font-size: 0.82rem;
  color: var(--soft-ink); }
th, td { padding: 0.5rem 0.9rem 0.5rem 0; text-align: left;
  vertical-align: top; font-weight: normal; }
tbody tr + tr { border-top: 1px solid var(--line); }
tr.group th { padding-top: 0.9rem; font-weight: 650; }
tbody + tbody tr.group { border-top: 1px solid var(--strong-line); }
tr.contrast { background: var(--panel); }
tr.contrast > :first-child { padding-left: 0.6rem; }
span.value { font-weight: 600; font-variant-numeric: tabular-nums; }
td:last-child { padding-right: 0; font-size: 0.88rem; }
.arms, .results, .glance { table-layout: fixed; }
.results th:nth-child(1) { width: 29%; }
.results th:nth-child(2) { width: 16%; }
.results th:nth-child(4) { width: 11%; }
.results th:nth-child(5) { width: 17%; }
.arms th:nth-child(1) { width: 27%; }
.arms th:nth-child(3), .arms th:nth-child(4) { width: 17%; }
.glance th:nth-child(1) { width: 38%; }
.glance th:nth-child(3) { width: 10%; }
.glance th:nth-child(4) { width: 7%; }
ul.plain { margin: 0; padding: 0; list-style: none; }
ul.plain > li + li { margin-top: 0.35rem; }
.mark {
  margin: 0.35rem 0; padding: 0.35rem 0.6rem; font-size: 0.88rem;
  font-weight: normal; border-left: 3px solid; border-radius: 0 3px 3px 0;
}
.mark > * { color: var(--ink); }
.mark > b { color: inherit; }
.mark ul { margin: 0.15rem 0 0; padding-left: 1.1rem; }
.mark p { margin: 0; }
.disputed { color: var(--disputed); background: var(--disputed-panel); }
.doubted { color: var(--doubted); background: var(--doubted-panel); }
.agreed { color: var(--agreed); }
.derived { color: var(--derived); background: var(--derived-panel); }
.reading { font-weight: 600; }
.secondary {
  display: block; width: fit-content; padding: 0 0.35rem; border: 1px solid var(--line);
  border-radius: 3px; color: var(--soft-ink); font-size: 0.76rem;
  white-space: nowrap;
}
details > summary { cursor: pointer; color: var(--link); }
details.value > summary { color: inherit; list-style: none;
  text-decoration: underline dotted var(--soft-ink);
  text-underline-offset: 0.22em; }
details.value > summary::-webkit-details-marker { display: none; }
.origin { margin: -0.6rem 0 1rem; font-size: 0.88rem;
  color: var(--soft-ink); }
.origin > details { display: inline-block; vertical-align: top; }
.origin .secondary { display: inline; margin-left: 0.4rem; }
div.agreed { margin: 0.2rem 0; font-size: 0.82rem; font-weight: normal; }
details > dl { margin: 0.4rem 0 0.6rem; padding: 0.6rem 0.8rem;
  background: var(--panel); border-radius: 3px; font-size: 0.88rem; }
tr.contrast details > dl { background: var(--paper); }
details > dl dt:not(:first-child) { margin-top: 0.45rem; }
q { quotes: "“" "”" "‘" "’"; }
.conclusions { padding: 0.9rem 1.1rem; border: 1px solid var(--line); }
.conclusion + .conclusion { margin-top: 0.8rem; }
.conclusion p { margin: 0.4rem 0 0; font-family: Charter,
  "Bitstream Charter", Georgia, "DejaVu Serif", serif; }
.sources li { margin: 0.4rem 0; }
:target { outline: 3px solid var(--link); outline-offset: 4px; }
footer { margin-top: 3rem; border-top: 2px solid var(--strong-line);
  color: var(--soft-ink); }

@media screen and (max-width: 44rem) {
  body { padding: 0 0.9rem 3rem; }
  table, tbody, tr, th, td, caption { display: block; width: auto; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  table { border-bottom: 0; }
  tbody tr { margin: 0 0 0.7rem; padding: 0.5rem 0.8rem;
    border: 1px solid var(--line); border-radius: 4px; }
  tbody tr + tr { border-top: 1px solid var(--line); }
  tr.group, tbody + tbody tr.group { margin: 1.1rem 0 0.4rem; padding: 0;
    border: 0; }
  tr.group th { padding: 0; font-size: 1.02rem; }
  tbody th, tbody td, td:last-child { padding: 0.2rem 0; }
  .results th:nth-child(n), .arms th:nth-child(n), .glance th:nth-child(n) {
    width: auto; }
  tr.contrast > :first-child { padding-left: 0; }
  tr:not(.group) > th { font-weight: 600; }
  td[data-label]::before { content: attr(data-label) ": ";
    color: var(--soft-ink); font-size: 0.82rem; }
  td[data-label="Source"]::before, td[data-label="Treatment"]::before {
    content: none; }
  td:empty, tr:not(.group) > th:empty { display: none; }
  .facts { grid-template-columns: 1fr 1fr; gap: 0.6rem 1rem; }
  .facts .wide { grid-column: 1 / -1; }
}

@media print {
  @page { margin: 18mm 15mm; }
  :root {
    --ink: #000; --soft-ink: #444; --paper: #fff; --panel: #f4f4f4;
    --line: #bbb; --strong-line: #000; --link: #000;
    --disputed: #7d1a1d; --disputed-panel: #fff; --doubted: #5f3d00;
    --doubted-panel: #fff; --agreed: #134d28; --derived: #35396e;
    --derived-panel: #fff;
  }
  html { font-size: 8.5pt; }
  body { max-width: none; padding: 0; }
  details.value > summary { text-decoration: none; }
  .skip { display: none; }
  a { text-decoration: none; }
  h2, h3, h4, caption, tr.group { break-after: avoid; }
  tr, li, .mark, .conclusion { break-inside: avoid; }
  thead { display: table-header-group; }
}
)css";
}

}  // namespace consilium
