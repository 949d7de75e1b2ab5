import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { root } from './runner.ts'

// Builds dist/ from src/: types are stripped by tsc, ncc bundles. `--check` builds elsewhere and compares with
// what is committed. dist/ is emptied first: a chunk of an earlier build must not stay beside the new ones.

const check = process.argv.includes('--check')
const work = mkdtempSync(path.join(os.tmpdir(), 'ecr-build-push-dist-'))
const lib = path.join(root, 'lib')
try {
  rmSync(lib, { recursive: true, force: true })
  command('tsc', ['-p', 'tsconfig.build.json'])
  command('ncc', [
    'build',
    path.join(lib, 'index.js'),
    '-o',
    work,
    '--minify',
    '--license',
    'licenses.txt',
    '--no-cache',
  ])
  const dist = path.join(root, 'dist')
  if (check) {
    const differing = compare(work, dist)
    if (differing.length > 0) {
      console.error(
        `dist/ is not what src/ makes: ${differing.join(', ')}. Run npm run build and commit dist/.`,
      )
      process.exitCode = 1
    }
  } else {
    rmSync(dist, { recursive: true, force: true })
    cpSync(work, dist, { recursive: true })
  }
} finally {
  rmSync(work, { recursive: true, force: true })
  rmSync(lib, { recursive: true, force: true })
}

function command(program: string, args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stdout + stderr}`)
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
