import { existsSync } from 'node:fs'
import path from 'node:path'
import { endOf, spawnTied } from './child.ts'
import { CommandError } from './errors.ts'
import { main } from './main.ts'

/**
 * Runs `biome check` on the paths that are given, or else on all.
 * @param name the command's, as npm runs it
 * @param options for biome
 */
export async function checkStyle(name: string, what: string, options: readonly string[]): Promise<void> {
  const help = `npm run ${name} [-- PATH…]\n\n${what} the files at PATH, or all.\n\n  --verbose  of a failure of the command: all of it\n  --help     this text`
  await main({ help, options: {}, arguments: Number.POSITIVE_INFINITY }, ({ args }) => {
    const absent = args.find((arg) => !existsSync(arg))
    if (absent !== undefined) {
      throw new CommandError(
        `There is no file or folder '${absent}'.`,
        `give a path relative to ${process.cwd()}, or none for all files.`,
      )
    }
    // A path that begins as an option does not get to be one.
    const paths = args.length === 0 ? ['.'] : args.map((arg) => path.resolve(arg))
    return endOf(spawnTied(['biome', 'check', ...options, ...paths], { stdio: 'inherit' }))
  })
}
