import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { gitOf, type RunGit } from '../../src/docker/bake/content/git.ts'
import { type ContentPlace, contentTags } from '../../src/docker/bake/content/tags.ts'
import { parsePlan } from '../../src/docker/bake/plan.ts'
import { ProcessError } from '../../src/docker/exec.ts'
import { FUZZ_TIMEOUT, hold } from '../support/fuzz.ts'

const home = mkdtempSync(path.join(os.tmpdir(), 'content-home-'))
afterAll(() => rmSync(home, { recursive: true }))
const ENV = { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' }

let workspace: string
const made: string[] = [home]
beforeEach(() => {
  workspace = folder()
})
afterAll(() => {
  for (const one of made.slice(1)) rmSync(one, { recursive: true, force: true })
})
function folder(): string {
  const one = mkdtempSync(path.join(os.tmpdir(), 'content-'))
  made.push(one)
  return one
}

function git(...args: string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always']
  const { status, stdout, stderr } = spawnSync('git', [...who, ...args], {
    cwd: workspace,
    env: ENV,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}
function write(file: string, text = file): void {
  mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true })
  writeFileSync(path.join(workspace, file), text)
}
/** A copy of a checkout that is made once: most of the time of these tests is git's. */
const template = new Map<string, string>()
function start(files: Record<string, string>): void {
  const key = JSON.stringify(files)
  const known = template.get(key)
  if (known !== undefined) cpSync(known, workspace, { recursive: true, verbatimSymlinks: true })
  else {
    commit(files)
    const copy = folder()
    cpSync(workspace, copy, { recursive: true, verbatimSymlinks: true })
    template.set(key, copy)
  }
}
function commit(files: Record<string, string> = {}): void {
  for (const [file, text] of Object.entries(files)) write(file, text)
  if (!existsSync(path.join(workspace, '.git'))) git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--allow-empty', '--no-verify', '--message=a')
}

type Definition = Record<string, Record<string, unknown>>
async function tagsOf(target: Definition, more: Partial<ContentPlace> = {}) {
  const at = { workspace, env: {}, git: gitOf(ENV), platform: 'linux/amd64', also: [], ...more }
  const tags = await contentTags(parsePlan(JSON.stringify({ target })), at)
  return Object.fromEntries([...tags].map(([name, tag]) => [name, 'tag' in tag ? tag.tag : tag.why]))
}
/** Of one target, in the folder `app`. */
const tagOf = async (target: Record<string, unknown> = {}, more: Partial<ContentPlace> = {}) =>
  (await tagsOf({ app: { context: 'app', ...target } }, more))['app']

const APP = { 'app/Dockerfile': 'FROM scratch\nCOPY . /\n', 'app/a.txt': 'a\n', 'app/b/c.txt': 'c\n' }
const TAG = /^content-[0-9a-f]{32}$/

describe('what is committed', () => {
  test('has one tag, wherever and whenever it is checked out, and whatever is beside the context', async () => {
    start(APP)
    const tag = await tagOf()
    expect(tag).toMatch(TAG)
    const [first, copy] = [workspace, folder()]
    git('clone', '--quiet', '--depth=1', `file://${first}`, copy)
    workspace = copy
    utimesSync(path.join(workspace, 'app/a.txt'), 1, 1)
    chmodSync(path.join(workspace, 'app/a.txt'), 0o640)
    commit({ 'other/x.txt': 'x' })
    write('untracked.txt')
    expect(await tagOf()).toBe(tag)
    renameSync(path.join(workspace, 'app'), path.join(workspace, 'moved'))
    commit()
    expect((await tagsOf({ moved: { context: 'moved' } }))['moved']).toBe(tag)
  })

  test('each thing in the context changes the tag', async () => {
    start(APP)
    const tags = [await tagOf()]
    const changes: (() => void)[] = [
      () => commit({ 'app/a.txt': 'b\n' }),
      () => commit({ 'app/d.txt': '' }),
      () => renameSync(path.join(workspace, 'app/d.txt'), path.join(workspace, 'app/e.txt')),
      () => chmodSync(path.join(workspace, 'app/e.txt'), 0o755),
      () => symlinkSync('a.txt', path.join(workspace, 'app/link')),
      () => {
        unlinkSync(path.join(workspace, 'app/link'))
        symlinkSync('b', path.join(workspace, 'app/link'))
      },
      () => commit({ 'app/Dockerfile': 'FROM scratch\n' }),
      () => mkdirSync(path.join(workspace, 'app/empty')),
      () => commit({ 'app/.dockerignore': 'a.txt\n' }),
    ]
    for (const change of changes) {
      change()
      commit()
      tags.push(await tagOf())
    }
    for (const tag of tags) expect(tag).toMatch(TAG)
    expect(new Set(tags).size).toBe(tags.length)
  })

  test('what .dockerignore leaves out has no part in it, changed, untracked or removed', async () => {
    commit({ ...APP, 'app/.dockerignore': 'node_modules\n*.md\n.dockerignore\n', 'app/x.md': 'x' })
    const tag = await tagOf()
    commit({ 'app/x.md': 'y' })
    write('app/node_modules/m/index.js')
    expect(await tagOf()).toBe(tag)
    unlinkSync(path.join(workspace, 'app/x.md'))
    expect(await tagOf()).toBe(tag)
  })

  test('the .dockerignore beside the Dockerfile comes first, also of a Dockerfile elsewhere', async () => {
    commit({
      ...APP,
      'app/.dockerignore': 'b\n',
      'docker/app.Dockerfile': 'FROM scratch\n',
      'docker/app.Dockerfile.dockerignore': 'a.txt\n',
    })
    const of = () => tagOf({ dockerfile: '../docker/app.Dockerfile' })
    const tag = await of()
    commit({ 'app/a.txt': 'other' })
    expect(await of()).toBe(tag)
    commit({ 'app/b/c.txt': 'other' })
    expect(await of()).not.toBe(tag)
    commit({ 'app/dockerfile': 'FROM scratch\n# small\n' })
    unlinkSync(path.join(workspace, 'app/Dockerfile'))
    commit()
    expect(await tagOf()).toMatch(TAG)
  })

  test('what git converts is taken as it is on the disk', async () => {
    commit({ ...APP, '.gitattributes': '*.txt text\n' })
    const tag = await tagOf()
    git('config', 'core.eol', 'crlf')
    git('rm', '--quiet', '-r', '--cached', 'app')
    git('reset', '--quiet', '--hard')
    const converted = await tagOf()
    expect(converted).toMatch(TAG)
    expect(converted).not.toBe(tag)
    // As git-lfs does: what is committed is a pointer, and a checkout without the program has it on the disk as well.
    commit({ '.gitattributes': '*.bin filter=large\n' })
    git('config', 'filter.large.clean', 'tr a-z A-Z')
    git('config', 'filter.large.smudge', 'tr A-Z a-z')
    commit({ 'app/x.bin': 'text' })
    const large = await tagOf()
    expect(large).toMatch(TAG)
    write('app/x.bin', 'TEXT')
    const pointer = await tagOf()
    expect(pointer).toMatch(TAG)
    expect(pointer).not.toBe(large)
  })

  test('submodules are read, if they are as the commit has them', async () => {
    commit({ 'lib.txt': 'lib' })
    const library = workspace
    workspace = folder()
    commit({ ...APP, 'app/.dockerignore': '**/.git\n' })
    const without = await tagOf()
    git('submodule', '--quiet', 'add', `file://${library}`, 'app/lib')
    commit()
    const tag = await tagOf()
    expect(tag).toMatch(TAG)
    expect(tag).not.toBe(without)
    write('app/lib/lib.txt', 'other')
    expect(await tagOf()).toBe('app/lib/lib.txt is not as it was committed.')
    git('-C', 'app/lib', 'commit', '--quiet', '--all', '--message=b')
    expect(await tagOf()).toBe('app/lib is not as it was committed.')
    git('submodule', '--quiet', 'deinit', '--force', 'app/lib')
    expect(await tagOf()).toMatch(TAG)
  })

  test('of a sparse checkout, what is there', async () => {
    commit(APP)
    const tag = await tagOf()
    git('sparse-checkout', 'set', '--no-cone', '/*', '!/app/b')
    expect(existsSync(path.join(workspace, 'app/b'))).toBe(false)
    const sparse = await tagOf()
    expect(sparse).toMatch(TAG)
    expect(sparse).not.toBe(tag)
  })
})

describe('no tag, and a reason that names the file', () => {
  test.each<[string, () => void, string]>([
    ['modified', () => write('app/a.txt', 'x\n'), 'app/a.txt is not as it was committed.'],
    ['the same length', () => write('app/b/c.txt', 'C\n'), 'app/b/c.txt is not as it was committed.'],
    ['untracked', () => write('app/new.txt'), 'app/new.txt is in its context, and not committed.'],
    ['ignored by Git', () => write('app/build.log'), 'app/build.log is in its context, and not committed.'],
    [
      'staged',
      () => {
        write('app/new.txt')
        git('add', '.')
      },
      'app/new.txt is in its context, and not committed.',
    ],
    [
      'modified behind the back of the index',
      () => {
        git('update-index', '--assume-unchanged', 'app/a.txt')
        write('app/a.txt', 'x\n')
      },
      'app/a.txt is not as it was committed.',
    ],
    [
      'removed',
      () => unlinkSync(path.join(workspace, 'app/a.txt')),
      'app/a.txt is committed, and not there.',
    ],
    [
      'made executable',
      () => chmodSync(path.join(workspace, 'app/a.txt'), 0o755),
      'app/a.txt is not as it was committed.',
    ],
    [
      'a link instead',
      () => {
        unlinkSync(path.join(workspace, 'app/a.txt'))
        symlinkSync('b/c.txt', path.join(workspace, 'app/a.txt'))
      },
      'app/a.txt is not as it was committed.',
    ],
    ['a Dockerfile', () => write('app/Dockerfile', 'FROM x\n'), 'app/Dockerfile is not as it was committed.'],
    [
      'a pattern of another kind',
      () => commit({ 'app/.dockerignore': '[[:alpha:]]\n' }),
      "of app/.dockerignore, the pattern '[[:alpha:]]' cannot be read as docker reads it.",
    ],
    [
      'a Dockerfile that is missing',
      () => rmSync(path.join(workspace, 'app/Dockerfile')),
      'app/Dockerfile cannot be read (ENOENT).',
    ],
    [
      'no context',
      () => rmSync(path.join(workspace, 'app'), { recursive: true }),
      'app cannot be read (ENOENT).',
    ],
  ])('%s', async (_, change, why) => {
    start({ ...APP, '.gitignore': '*.log\n' })
    change()
    expect(await tagOf()).toBe(why)
  })

  test('the repository itself, which docker sends as well', async () => {
    commit({ Dockerfile: 'FROM scratch\n' })
    expect((await tagsOf({ all: {} }))['all']).toMatch(
      /^\.git\/.* is in its context; name '\*\*\/\.git' in \.dockerignore\.$/,
    )
    commit({ '.dockerignore': '**/.git\n' })
    expect((await tagsOf({ all: {} }))['all']).toMatch(TAG)
  })

  test('a folder that is no checkout, or in which nothing is committed; no git', async () => {
    write('app/Dockerfile')
    expect(await tagOf()).toMatch(/\/app is in no checkout of Git\.$/)
    git('init', '--quiet')
    expect(await tagOf()).toMatch(/^nothing is committed in .*\/app\.$/)
    const missing = () => Promise.reject(new ProcessError('spawn git ENOENT', null))
    expect(await tagOf({}, { git: missing })).toBe(
      'git, which knows what is committed, could not be started.',
    )
  })

  test("another user's checkout is an error that says what to set", async () => {
    const stderr =
      "fatal: detected dubious ownership in repository at '/github/workspace'\nTo add an exception"
    const refused = () =>
      Promise.reject(new ProcessError('git ls-tree ended with exit code 128', 128, '', stderr))
    write('app/Dockerfile')
    await expect(tagOf({}, { git: refused })).rejects.toMatchObject({
      message: expect.stringContaining('checkout /github/workspace, as it belongs to another user'),
      remedy: expect.stringContaining("'git config --global --add safe.directory /github/workspace'"),
    })
  })

  test.each<[Record<string, unknown>, string]>([
    [{ 'no-cache': true }, 'it is to be built without cache (no-cache).'],
    [{ 'no-cache-filter': ['x'] }, 'stages of it are to be built without cache (no-cache-filter).'],
    [{ pull: true }, 'it is to pull its base images anew (pull).'],
    [{ secret: [{ id: 'x', env: 'X' }] }, 'it uses secrets.'],
    [{ ssh: ['default'] }, 'it uses an SSH agent.'],
    [{ context: 'https://github.com/a/b.git' }, 'its context is fetched.'],
    [{ dockerfile: 'https://example.com/Dockerfile' }, 'app/https:/example.com cannot be read (ENOENT).'],
    [{ contexts: { x: 'https://github.com/a/b.git' } }, "its context 'x' is fetched."],
    [{ contexts: { x: 'oci-layout://x:tag' } }, "its context 'x' is an image without a digest."],
    [{ contexts: { x: 'target:base' } }, "it builds upon 'base': it uses secrets."],
    [{ contexts: { x: 'target:app' } }, "it builds upon 'app': it builds upon itself."],
  ])('%j', async (target, why) => {
    start(APP)
    const base = { context: 'app', secret: ['id=x'] }
    expect((await tagsOf({ app: { context: 'app', ...target }, base }))['app']).toBe(why)
  })

  test('no platform that is known', async () => {
    start(APP)
    const unknown = 'it is built for the platform of the builder, which does not tell it.'
    expect(await tagOf({}, { platform: null })).toBe(unknown)
    expect(await tagOf({ platforms: ['linux/amd64', 'local'] }, { platform: null })).toBe(unknown)
    expect(await tagOf({ platforms: ['linux/amd64'] }, { platform: null })).toBe(await tagOf())
    // buildx's word for it is another platform on another runner.
    const own = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`
    expect(await tagOf({ platforms: ['local'] }, { platform: own })).toBe(await tagOf({}, { platform: own }))
    // Whose processor buildx takes for a word alone, that of this machine or of a builder elsewhere, is not guessed.
    const elsewhere = { platform: 'linux/s390x' }
    expect(await tagOf({ platforms: ['local'] }, elsewhere)).not.toBe(await tagOf({}, elsewhere))
    expect(await tagOf({ platforms: ['linux'] })).not.toBe(await tagOf({ platforms: ['linux/amd64'] }))
    expect(await tagOf({ platforms: ['LOCAL'] }, { platform: own })).toBe(await tagOf({ platforms: [own] }))
  })
})

/** On a disk that does not change. */
function remembering(run: RunGit): RunGit {
  const answers = new Map<string, Promise<string>>()
  return (args, folder, input) => {
    const key = JSON.stringify([args, folder, input])
    const answer = answers.get(key) ?? run(args, folder, input)
    answers.set(key, answer)
    return answer
  }
}

/** What a definition may say, each in several ways, the first of which is nothing. */
const WAYS: Readonly<Record<string, readonly unknown[]>> = {
  args: [undefined, { A: '1' }, { A: '2' }, { A: '1', B: '' }],
  labels: [undefined, { a: '1' }, { a: '2' }],
  platforms: [undefined, ['linux/arm64'], ['linux/arm64', 'linux/amd64']],
  target: [undefined, 'a', 'b'],
  network: [undefined, 'none'],
  annotations: [undefined, ['a=1'], ['manifest:a=1', 'b=2']],
  attest: [undefined, ['type=sbom'], ['type=provenance,mode=max', 'type=sbom']],
  output: [undefined, ['type=image,compression=zstd'], ['type=image,compression=zstd,compression-level=3']],
  entitlements: [undefined, ['network.host']],
  'extra-hosts': [undefined, { a: '1.2.3.4' }],
  'shm-size': [undefined, '1m'],
  'dockerfile-inline': [undefined, 'FROM scratch'],
  contexts: [undefined, { x: 'lib' }, { y: 'lib' }, { x: 'docker-image://a' }, { x: 'target:base' }],
  dockerfile: [undefined, 'other.Dockerfile'],
  'not-known-yet': [undefined, { a: [1] }],
}
const definitions = fc
  .record(Object.fromEntries(Object.entries(WAYS).map(([key, ways]) => [key, fc.nat(ways.length - 1)])))
  .map((chosen) =>
    Object.entries(chosen)
      .map(([key, i]): [string, unknown] => [key, WAYS[key]?.[i]])
      .filter(([, value]) => value !== undefined),
  )

test(
  'every part of a definition changes the tag, and its order does not',
  async () => {
    commit({ ...APP, 'app/other.Dockerfile': 'FROM x\n', 'lib/x': 'x', 'base/Dockerfile': 'FROM y\n' })
    const tags = new Map<string, string>()
    const names = new Map<string, string>()
    const run = remembering(gitOf(ENV))
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned).reverse()
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).reverse())
          : value
    await hold(definitions, 400, async (parts) => {
      // An inline Dockerfile is the one that counts.
      const said = Object.fromEntries(parts)
      if (said['dockerfile-inline'] !== undefined) delete said['dockerfile']
      const other = Object.fromEntries(
        Object.entries(said)
          .map(([key, value]) => [key, turned(value)])
          .reverse(),
      )
      const elsewhere = { tags: ['x:y'], 'cache-from': ['type=gha'], 'cache-to': ['type=gha'] }
      const base = { context: 'base' }
      const { one, two } = await tagsOf(
        { one: { context: 'app', ...said }, two: { context: './app/', ...other, ...elsewhere }, base },
        { git: run },
      )
      expect(one).toMatch(TAG)
      expect(two).toBe(one)
      const key = JSON.stringify(said)
      expect([tags.get(key) ?? one, names.get(one ?? '') ?? key]).toEqual([one, key])
      tags.set(key, one ?? '')
      names.set(one ?? '', key)
    })
  },
  FUZZ_TIMEOUT,
)

test('a form of buildx does not change the tag, nor the time of the job; inputs of the step do', async () => {
  start(APP)
  const tag = await tagOf({ attest: ['type=provenance,mode=max'], output: ['type=registry,name=x'] })
  expect(await tagOf({ attest: [{ mode: 'max', type: 'provenance' }] })).toBe(tag)
  const timed = { args: { SOURCE_DATE_EPOCH: '5' }, attest: ['mode=max,type=provenance'] }
  expect(await tagOf(timed, { env: { SOURCE_DATE_EPOCH: '5' } })).toBe(tag)
  expect(await tagOf(timed)).not.toBe(tag)
  expect(await tagOf({}, { also: ['compression=zstd'] })).not.toBe(await tagOf())
})

test('a target changes with the one that it builds upon', async () => {
  commit({ ...APP, 'base/Dockerfile': 'FROM y\n' })
  const plan = { app: { context: 'app', contexts: { base: 'target:base' } }, base: { context: 'base' } }
  const before = await tagsOf(plan)
  commit({ 'base/x': 'x' })
  const after = await tagsOf(plan)
  expect(after['base']).not.toBe(before['base'])
  expect(after['app']).not.toBe(before['app'])
})
