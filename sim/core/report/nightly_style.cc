#include "sim/core/report/nightly_style.h"

namespace fencepost::sim {
namespace {

constexpr std::string_view kStyle = R"css(
:root {
  color-scheme: light dark;
  --bg: #ffffff; --panel: #f6f7f9; --line: #dde1e6; --text: #1b1f24; --soft: #59636e;
  --bad: #b3122d; --bad-bg: #fff2f3; --good: #1f7a34; --cut: #9a5b00; --link: #0b62c4;
  --curve: #dbe8f7; --rise: #2f81d6; --median: #b3122d; --bar: #cfe0f3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0f1318; --panel: #171c23; --line: #2c343e; --text: #e4e9ef; --soft: #9aa6b3;
    --bad: #ff6b81; --bad-bg: #2a171b; --good: #6fd08a; --cut: #e0b45c; --link: #6cb2ff;
    --curve: #1d2f45; --rise: #6cb2ff; --median: #ff6b81; --bar: #22384f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  color: var(--text); background: var(--bg); }
header { padding: 18px 26px 14px; border-bottom: 1px solid var(--line); background: var(--panel); }
main { padding: 6px 26px 40px; max-width: 1240px; }
h1 { font-size: 21px; margin: 0 0 4px; font-weight: 650; }
h2 { font-size: 16px; margin: 28px 0 4px; font-weight: 650; }
h3 { font-size: 14px; margin: 0 0 2px; font-weight: 650; }
p { margin: 2px 0 8px; max-width: 110ch; }
.soft { color: var(--soft); }
.facts { color: var(--soft); font-size: 13px; margin: 2px 0 0; max-width: none; }
.good { color: var(--good); } .bad { color: var(--bad); } .cut { color: var(--cut); }
a { color: var(--link); }
nav { margin-top: 6px; display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; }
code { font: 12px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th { text-align: left; font-weight: 600; color: var(--soft); white-space: nowrap; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.verdict { white-space: nowrap; font-weight: 600; }
.failure { border: 1px solid var(--bad); background: var(--bad-bg); border-radius: 6px; padding: 10px 14px; margin: 8px 0; }
.failure p { margin: 2px 0; overflow-wrap: anywhere; white-space: pre-line; }
td { overflow-wrap: anywhere; } td.n, td.verdict { overflow-wrap: normal; }
details summary { cursor: pointer; } td code + details summary { color: var(--soft); }
.counts { columns: 300px auto; column-gap: 30px; padding: 4px 0 8px; margin: 0; list-style: none; font-size: 12.5px; }
.counts li { display: flex; justify-content: space-between; gap: 10px; break-inside: avoid; border-bottom: 1px dotted var(--line); }
.counts span { white-space: nowrap; }
.counts li.zero { color: var(--bad); font-weight: 650; }
.counts li.idle { color: var(--soft); }
.plot { width: 100%; max-width: 1120px; height: auto; display: block; font-size: 12px; }
.plot text { fill: var(--text); } .plot .value { fill: var(--soft); font-variant-numeric: tabular-nums; }
.plot .grid { stroke: var(--line); } .plot .curve { fill: var(--curve); }
.plot .rise { fill: none; stroke: var(--rise); stroke-width: 1.5; }
.plot .start { stroke: var(--rise); stroke-width: 1; } .plot .median { stroke: var(--median); stroke-width: 1.5; }
@media (max-width: 700px) { header, main { padding-left: 12px; padding-right: 12px; } }
)css";

}  // namespace

std::string_view NightlyStyle() { return kStyle; }

}  // namespace fencepost::sim
