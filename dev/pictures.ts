import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { main } from './command/main.ts'
import { type Parts, readParts } from './parts.ts'
import { altText } from './pictures/alt-text.ts'
import { Browser } from './pictures/browser.ts'
import { githubHtml } from './pictures/github.ts'
import { strayElements } from './pictures/hostile.ts'
import { page, SCHEMES } from './pictures/page.ts'
import { chromium, mermaid } from './pictures/parts.ts'
import { runs, type Shown } from './pictures/runs.ts'
import { root } from './root.ts'
import { openStage } from './stage.ts'
import { prepareEngines } from './with-engines.ts'

// The job summaries of real runs, as GitHub shows them, in docs/pictures, in both colour schemes.

const PICTURES = path.join(root, 'docs', 'pictures')

const help = `
npm run pictures

Runs the step in all the ways that a person meets, and draws each job summary as GitHub shows it, in both colour schemes,
into docs/pictures. It takes about two minutes; the first time it fetches Chromium, fonts and Mermaid besides what the
demo needs.

  --verbose   show where an error comes from
  --help      show this
`

/** The variables in which the frame hands over what it has fetched. */
const BROWSER = 'ECR_BUILD_PUSH_BROWSER'
const MERMAID = 'ECR_BUILD_PUSH_MERMAID'

await main({ help, options: {} }, async ({ interruption }) => {
  const parts = readParts()
  if (parts !== undefined) return drawAll(await summaries(parts))
  const withEngines = await prepareEngines({ engines: ['current'], clients: [] }, console.log)
  const env = { [BROWSER]: await chromium(console.log), [MERMAID]: await mermaid(console.log) }
  return withEngines({ command: [process.execPath, import.meta.filename], env, interruption })
})

async function summaries(parts: Parts): Promise<Shown[]> {
  const engine = parts.engines.current
  const stage = await openStage({ ...parts, engine })
  try {
    return await runs(stage, engine.docker, console.log)
  } finally {
    await stage.close()
  }
}

async function drawAll(all: readonly Shown[]): Promise<undefined> {
  const { [BROWSER]: program = '', [MERMAID]: script = '' } = process.env
  await rm(PICTURES, { recursive: true, force: true })
  await mkdir(PICTURES, { recursive: true })
  const browser = await Browser.start(program)
  try {
    for (const { name, summary, open } of all) {
      const html = await githubHtml(summary)
      for (const scheme of SCHEMES) {
        const file = path.join(PICTURES, `${name}-${scheme}.png`)
        const content = await page(html, scheme, script, open)
        const drawn = await browser.draw(`${name}-${scheme}`, content, file)
        const stray = strayElements(drawn)
        if (stray.length > 0) throw new Error(`The summary '${name}' is more than text: ${stray.join(', ')}`)
      }
      console.log(`drawn: ${name}`)
    }
    const sections = all.map(
      ({ name, title, summary }) => `## ${title}\n
<picture><source media="(prefers-color-scheme: dark)" srcset="${name}-dark.png"><img src="${name}-light.png" alt="The job summary of: ${title}. ${altText(summary)}"></picture>\n`,
    )
    const head =
      '# Job summaries\n\nOf real runs on the local ECR, as GitHub shows them. Written by `npm run pictures`.\n'
    await writeFile(path.join(PICTURES, 'README.md'), [head, ...sections].join('\n'))
  } finally {
    await browser.close()
  }
  return undefined
}
