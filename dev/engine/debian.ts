import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sourcesForSuite } from './apt-sources.ts'
import { madeOnce, workFolder } from './made-once.ts'
import { allOnPath, type Log, run } from './process.ts'

/** Packages of one suite; `native` is the release that the machine runs. */
export type Wanted = Readonly<Partial<Record<'native' | 'bookworm' | 'trixie' | 'sid', readonly string[]>>>

async function hasApt(): Promise<boolean> {
  return (await allOnPath('apt-get')).length > 0 && (await allOnPath('dpkg')).length > 0
}

/**
 * Unpacks Debian packages into a folder of the checkout; nothing is installed, and no root is needed.
 * apt verifies them. What was unpacked before is there at once.
 *
 * @param name of the folder, to tell it from others
 * @returns the folder, with `usr/bin` and so on in it
 * @throws where the machine has no apt, or its mirror not the packages
 */
export async function unpack(name: string, wanted: Wanted, log: Log): Promise<string> {
  const id = createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 8)
  return madeOnce(`${name}-${id}`, async (unfinished, work) => {
    for (const [suite, packages] of Object.entries(wanted)) {
      log(`Fetching ${packages.join(', ')} (${suite})`)
      const apt = await aptFor(suite)
      const archives = join(work, suite)
      await mkdir(archives)
      await run('apt-get', [...apt, 'download', ...packages], { cwd: archives })
      for (const archive of await readdir(archives))
        await run('dpkg', ['-x', join(archives, archive), unfinished])
    }
  })
}

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

/**
 * Installs a package of the machine's own release, for what is of no use unpacked.
 * @throws where that takes root and there is none
 */
export async function install(name: string, log: Log): Promise<void> {
  if (!(await hasApt())) throw new Error(`install ${name}: this machine has no apt to do it with`)
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n', 'DEBIAN_FRONTEND=noninteractive']
  const apt = async (...args: string[]): Promise<void> => {
    const [program = '', ...rest] = [...sudo, 'apt-get', '-q', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args]
    await run(program, rest, { env: { DEBIAN_FRONTEND: 'noninteractive' } })
  }
  log(`Installing ${name}`)
  const attempt = () => apt('--no-install-recommends', 'install', name)
  // The machine's lists of packages may be missing or old.
  await attempt().catch(() => apt('update').then(attempt))
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
  if (!(await hasApt())) throw new Error('this machine has no apt-get and dpkg')
  const codename = /^VERSION_CODENAME="?(\w+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1]
  if (!codename) throw new Error('/etc/os-release names no release (VERSION_CODENAME)')
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
