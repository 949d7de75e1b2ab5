import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
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
import { CommandError } from './command/errors.ts'
import { main } from './command/main.ts'
import { minifyScripts } from './dist-minify.ts'
import { describeForBundler } from './dist-packages.ts'
import { distReadme, type Stats, scriptsOfPackages } from './dist-readme.ts'
import { stripTypes } from './dist-types.ts'
import { root } from './root.ts'

// Builds dist/ from src/: swc strips the types, which tsc checks (npm run types), ncc bundles, swc minifies. `--check` builds elsewhere and compares with
// what is committed. dist/ is emptied first: a chunk of an earlier build must not stay beside the new ones.
// The bundler sees the runtime dependencies alone: some take what else happens to be installed, and would bring a
// development tool's packages into the bundle.

const NCC = '@vercel/ncc'

const help = `
npm run build [-- OPTION…]

Builds dist/ from src/.

  --check     build elsewhere, and compare with what is committed
  --verbose   show where an error comes from
  --help      show this
`

await main({ help, options: { check: { type: 'boolean' } } }, async ({ values }) => {
  const work = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ecr-build-push-dist-')))
  const out = path.join(work, 'dist')
  try {
    await build(work, out)
    const dist = path.join(root, 'dist')
    if (values['check'] !== true) {
      rmSync(dist, { recursive: true, force: true })
      cpSync(out, dist, { recursive: true })
      return 0
    }
    const differing = compare(out, dist)
    if (differing.length === 0) return 0
    throw new CommandError(
      `dist/ is not what src/ makes: ${differing.join(', ')}.`,
      'run npm run build and commit dist/.',
    )
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
})

/** @param work an empty folder; @param out the folder in it that becomes dist/ */
async function build(work: string, out: string): Promise<void> {
  const statistics = path.join(work, 'stats.json')
  await stripTypes(path.join(root, 'src'), path.join(work, 'lib')).catch((error: Error) => {
    // Of swc's message, the place in the source, and not its own stack.
    console.error(error.message.split(/\s+Caused by:/)[0])
    throw notBuilt('the compiler has failed, as it says above', 'swc')
  })
  writeFileSync(path.join(work, 'package.json'), '{"type":"module"}')
  copyPackages(work)
  // ncc too, and run from there: the names of chunks are made of the way from the one to the other.
  node(
    [
      path.join('node_modules', NCC, 'dist', 'ncc', 'cli.js'),
      'build',
      'lib/index.js',
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
  writeReadme(out, stats)
}

function copyPackages(work: string): void {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>
  }
  for (const [where, { dev }] of Object.entries(packages)) {
    const from = path.join(root, where)
    // The root itself; and what only another platform has.
    if (where === '' || (dev === true && where !== `node_modules/${NCC}`) || !existsSync(from)) continue
    // A package inside of a package has a line of its own in the lock file.
    const inside = path.join(from, 'node_modules')
    cpSync(from, path.join(work, where), { recursive: true, filter: (source) => source !== inside })
    describeForBundler(path.join(work, where, 'package.json'))
  }
}

function writeReadme(out: string, stats: Stats): void {
  const scripts = readdirSync(out).filter((name) => name.endsWith('.js'))
  const sizes = new Map(scripts.map((name) => [name, statSync(path.join(out, name)).size]))
  writeFileSync(path.join(out, 'README.md'), distReadme(stats, sizes))
}

function node(args: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  if (error === undefined) console.error(`${stdout}${stderr}`.trimEnd())
  throw notBuilt(error?.message ?? 'the bundler has failed, as it says above', 'ncc')
}

function notBuilt(why: string, program: 'swc' | 'ncc'): CommandError {
  return new CommandError(
    `dist/ was not built: ${why} (${program}).`,
    'correct what it says; npm run types checks the types alone.',
  )
}

function compare(built: string, committed: string): string[] {
  const names = new Set([...readdirSync(built), ...readdirSync(committed)])
  return [...names].filter((name) => {
    try {
      return !readFileSync(path.join(built, name)).equals(readFileSync(path.join(committed, name)))
    } catch {
      return true
    }
  })
}
