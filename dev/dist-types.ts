import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { transform } from '@swc/core'

// ncc bundles JavaScript. swc makes it of TypeScript in a tenth of the time that tsc takes, because it checks no types.

/**
 * As tsconfig.json says: every import stays that has no `type`, and `./x.ts` becomes `./x.js`.
 * https://swc.rs/docs/configuration/compilation; its types do not know the last option.
 */
const OPTIONS = {
  configFile: false,
  swcrc: false,
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript' },
    transform: { verbatimModuleSyntax: true },
    rewriteRelativeImportExtensions: true,
  },
} as const

/**
 * Writes each TypeScript file of a folder without its types, as `.js`, at the same place in another.
 * @throws Error that says where, if a file is not TypeScript
 */
export async function stripTypes(from: string, to: string): Promise<void> {
  for (const name of globSync('**/*.ts', { cwd: from })) {
    const file = path.join(to, name.replace(/\.ts$/, '.js'))
    const { code } = await transform(readFileSync(path.join(from, name), 'utf8'), {
      ...OPTIONS,
      filename: name,
    })
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, code)
  }
}
