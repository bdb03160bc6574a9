/** The style of the report, on screen and in print. No web fonts: the page asks nothing of a network. */
export const PAGE_STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; color: #1a1a1a; background: white;
  font: 16px/1.5 system-ui, sans-serif; counter-reset: figure table; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid #ccc; padding-bottom: .2rem; }
h3 { font-size: 1.02rem; margin: 1.5rem 0 .4rem; }
p, li, dd { max-width: 46rem; }
.data { color: #444; margin: 0 0 1.25rem; }
.summary { border: 1px solid #bbb; border-left: 5px solid #0072b2; padding: .6rem 1.1rem; }
.summary p { margin: .5rem 0; }
.summary p, .summary li { max-width: none; }
.scroll { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 0; font-size: .82rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
th, td { padding: .28rem .6rem; border-bottom: 1px solid #ddd; text-align: right; vertical-align: top; white-space: nowrap; }
thead th { vertical-align: bottom; white-space: normal; border-bottom: 1.5px solid #1a1a1a; font-weight: 600; min-width: 4.2rem; }
th:first-child, th.text, td.text { text-align: left; }
tbody th { font-weight: 400; white-space: normal; min-width: 8rem; overflow-wrap: break-word; }
td.text { white-space: normal; min-width: 12rem; overflow-wrap: break-word; }
tbody tr.group th { font-weight: 600; padding-top: .7rem; border-bottom-color: #888; }
tr.over th, tr.over td { background: #f3f6f8; }
tr.best th, tr.best td, td.best { font-weight: 700; }
.labels table { font-size: .74rem; }
.labels th, .labels td { padding: .2rem .4rem; }
.labels thead th { min-width: 0; overflow-wrap: normal; }
.wide .labels th, .wide .labels td { padding: .2rem .18rem; }
.wide .labels thead th:nth-child(n+3) { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left;
  vertical-align: bottom; white-space: nowrap; border-top: 1.5px solid #1a1a1a; border-bottom: 0; }
.labels th .small { display: inline; white-space: nowrap; }
tbody th:first-child, thead th:first-child { position: sticky; left: 0; background: white; }
tbody tr.over th:first-child { background: #f3f6f8; }
code { font-size: .88em; overflow-wrap: anywhere; }
.small { display: block; color: #555; font-size: .88em; font-weight: 400; }
figure { margin: 1.5rem 0 2rem; }
figure svg { display: block; min-width: 640px; max-width: 100%; height: auto; }
figure img { display: block; max-width: 100%; height: auto; }
figcaption { font-size: .88rem; color: #333; max-width: 46rem; margin-top: .4rem; }
figcaption::before { counter-increment: figure; content: "Figure " counter(figure) ". "; font-weight: 600; }
figure.table { margin: 1.25rem 0; }
.table figcaption { margin: 0 0 .45rem; }
.table figcaption::before { counter-increment: table; content: "Table " counter(table) ". "; }
dt { font-weight: 600; margin-top: .5rem; }
dd { margin: 0 0 0 1.2rem; }
summary { cursor: pointer; font-weight: 600; margin: 1rem 0; }
.print-only { display: none; }
@media (max-width: 36rem) { body { padding: 1rem .8rem 3rem; } h1 { font-size: 1.35rem; } }
@page { size: A4; margin: 14mm 13mm; }
@page wide { size: A4 landscape; margin: 12mm; }
@media print {
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; font-size: 1rem; }
  .screen-only { display: none; }
  .print-only { display: block; }
  .scroll { overflow: visible; }
  .wide { page: wide; break-before: page; break-after: page; }
  table { font-size: 7.4pt; }
  .labels table { font-size: 6.8pt; }
  .labels th, .labels td, .wide .labels th, .wide .labels td { padding: 1.6pt 2.4pt; }
  th, td { padding: 1.6pt 3.6pt; }
  thead th { min-width: 0; }
  tbody th { min-width: 8em; }
  thead { display: table-header-group; }
  tr, figure, .summary { break-inside: avoid; }
  .labels, .record { break-inside: auto; }
  h2, h3, .table figcaption { break-after: avoid; }
  figure svg { min-width: 0; width: 100%; max-width: 13.8cm; max-height: 23cm; }
  figure img { max-height: 23cm; }
  a { color: inherit; text-decoration: none; }
}
`;
