#include "server/page/page_style.h"

namespace consilium {

// In the dark, figures change the colours of svg_canvas.h. Paper stays white.
absl::string_view ReviewPageStyle() {
  return R"css(
:root { color-scheme: light; --paper: #ffffff; --ink: #1b1f24; --soft: #57606a;
  --line: #d3d9de; --panel: #f5f7f9; --apart: #fbfbf9; --blue: #1f4e79;
  --red: #9b2226; --disputed: #fdf3f2; --amber: #6b4700; --doubted: #fdf7e6;
  --violet: #41468a; --derived: #f3f3fb; --low: #1d6b3a; --middle: #8a5a00;
  --high: #9b2226; --unknown: #57606a; --serif: Charter, "Bitstream Charter",
  "Iowan Old Style", Georgia, "DejaVu Serif", serif; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 0 1.5rem 4rem; max-width: 66rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.55 system-ui, "Segoe UI", Roboto,
  "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1, h2, h3, .says, .lead { font-family: var(--serif); }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { margin: 0 0 0.8rem; font-size: clamp(1.75rem, 5vw, 2.7rem); font-weight: 600; }
h2 { margin: 3.5rem 0 1rem; padding-top: 0.8rem; font-size: 1.65rem;
  font-weight: 600; border-top: 3px solid var(--ink); }
h3 { margin: 0 0 0.4rem; font-size: 1.25rem; font-weight: 600; }
h4 { margin: 1.5rem 0 0.4rem; font-size: 1rem; }
p { max-width: 44rem; }
a { color: var(--blue); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.4rem; background: var(--paper); }
header { padding: 3rem 0 1rem; }
.kicker { margin: 0 0 0.6rem; color: var(--red); font-size: 0.85rem;
  font-weight: 650; letter-spacing: 0.04em; text-transform: uppercase; }
.authors { margin: 0 0 0.8rem; }
.lead { font-size: 1.15rem; line-height: 1.5; }
.status, .remark, figcaption { color: var(--soft); font-size: 0.88rem;
  font-weight: 400; }
nav { padding: 0.7rem 0; border-top: 1px solid var(--line);
  border-bottom: 1px solid var(--line); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; margin: 0; padding: 0;
  list-style: none; font-size: 0.9rem; }
nav a { display: inline-block; padding: 0.15rem 0; }
.lines { display: grid; gap: 0 2.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.line { padding: 1.1rem 0; border-top: 1px solid var(--line); }
.says { margin: 0 0 0.4rem; font-size: 1.1rem; line-height: 1.45; }
.effect { margin: 0 0 0.3rem; font-size: 0.95rem; }
.effect b, .pooled b, .number, summary { font-variant-numeric: tabular-nums; }
.line .remark { margin: 0.3rem 0; }
.certainty { font-size: 0.92rem; margin: 0.3rem 0; }
.level { font-weight: 600; }
.mark { display: inline-block; margin: 0.15rem 0.4rem 0.15rem 0; padding: 0 0.45rem;
  border: 1px solid; border-radius: 3px; font-size: 0.8rem; font-weight: 500; }
.disputed { color: var(--red); background: var(--disputed); }
.doubted { color: var(--amber); background: var(--doubted); }
.derived { color: var(--violet); background: var(--derived); }
.secondary { color: var(--soft); background: var(--panel); }
.notice { padding: 0.6rem 0.9rem; background: var(--panel);
  border-left: 4px solid var(--red); }
.facts { display: grid; gap: 0.9rem 2rem; margin: 1rem 0;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
.hashes { grid-template-columns: 1fr; }
.hashes dd { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono",
  monospace; font-size: 0.85rem; overflow-wrap: anywhere; }
dt { color: var(--soft); font-size: 0.82rem; }
dd { margin: 0; }
.outcome, .evidence, .apart { margin: 0 0 3.5rem; }
.apart { padding: 1.2rem; background: var(--apart); border: 1px solid var(--line); }
figure { margin: 1.5rem 0; }
.scroll { overflow-x: auto; }
.scroll svg { display: block; max-width: none; }
.narrow { display: none; }
figcaption { margin-top: 0.5rem; }
table { width: 100%; margin: 1.2rem 0 1.8rem; border-collapse: collapse;
  border-bottom: 2px solid var(--ink); font-size: 0.92rem; }
caption { padding: 0 0 0.4rem; text-align: left; font-weight: 650; }
thead th { border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink);
  font-size: 0.82rem; font-weight: 650; vertical-align: bottom; }
th, td { padding: 0.5rem 1rem 0.5rem 0; text-align: left; vertical-align: top;
  font-weight: 400; }
tbody th { font-weight: 600; }
td:last-child, th:last-child { padding-right: 0; }
tbody tr + tr { border-top: 1px solid var(--line); }
tr.group th { padding-top: 1rem; font-weight: 650; color: var(--blue); }
.matrix { min-width: 44rem; }
ul.plain { margin: 0; padding: 0 0 0.5rem; list-style: none; }
.arm { font-weight: 600; font-size: 0.88rem; }
.grades { padding: 0; }
.grades details { display: inline-block; margin: 0; vertical-align: top; }
.grade { color: var(--soft); font-size: 0.88rem; }
td .certainty { margin: 0; }
.trials th:first-child { width: 34%; } .trials th:nth-child(2) { width: 13%; }
.trials th:nth-child(3) { width: 41%; }
.sof th:first-child { width: 38%; }
.listed th:first-child { width: 22%; } .listed th:nth-child(2) { width: 22%; }
.listed th:nth-child(3) { width: 28%; }
.printed th:first-child { width: 24%; } .printed th:nth-child(2) { width: 30%; }
.printed th[scope="rowgroup"], .listed th[scope="rowgroup"] { width: auto; }
tr.group .remark { display: block; }
tbody th .remark, td .remark { line-height: 1.4; }
details > summary { min-height: 1.5rem; cursor: pointer; color: var(--blue); }
details { margin: 0.4rem 0; }
td details { margin: 0; }
details.origin > summary { display: inline-block; min-width: 1.5rem;
  color: inherit; font-weight: 600; list-style: none;
  text-decoration: underline dotted var(--soft); text-underline-offset: 0.25em; }
details.origin > summary::-webkit-details-marker { display: none; }
.origin dl { margin: 0.4rem 0 0.6rem; padding: 0.6rem 0.8rem; font-size: 0.86rem;
  background: var(--panel); overflow-wrap: anywhere; }
.origin dd + dt { margin-top: 0.35rem; }
.light { display: inline-block; width: 1.35rem; height: 1.35rem; border-radius: 50%;
  color: var(--paper); font-weight: 700; line-height: 1.35rem; text-align: center; }
.judged-low { background: var(--low); } .judged-middle { background: var(--middle); }
.judged-high { background: var(--high); }
.judged-unknown { background: var(--unknown); }
pre { margin: 0; padding: 0.9rem 1rem; white-space: pre-wrap;
  overflow-wrap: anywhere; background: var(--panel); font: 0.86rem/1.5 ui-monospace, Menlo, Consolas,
  "DejaVu Sans Mono", monospace; }
:target { scroll-margin-top: 1rem; }
footer { margin-top: 4rem; border-top: 1px solid var(--line); color: var(--soft);
  font-size: 0.88rem; }

@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --paper: #14181d; --ink: #e7eaee; --soft: #a7b1bb;
    --line: #39424c; --panel: #1e242b; --apart: #191e24; --blue: #8fc1ec;
    --red: #f2a19b; --disputed: #361d1e; --amber: #e8c069; --doubted: #31280f;
    --violet: #b9bdf5; --derived: #24263f; --low: #6cc48d; --middle: #e0ad4b;
    --high: #f2a19b; --unknown: #a7b1bb; }
  svg [fill="#1b1f24"] { fill: var(--ink); }
  svg [stroke="#1b1f24"] { stroke: var(--ink); }
  svg [fill="#57606a"] { fill: var(--soft); }
  svg [stroke="#57606a"] { stroke: var(--soft); }
  svg [fill="#1f4e79"] { fill: var(--blue); }
  svg [stroke="#1f4e79"] { stroke: var(--blue); }
  svg [fill="#9b2226"] { fill: var(--red); }
  svg [stroke="#9b2226"] { stroke: var(--red); }
  svg [fill="#ffffff"] { fill: var(--paper); }
  svg [stroke="#ffffff"] { stroke: var(--paper); }
  svg [fill="#e6edf4"] { fill: #29415a; }
  svg [fill="#f5f7f9"] { fill: var(--panel); }
  svg [stroke="#c9d0d6"] { stroke: var(--line); }
  svg [stroke="#eef1f4"] { stroke: #262d35; }
}

@media print, (min-width: 46.01rem) {
  .numbers tr > :not(:first-child):not([colspan]) { text-align: right;
    font-variant-numeric: tabular-nums; }
}

@media screen and (max-width: 46rem) {
  body { padding: 0 1rem 3rem; }
  header { padding-top: 1.6rem; }
  .stack, .stack tbody, .stack tr, .stack th, .stack td, .stack caption {
    display: block; width: auto; }
  .stack tr > :nth-child(n) { width: auto; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .stack { border-bottom: 0; }
  .stack tbody tr { padding: 0.6rem 0; border-top: 1px solid var(--ink); }
  .stack tbody th, .stack tbody td { padding: 0.15rem 0; }
  .stack td[data-label]::before { content: attr(data-label) ": ";
    color: var(--soft); font-size: 0.82rem; }
  .stack td:empty { display: none; }
  .wide { display: none; }
  .narrow { display: block; }
  .narrow svg { display: block; width: 100%; max-width: 26rem; height: auto; }
  .grades li { padding: 0.15rem 0; }
  .scroll:has(svg)::before, .scroll:has(.matrix)::before {
    content: "Scroll sideways to see all of it →"; position: sticky; left: 0;
    display: block; width: max-content; padding-bottom: 0.4rem;
    color: var(--soft); font-size: 0.82rem; }
  .matrix th:first-child { position: sticky; left: 0; max-width: 9rem;
    background: var(--paper); }
}

@media print {
  @page { margin: 14mm 13mm; }
  html { font-size: 8pt; }
  body { max-width: none; padding: 0; line-height: 1.38; }
  header { padding: 0 0 0.4rem; }
  nav, .skip { display: none; }
  h1 { font-size: 2rem; }
  h2 { margin: 1.8rem 0 0.6rem; padding-top: 0.5rem; font-size: 1.45rem;
    border-top-width: 2px; }
  h3 { margin: 0 0 0.2rem; font-size: 1.12rem; text-wrap: wrap; }
  h4 { margin: 0.8rem 0 0.2rem; }
  p { max-width: none; margin: 0.35rem 0; }
  .lead { font-size: 1.05rem; line-height: 1.4; }
  .says { font-size: 1rem; }
  .line { padding: 0.55rem 0; }
  .facts { gap: 0.4rem 1.6rem; margin: 0.5rem 0; }
  .outcome, .evidence, .apart { margin: 0 0 1.5rem; }
  .apart { padding: 0.6rem 0.8rem; }
  .notice { padding: 0.35rem 0.7rem; }
  figure { margin: 0.6rem 0; }
  table { margin: 0.5rem 0 0.8rem; border-bottom-width: 1px; }
  thead { display: table-header-group; }
  thead th { border-top-width: 1px; font-size: 0.88rem; }
  th, td { padding: 0.2rem 0.8rem 0.2rem 0; }
  tr.group th { padding-top: 0.5rem; }
  tr.group .remark { display: inline; margin-left: 0.5rem; }
  ul.plain { padding: 0 0 0.15rem; }
  details { margin: 0.25rem 0; }
  .mark { margin: 0 0.4rem 0 0; padding: 0; border: 0; background: none;
    font-size: 0.88rem; }
  .light { width: 1.15rem; height: 1.15rem; line-height: 1.15rem; }
  h2, h3, h4, caption, summary, thead, tr.group { break-after: avoid; }
  h2, h3, h4 { break-inside: avoid; }
  details:not(.origin)::details-content { break-before: avoid; }
  thead + tbody tr:first-child { break-before: avoid; }
  figure, .line, tr, .facts > div { break-inside: avoid; }
  figcaption { break-before: avoid; margin-top: 0.2rem; }
  .listed caption, .printed caption { display: none; }
  .trials th:first-child { width: 27%; } .trials th:nth-child(2) { width: 10%; }
  .trials th:nth-child(3) { width: 53%; }
  .conclusions { columns: 2; column-gap: 2rem; margin: 0.3rem 0; padding-left: 1rem; }
  .conclusions li { break-inside: avoid; }
  .scroll { overflow: visible; }
  .scroll svg { width: 100%; height: auto; }
  .matrix { min-width: 0; table-layout: fixed; font-size: 0.8rem; }
  .matrix th, .matrix td { padding-right: 0.3rem; overflow-wrap: anywhere; }
  .matrix th:first-child { width: 16%; }
  details:not(.origin)::details-content { content-visibility: visible;
    display: block; }
  details.origin > summary { text-decoration: none; }
  td > details.origin { display: inline-block; margin: 0 0.5rem 0 0;
    vertical-align: top; }
  .outcome > h3 + .remark, .outcome > h3 + .remark + p { break-after: avoid; }
  summary { min-height: 0; list-style: none; }
  summary::-webkit-details-marker { display: none; }
  a { color: inherit; text-decoration: none; }
  footer { margin-top: 1.5rem; }
}
)css";
}

}  // namespace consilium
