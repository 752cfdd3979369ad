// The page's style: one colour for each curve in light and in dark, and tables that scroll by themselves.

const LIGHT = ['#0072b2', '#d55e00', '#007a5a', '#b03a8c', '#8a6d00', '#3d3dbb', '#a31621', '#4d6470']
const DARK = ['#5cb8f2', '#ff9d4d', '#3fd0a4', '#f08fd0', '#e3c84a', '#a5a5ff', '#ff8089', '#b2c6d1']
const DASHES = ['none', '7 4', '2 4', '10 3 2 3']

const variables = (colours: readonly string[]): string =>
  colours.map((colour, index) => `--c${index}:${colour}`).join(';')

const LIGHT_VALUES = `--page:#fff;--ink:#1b1f24;--soft:#59636e;--rule:#d6dbe1;--band:#f4f6f8;${variables(LIGHT)}`
const DARK_VALUES = `--page:#14171b;--ink:#e6eaee;--soft:#9aa6b2;--rule:#333b44;--band:#1d2228;${variables(DARK)}`

export const STYLE = `
:root{color-scheme:light dark;${LIGHT_VALUES}}
@media (prefers-color-scheme:dark){:root{${DARK_VALUES}}}
body{margin:0 auto;max-width:1240px;padding:24px;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:24px;margin:0 0 4px}h2{font-size:19px;margin:40px 0 8px;padding-top:16px;border-top:1px solid var(--rule)}h3{font-size:16px;margin:24px 0 8px}
p{margin:4px 0 12px;color:var(--soft)}
.scroll{overflow-x:auto;margin:8px 0 20px}
table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{padding:4px 12px 4px 8px;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
th{font-weight:600;background:var(--band);white-space:nowrap}td.n,th.n{text-align:right;white-space:nowrap}td.k{white-space:nowrap}
.unit{color:var(--soft)}.yes{font-weight:600}
.plots{margin:24px 0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(520px,100%),1fr));gap:24px}
figure{margin:0;min-width:0}figcaption{font-weight:600;margin-bottom:4px}
svg.plot{display:block;width:100%;height:auto;max-width:760px}
svg text{fill:var(--soft);font:12px system-ui,sans-serif}svg .axis text{fill:var(--ink)}
.grid line{stroke:var(--rule);stroke-width:1}
svg path{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}svg circle{fill:currentColor;stroke:none}
${LIGHT.map((_, index) => `.c${index}{color:var(--c${index})}`).join('')}
${DASHES.map((dash, index) => `.d${index} path{stroke-dasharray:${dash}}`).join('')}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;list-style:none;margin:6px 0 0;padding:0;font-size:13px}
.legend svg{vertical-align:middle}
@media print{body{max-width:none}}
`
