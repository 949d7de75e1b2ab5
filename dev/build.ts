import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { CommandError } from './command/errors.ts'
import { main } from './command/main.ts'
import { localEcrReadme } from './dist-local-ecr.ts'
import { minifyScripts } from './dist-minify.ts'
import { describeForBundler, type Locked, neededBy } from './dist-packages.ts'
import { distReadme, type Stats, scriptsOfPackages } from './dist-readme.ts'
import { stripTypes } from './dist-types.ts'
import { root } from './root.ts'

// Builds dist/ from src/, and local-ecr/dist/ from local-ecr/: swc strips the types, which tsc checks (npm run types),
// ncc bundles, swc minifies. `--check` builds elsewhere and compares with what is committed. A dist/ is emptied first: a
// chunk of an earlier build must not stay beside the new ones.
// The bundler sees the runtime dependencies alone: some take what else happens to be installed, and would bring a
// development tool's packages into the bundle.

const NCC = '@vercel/ncc'
/** Three fifths of the files of packages, of which a bundler reads none. */
const UNREAD = /\.(?:d\.[cm]?ts|map)$/

const execute = promisify(execFile)

const help = `
npm run build [-- OPTION…]

Builds dist/ from src/, and local-ecr/dist/ from local-ecr/.

  --check     build elsewhere, and compare with what is committed
  --verbose   show where an error comes from
  --help      show this
`

/** What is bundled, and where to. */
interface Bundle {
  readonly dist: string
  /** The folder of its sources. */
  readonly source: string
  /** The script in it that is run, without `.ts`. */
  readonly entry: string
  /** Development dependencies that are part of it. */
  readonly packages: readonly string[]
  readonly readme: (stats: Stats, sizes: ReadonlyMap<string, number>) => string
}

const BUNDLES: readonly Bundle[] = [
  { dist: 'dist', source: 'src', entry: 'index', packages: [], readme: distReadme },
  {
    dist: 'local-ecr/dist',
    source: 'local-ecr',
    entry: 'action/entry',
    packages: ['selfsigned'],
    readme: localEcrReadme,
  },
]

await main({ help, options: { check: { type: 'boolean' } } }, async ({ values }) => {
  const work = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ecr-build-push-dist-')))
  const places = BUNDLES.map(({ dist }) => `${dist}/`).join(' and ')
  try {
    if (values['check'] !== true) console.log(`Building ${places}, which takes a minute or more.`)
    // Both at once: a bundler is one thread.
    const made = await Promise.allSettled(
      BUNDLES.map(async (bundle) => {
        const place = path.join(work, bundle.source)
        const out = path.join(place, 'dist')
        mkdirSync(place)
        await build(bundle, place, out)
        return { bundle, out }
      }),
    )
    const built = made.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
    const wrong = built.flatMap(({ bundle, out }) => {
      const dist = path.join(root, bundle.dist)
      const differing = compare(out, dist)
      if (values['check'] !== true) {
        rmSync(dist, { recursive: true, force: true })
        cpSync(out, dist, { recursive: true })
        console.log(
          differing.length === 0
            ? `${bundle.dist}/ is what it was.`
            : `Wrote ${bundle.dist}/: files that changed: ${differing.length}.`,
        )
        return []
      }
      if (differing.length === 0) return []
      return [`${bundle.dist}/ is not what ${bundle.source}/ makes: ${differing.join(', ')}.`]
    })
    if (wrong.length === 0) return 0
    throw new CommandError(
      wrong.join('\n'),
      'run npm run build and commit what it changes in dist/ and local-ecr/dist/.',
    )
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
})

/** @param work an empty folder; @param out the folder in it that becomes dist/ */
async function build(bundle: Bundle, work: string, out: string): Promise<void> {
  const statistics = path.join(work, 'stats.json')
  await stripTypes(path.join(root, bundle.source), path.join(work, 'lib')).catch((error: Error) => {
    // Of swc's message, the place in the source, and not its own stack.
    console.error(error.message.split(/\s+Caused by:/)[0])
    throw notBuilt('the compiler has failed, as it says above', 'swc')
  })
  writeFileSync(path.join(work, 'package.json'), '{"type":"module"}')
  copyPackages(work, bundle.packages)
  // ncc too, and run from there: the names of chunks are made of the way from the one to the other.
  await node(
    [
      path.join('node_modules', NCC, 'dist', 'ncc', 'cli.js'),
      'build',
      `lib/${bundle.entry}.js`,
      '-o',
      out,
      '--stats-out',
      statistics,
      '--license',
      'licenses.txt',
      '--no-cache',
    ],
    work,
  )
  const stats = JSON.parse(readFileSync(statistics, 'utf8')) as Stats
  await minifyScripts(out, scriptsOfPackages(stats))
  writeReadme(bundle, out, stats)
}

function copyPackages(work: string, development: readonly string[]): void {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Locked
  }
  const besides = neededBy(development, packages).add(`node_modules/${NCC}`)
  for (const [where, { dev }] of Object.entries(packages)) {
    const from = path.join(root, where)
    // The root itself; and what only another platform has.
    if (where === '' || (dev === true && !besides.has(where)) || !existsSync(from)) continue
    // A package inside of a package has a line of its own in the lock file.
    const inside = path.join(from, 'node_modules')
    const filter = (source: string) => source !== inside && !UNREAD.test(source)
    cpSync(from, path.join(work, where), { recursive: true, filter })
    describeForBundler(path.join(work, where, 'package.json'))
  }
}

function writeReadme({ readme }: Bundle, out: string, stats: Stats): void {
  const scripts = readdirSync(out).filter((name) => name.endsWith('.js'))
  const sizes = new Map(scripts.map((name) => [name, statSync(path.join(out, name)).size]))
  writeFileSync(path.join(out, 'README.md'), readme(stats, sizes))
}

async function node(args: readonly string[], cwd: string): Promise<void> {
  const maxBuffer = 64 * 1024 * 1024
  try {
    await execute(process.execPath, args, { cwd, maxBuffer })
  } catch (error) {
    const { code, stdout = '', stderr = '', message } = error as Partial<Failed> & Error
    // A number: the bundler has run, and has failed.
    if (typeof code !== 'number') throw notBuilt(message, 'ncc')
    console.error(`${stdout}${stderr}`.trimEnd())
    throw notBuilt('the bundler has failed, as it says above', 'ncc')
  }
}

/** What `execFile` rejects with. */
interface Failed {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

function notBuilt(why: string, program: 'swc' | 'ncc'): CommandError {
  return new CommandError(
    `dist/ was not built: ${why} (${program}).`,
    'correct what it says; npm run types checks the types alone.',
  )
}

function compare(built: string, committed: string): string[] {
  const names = new Set(
    [built, committed].flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : [])),
  )
  return [...names].filter((name) => {
    try {
      return !readFileSync(path.join(built, name)).equals(readFileSync(path.join(committed, name)))
    } catch {
      return true
    }
  })
}
