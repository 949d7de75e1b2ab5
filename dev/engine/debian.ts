import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandError } from '../command/errors.ts'
import { sourcesForSuite } from './apt-sources.ts'
import { madeOnce, madePath, workFolder } from './made-once.ts'
import { allOnPath, type Log, run } from './process.ts'

/** Packages of one suite; `native` is the release that the machine runs. */
export type Wanted = Readonly<Partial<Record<'native' | 'bookworm' | 'trixie' | 'sid', readonly string[]>>>

/**
 * Unpacks Debian packages into a folder of the checkout; nothing is installed, and no root is needed.
 * apt verifies them. What was unpacked before is not fetched twice.
 *
 * @param name of the folder, to tell it from others
 * @returns the folder, with `usr/bin` and so on in it
 * @throws CommandError if the machine has no apt, or its mirror not the packages
 */
export async function unpack(name: string, wanted: Wanted, log: Log): Promise<string> {
  return madeOnce(folderName(name, wanted), async (unfinished, work) => {
    for (const [suite, packages] of Object.entries(wanted)) {
      const archives = join(work, suite)
      await mkdir(archives)
      await fetching(packages, suite, archives, log, async (apt) => [
        'apt-get',
        ...apt,
        'download',
        ...packages,
      ])
      for (const archive of await readdir(archives))
        await run('dpkg', ['-x', join(archives, archive), unfinished])
    }
  })
}

/** Whether {@link unpack} would have nothing to fetch. */
export function isUnpacked(name: string, wanted: Wanted): boolean {
  return existsSync(madePath(folderName(name, wanted)))
}

/**
 * Unpacks packages of the machine's own release together with all that they depend on and the machine does not have,
 * for what cannot be used alone.
 * @param finish called before the folder is kept, for instance to write a program that knows where it lies
 * @returns the folder
 * @throws CommandError if the machine has no apt, or its mirror not the packages
 */
export async function unpackWithDependencies(
  name: string,
  packages: readonly string[],
  finish: (unfinished: string, made: string) => Promise<void>,
  log: Log,
): Promise<string> {
  return withDependencies(name, 'native', packages, finish, log)
}

/**
 * Unpacks packages of another release together with all that they depend on, the C library too, as if the machine had
 * no package: for programs that want a newer library than its own.
 * @returns the folder, whose `usr` can take the place of the machine's
 * @throws CommandError if the machine has no apt, or its mirror not the packages
 */
export async function unpackWithAll(
  name: string,
  suite: 'trixie',
  packages: readonly string[],
  log: Log,
): Promise<string> {
  return withDependencies(name, suite, packages, async () => undefined, log)
}

async function withDependencies(
  name: string,
  suite: 'native' | 'trixie',
  packages: readonly string[],
  finish: (unfinished: string, made: string) => Promise<void>,
  log: Log,
): Promise<string> {
  const made = folderName(name, { [suite]: packages })
  return madeOnce(made, async (unfinished, work) => {
    const archives = join(work, 'cache', 'archives')
    await mkdir(join(archives, 'partial'), { recursive: true })
    const options = ['-o', `Dir::Cache=${join(work, 'cache')}`, '-o', 'Debug::NoLocking=1', '--yes']
    if (suite !== 'native') {
      const nothing = join(work, 'status')
      await writeFile(nothing, '')
      options.push('-o', `Dir::State::status=${nothing}`)
    }
    await fetching(packages, suite, archives, log, async (apt) => {
      return [
        'apt-get',
        ...apt,
        ...options,
        '--no-install-recommends',
        '--download-only',
        'install',
        ...packages,
      ]
    })
    for (const archive of await readdir(archives))
      if (archive.endsWith('.deb')) await run('dpkg', ['-x', join(archives, archive), unfinished])
    await finish(unfinished, madePath(made))
  })
}

function folderName(name: string, wanted: Wanted): string {
  return `${name}-${createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 8)}`
}

/** Fetches packages into a folder, and says what, how much, and every few seconds how far it is. */
async function fetching(
  packages: readonly string[],
  suite: string,
  folder: string,
  log: Log,
  command: (apt: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  const what = `${packages.join(', ')}${suite === 'native' ? '' : ` of ${suite}`}`
  try {
    log(`Reading the list of packages${suite === 'native' ? '' : ` of ${suite}`}`)
    const [program = '', ...args] = await command(await aptFor(suite))
    const planned = await run(program, ['--print-uris', '-qq', ...args], { cwd: folder })
    // Each line: 'URI' NAME SIZE CHECKSUM
    const sizes = planned.split('\n').map((line) => Number(/^'\S+' \S+ (\d+)/.exec(line)?.[1] ?? 0))
    const total = megabytes(sizes.reduce((sum, size) => sum + size, 0))
    log(`Fetching ${what}, ${total} MB`)
    const timer = setInterval(async () => {
      const got = await sizeOf(folder).catch(() => 0)
      log(`  ${megabytes(got)} of ${total} MB`)
    }, 5000)
    await run(program, args, { cwd: folder }).finally(() => clearInterval(timer))
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(
      `Fetching ${what} failed: ${reasonOf(error)}`,
      'check that this machine can reach the mirror in its apt sources (apt-get update), and try again.',
      { cause: error },
    )
  }
}

/** apt's first error, in its own words. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n')
  const said = lines.find((line) => /(^|: )E: /.test(line)) ?? lines.at(-1) ?? ''
  return said.replace(/^.*?E: /, '').slice(0, 300)
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

const megabytes = (bytes: number) => Math.max(1, Math.round(bytes / 1e6))

/** The folders of shared libraries in an unpacked root, for LD_LIBRARY_PATH. */
export async function libraryFolders(root: string): Promise<string[]> {
  const parents = [join(root, 'usr/lib'), join(root, 'lib')].filter((parent) => existsSync(parent))
  const found = await Promise.all(
    parents.map(async (parent) =>
      (await readdir(parent))
        .filter((child) => child.includes('-linux-'))
        .map((child) => join(parent, child)),
    ),
  )
  return found.flat()
}

const prepared = new Map<string, Promise<string[]>>()

/** apt's options for one suite, with lists of its own that live as long as this process. */
function aptFor(suite: string): Promise<string[]> {
  const known = prepared.get(suite)
  if (known) return known
  const options = prepare(suite)
  prepared.set(suite, options)
  return options
}

async function prepare(suite: string): Promise<string[]> {
  for (const program of ['apt-get', 'dpkg']) {
    if ((await allOnPath(program)).length === 0)
      throw new CommandError(
        `There is no ${program} on PATH, to fetch packages with.`,
        'use Debian 12 or later, or install Docker.',
      )
  }
  const codename = /^VERSION_CODENAME="?(\w+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1]
  if (!codename)
    throw new CommandError(
      '/etc/os-release names no release (VERSION_CODENAME).',
      'use Debian 12 or later, or install Docker.',
    )
  const sources = sourcesForSuite(await machineSources(), codename, suite === 'native' ? codename : suite)

  const state = await workFolder(`apt-${suite}`)
  process.once('exit', () => rmSync(state, { recursive: true, force: true }))
  await mkdir(join(state, 'parts'))
  await mkdir(join(state, 'lists/partial'), { recursive: true })
  await mkdir(join(state, 'cache/archives/partial'), { recursive: true })
  await writeFile(join(state, 'parts/suite.sources'), sources)
  const options = {
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': join(state, 'parts'),
    'Dir::State::Lists': join(state, 'lists'),
    'Dir::Cache': join(state, 'cache'),
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'APT::Update::Error-Mode': 'any',
    // apt's own user cannot write into a checkout that belongs to somebody.
    'APT::Sandbox::User': 'root',
  }
  const apt = ['-q', ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])]
  await run('apt-get', [...apt, 'update'])
  return apt
}

async function machineSources(): Promise<{ name: string; text: string }[]> {
  const parts = '/etc/apt/sources.list.d'
  const names = existsSync(parts) ? (await readdir(parts)).sort().map((name) => join(parts, name)) : []
  const files = ['/etc/apt/sources.list', ...names].filter(
    (name) => /\.(list|sources)$/.test(name) && existsSync(name),
  )
  return Promise.all(files.map(async (name) => ({ name, text: await readFile(name, 'utf8') })))
}
