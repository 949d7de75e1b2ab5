import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ACTION_LIMITS } from './limits.ts'
import { run } from './programs.ts'

/** Its last release of version 2: the tag `2` has pointed at it since then. */
const IMAGE = 'registry:2'

/**
 * The `registry` of the distribution project: the one on PATH, else the one of the package manager, unpacked and not
 * installed, else the one in its image.
 * @param folder gets what has to be fetched
 * @param log gets a line for each way that does not work
 * @returns its path; null if there is none, and layers have to be kept in memory
 */
export async function registryProgram(folder: string, log: (line: string) => void): Promise<string | null> {
  for (const program of onPath()) if (await isRegistry(program)) return program
  for (const fetched of [fromPackage, fromImage]) {
    try {
      const program = await fetched(folder)
      if (await isRegistry(program)) return program
      log(`${program} does not run here`)
    } catch (error) {
      log((error as Error).message)
    }
  }
  return null
}

function onPath(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))
  return folders
    .flatMap((folder) => [join(folder, 'registry'), join(folder, 'docker-registry')])
    .filter((file) => existsSync(file))
}

/** Other programs are called `registry` too. */
async function isRegistry(program: string): Promise<boolean> {
  const said = await run(program, ['--version'], ACTION_LIMITS.programMs).catch(() => '')
  return /\bdistribution\b/.test(said)
}

/** Of Debian and Ubuntu, whose signatures apt checks. */
async function fromPackage(folder: string): Promise<string> {
  const work = join(folder, 'package')
  mkdirSync(work)
  await run('apt-get', ['download', '--quiet', 'docker-registry'], ACTION_LIMITS.packageMs, work)
  const archive = readdirSync(work).find((file) => file.endsWith('.deb'))
  if (archive === undefined) throw new Error('apt-get: no package docker-registry was fetched')
  await run('dpkg-deb', ['--extract', archive, 'unpacked'], ACTION_LIMITS.packageMs, work)
  return join(work, 'unpacked', 'usr', 'bin', 'docker-registry')
}

async function fromImage(folder: string): Promise<string> {
  const program = join(folder, 'registry')
  const container = (await run('docker', ['create', IMAGE], ACTION_LIMITS.imageMs)).trim()
  try {
    await run('docker', ['cp', `${container}:/bin/registry`, program], ACTION_LIMITS.imageMs)
  } finally {
    await run('docker', ['rm', container], ACTION_LIMITS.programMs)
  }
  return program
}
