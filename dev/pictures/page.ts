import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)

export const SCHEMES = ['light', 'dark'] as const
export type Scheme = (typeof SCHEMES)[number]

/** As wide as the summary of a job on a usual screen, in pixels of CSS. */
export const WIDTH = 1012

const [LIGHT, DARK] = ['html { background: #ffffff }', 'html { background: #0d1117 }']
/** The stylesheets of GitHub's, and the colour of what is around; `both` asks the browser which is wanted. */
const LOOKS: Readonly<Record<Scheme | 'both', readonly [css: string, around: string]>> = {
  light: ['github-markdown-light.css', LIGHT],
  dark: ['github-markdown-dark.css', DARK],
  both: ['github-markdown.css', `${LIGHT}\n@media (prefers-color-scheme: dark) { ${DARK} }`],
}

const CHART = '<pre class="mermaid">'
const UNDRAWN = '<p>GitHub draws a chart of this:</p>'

/**
 * A page with GitHub's stylesheet. With Mermaid, its title is its height in pixels once it is drawn, or `failed: ` and
 * why.
 * @param html as {@link githubHtml} makes it
 * @param mermaid the path of Mermaid's script; null: charts are shown as text, with a line that says so
 * @param open whether folded parts are shown
 */
export async function page(
  html: string,
  scheme: Scheme | 'both',
  mermaid: string | null,
  open: boolean,
): Promise<string> {
  const [sheet, around] = LOOKS[scheme]
  const css = await readFile(require.resolve(`github-markdown-css/${sheet}`), 'utf8')
  const told = mermaid === null ? html.replaceAll(CHART, `${UNDRAWN}${CHART}`) : html
  const shown = open ? told.replaceAll('<details>', '<details open>') : told
  const theme = scheme === 'dark' ? 'dark' : 'default'
  return `<!doctype html>
<meta charset="utf-8">
<title>Job summary</title>
<style>${css}
${around}
body { margin: 0; padding: 24px }
.mermaid { background: none !important }
.mermaid svg { max-width: 100% }
</style>
<article class="markdown-body">${shown}</article>
${mermaid === null ? '' : drawing(mermaid, theme)}`
}

const drawing = (mermaid: string, theme: string) => `<script src="${pathToFileURL(mermaid).href}"></script>
<script>
  const end = (title) => { document.title = title }
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: '${theme}' })
  mermaid.run().then(
    () => end(String(Math.ceil(document.documentElement.getBoundingClientRect().height))),
    (error) => end('failed: ' + (error.message || error)),
  )
</script>
`
