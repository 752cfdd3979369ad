// Texts that would be programs if a page took them for its own.
/** What they would do: a page that runs one has `window.pwned`. */
export const DO = 'window.pwned=1'

/** More than sixty ways to be taken for a program. */
export const HOSTILE: readonly string[] = [
  ...['script', 'SCRIPT', 'scr ipt', 'script/x', 'script src=//x'].map((tag) => `<${tag}>${DO}</script>`),
  ...['img', 'svg', 'body', 'iframe', 'input', 'video', 'details', 'marquee', 'object', 'style'].flatMap(
    (tag) => [
      `<${tag} src=x onerror=${DO} onload=${DO}>`,
      `"><${tag} autofocus onfocus=${DO} ontoggle=${DO} open>`,
    ],
  ),
  ...['"', "'", '`', '" ', "' "].map((quote) => `${quote}onmouseover=${DO} x=${quote}`),
  ...['javascript:', 'JaVaScRiPt:', 'java\tscript:', 'data:text/html,', 'vbscript:'].map(
    (scheme) => `${scheme}${DO}`,
  ),
  ...['a', 'form', 'base', 'link', 'meta http-equiv=refresh content="0'].map(
    (tag) => `<${tag} href="javascript:${DO}" action="javascript:${DO}">x</${tag}>`,
  ),
  ...['textarea', 'title', 'option', 'select', 'style', 'noscript', 'main', 'form', 'aside', 'template'].map(
    (tag) => `</${tag}><img src=x onerror=${DO}>`,
  ),
  `<!--><img src=x onerror=${DO}>-->`,
  `<![CDATA[<img src=x onerror=${DO}>]]>`,
  `&lt;img src=x onerror=${DO}&gt;`,
  `&#x3c;img src=x onerror=${DO}&#x3e;`,
  `\u003cimg src=x onerror=${DO}\u003e`,
  `{{constructor.constructor('${DO}')()}}`,
  `\${${DO}}`,
  `<%= ${DO} %>`,
  `<math><mtext></math><img src=x onerror=${DO}>`,
  `%3Cscript%3E${DO}%3C/script%3E`,
  `\u202egnp.exe <b>bold</b>`,
]
