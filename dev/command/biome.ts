import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { root } from '../root.ts'
import { endOf, spawnTied } from './child.ts'
import { CommandError } from './errors.ts'
import { main } from './main.ts'

const KINDS = 'TypeScript, JavaScript, JSON and YAML, without dist/, package-lock.json and what git ignores'

/**
 * Runs `biome check` on the paths that are given, or else on all.
 * @param name the command's, as npm runs it
 * @param options for biome
 */
export async function checkStyle(name: string, what: string, options: readonly string[]): Promise<void> {
  const help = `npm run ${name} [-- PATH…]\n\n${what} the files at PATH, or all: ${KINDS}.\n\n  --verbose  of a failure of the command: all of it\n  --help     this text`
  await main({ help, options: {}, arguments: Number.POSITIVE_INFINITY }, async ({ args }) => {
    const command = ['biome', 'check', ...options]
    if (args.length === 0) return endOf(spawnTied([...command, '.'], { stdio: 'inherit' }))
    for (const arg of args) checkPath(arg)
    // A path that begins as an option does not get to be one.
    const paths = args.map((arg) => path.resolve(arg))
    const colors = `--colors=${process.stdout.isTTY ? 'force' : 'off'}`
    const child = spawnTied([...command, colors, ...paths], { stdio: ['inherit', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    const status = await endOf(child)
    if (
      /No files were processed in the specified paths|Checked 0 files/.test(stripVTControlCharacters(said))
    ) {
      throw new CommandError(
        `Of the files at ${args.map((arg) => `'${arg}'`).join(' and ')}, none is of a kind that Biome checks here.`,
        `give a path of ${KINDS}; or none for all of them.`,
      )
    }
    process.stdout.write(said)
    return status
  })
}

/** @throws CommandError if Biome could do nothing with a path, or would crash */
function checkPath(arg: string): void {
  if (!existsSync(arg)) {
    throw new CommandError(
      `There is no file or folder '${arg}'.`,
      `give a path relative to ${process.cwd()}, or none for all files.`,
    )
  }
  const relative = path.relative(realpathSync(root), realpathSync(arg))
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
    throw new CommandError(
      `'${arg}' is outside of this project.`,
      `give a path in ${root}, or none for all files.`,
    )
  }
}
