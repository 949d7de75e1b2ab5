import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import { start } from './command.ts'
import { runHere } from './command-here.ts'

// Failures of the commands are provoked as they happen, by a machine that lacks something.

/** A folder that is deleted at the end. */
export let folder: string
/** Copies of this checkout: as it was cloned, and with its packages. */
export let clone: string
export let installed: string
/** Programs, as far as a machine has any, without docker. */
export let bin: string

/** Makes the copies before the tests of a file, and deletes them after. */
export function useCopies(): void {
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'doors-'))
    chmodSync(folder, 0o755)
    clone = path.join(folder, 'clone')
    for (const name of [
      'dev',
      'local-ecr',
      'src',
      '__tests__',
      'package.json',
      'package-lock.json',
      'jest.config.mjs',
      'tsconfig.json',
    ])
      cpSync(path.join(root, name), path.join(clone, name), { recursive: true })
    installed = path.join(folder, 'installed')
    cpSync(clone, installed, { recursive: true })
    symlinkSync(path.join(root, 'node_modules'), path.join(installed, 'node_modules'))
    bin = path.join(folder, 'bin')
    mkdirSync(bin)
    for (const name of [
      'setpriv',
      'unshare',
      'sh',
      'id',
      'mount',
      'cat',
      'tar',
      'gzip',
      'true',
      'mkdir',
      'ln',
      'cp',
    ])
      for (const place of ['/usr/bin', '/bin', '/usr/sbin'])
        try {
          symlinkSync(path.join(place, name), path.join(bin, name))
        } catch {
          // It is there from another folder.
        }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
}

/** A checkout whose packages are links, which a test can take away. @param change gets its `node_modules` */
export function withPackages(change: (modules: string) => void): string {
  const checkout = mkdtempSync(path.join(folder, 'packages-'))
  chmodSync(checkout, 0o755)
  // What commands of other tests have made in it is no part of a clone.
  cpSync(clone, checkout, { recursive: true, filter: (source) => path.basename(source) !== '.local' })
  const modules = path.join(checkout, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(path.join(root, 'node_modules')))
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name))
  change(modules)
  return checkout
}

export function emptyFolder(link: string): void {
  rmSync(link)
  mkdirSync(link)
}

/** A package `node` as it is after an installation, with something else for its binary. */
export function replaceNode(modules: string, content: string, mode: number): void {
  const [from, to] = [path.join(root, 'node_modules', 'node'), path.join(modules, 'node')]
  rmSync(to)
  const large = /[/\\](?:bin|node-\w+-\w+)$/
  cpSync(from, to, { recursive: true, filter: (source) => !large.test(source) })
  mkdirSync(path.join(to, 'bin'))
  writeFileSync(path.join(to, 'bin', 'node'), content, { mode })
}

export interface Given {
  readonly args: readonly string[]
  readonly folder?: () => string
  /** Programs that are on PATH beside those of every machine. */
  readonly programs?: Readonly<Record<string, string>>
  /** What the command is started through, such as another user. */
  readonly through?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /**
   * Starts the script as the launcher would: for what a script itself does, whatever the launcher has checked before,
   * which takes more processor time than the rest of a short command.
   */
  readonly direct?: boolean
  /** Runs the script in this process, for what it makes of its arguments alone; only `args` counts then. */
  readonly here?: boolean
}

export let number = 0

export async function run(given: Given) {
  if (given.here) return runHere(given.args)
  const own = path.join(folder, `programs-${number++}`)
  mkdirSync(own)
  for (const [name, script] of Object.entries(given.programs ?? {}))
    writeFileSync(path.join(own, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const checkout = given.folder?.() ?? installed
  const direct = given.direct === true
  const programs = direct ? [path.join(root, 'node_modules', '.bin')] : []
  const env = {
    PATH: [...programs, own, bin].join(path.delimiter),
    HOME: folder,
    ...(direct ? { NODE_COMPILE_CACHE: path.join(checkout, '.local', 'compile-cache') } : {}),
    ...given.env,
  }
  return start(given.args, { env, folder: checkout, through: given.through ?? [], direct }).end
}

/** Two lines, whatever the command has said before, and an exit code that says so. */
export async function expectSentence(given: Given, what: RegExp, remedy: RegExp) {
  const { code, output } = await run(given)
  const lines = output.trimEnd().split('\n')
  expect(lines.at(-2)).toMatch(what)
  expect(lines.at(-1)).toMatch(/^What to do: /)
  expect(lines.at(-1)).toMatch(remedy)
  expect(output).not.toMatch(/\n\s+at |node:internal|Error:/)
  expect(code).toBe(1)
}

/** A test of what only root can bring about: a run of another user does not have it. */
export const asRoot = (name: string, body: () => Promise<void>) => {
  if (process.getuid?.() === 0) test(name, body)
}
export const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']

export function apt(script: string): Record<string, string> {
  return { 'apt-get': script, dpkg: 'exit 0' }
}

/** A docker whose engine answers, for a command that does not come to use it. */
export function docker(version: string): Record<string, string> {
  return { docker: `echo ${version.replace(/^0/, '1')}` }
}
