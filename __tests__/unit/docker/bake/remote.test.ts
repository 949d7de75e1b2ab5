import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { escapesOf } from '../../../../src/docker/bake/escapes.ts'
import { type BakeTarget, parsePlan } from '../../../../src/docker/bake/plan.ts'
import { readDefinition } from '../../../../src/docker/bake/print.ts'
import { commitIn, gitAddress, pinned, planOfRemote } from '../../../../src/docker/bake/remote.ts'
import { THROUGH_DOCKER } from '../../../../src/docker/buildx-command.ts'
import { hold } from '../../../support/fuzz.ts'

const REPOSITORY = 'https://github.com/acme/shop.git'
const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const remote = { repository: REPOSITORY, ref: 'main', folder: 'images', token: null, commit: COMMIT }

function ofRemote(fields: object, more: object = {}): BakeTarget {
  const plan = planOfRemote(parsePlan(JSON.stringify({ target: { app: fields } })), { ...remote, ...more })
  return plan.targets[0] as BakeTarget
}

describe('which commit a reference is', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(40)) as [
    string,
    string,
    string,
    string,
  ]

  test.each([
    ['', `${a}\tHEAD\n`, a],
    ['main', `${b}\trefs/heads/x/main\n${a}\trefs/heads/main\n`, a],
    ['v1', `${a}\trefs/tags/v1\n${b}\trefs/tags/v1^{}\n`, b],
    ['v1', `${a}\trefs/tags/v1\n${c}\trefs/heads/v1\n`, c],
    ['heads/v1', `${d}\trefs/heads/heads/v1\n${c}\trefs/heads/v1\n`, c],
    ['refs/pull/7/head', `${a}\trefs/pull/7/head\n`, a],
    ['gone', `${a}\trefs/heads/not/gone\nsaid of something else`, null],
  ])('%j of what git lists', (ref, listed, commit) => {
    expect(commitIn(listed, ref)).toBe(commit)
  })

  test('asks git, and says what git says; a whole id needs no git', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'remote-'))
    try {
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
          cwd: folder,
          encoding: 'utf8',
        })
      git('init', '--quiet', '--initial-branch=main')
      git('commit', '--quiet', '--allow-empty', '--message=x')
      git('tag', '--annotate', '--message=x', 'v1')
      const commit = git('rev-parse', 'HEAD').trim()
      // Git over a file is not among what a step may use.
      const at = { repository: pathToFileURL(folder).href, folder: '', token: null }
      await expect(pinned({ ...at, ref: 'v1' }, process.env)).rejects.toThrow(
        /^Which commit file:.*#v1 is cannot be asked: fatal: transport 'file' not allowed/,
      )
      expect(commitIn(git('ls-remote', folder, 'v1', 'v1^{}'), 'v1')).toBe(commit)
    } finally {
      rmSync(folder, { recursive: true })
    }
    expect(await pinned({ ...remote, ref: COMMIT }, {})).toMatchObject({ commit: COMMIT })
  })
})

describe('the plan of a definition of a repository', () => {
  test('a folder in it is its address at that commit; what is elsewhere stays', () => {
    const elsewhere = {
      base: 'target:base',
      image: 'docker-image://alpine',
      here: 'cwd://lib',
      layout: 'oci-layout://x',
      git: 'https://github.com/acme/other.git#v1',
    }
    const { context, contexts, raw } = ofRemote({
      context: './api/',
      contexts: { lib: 'lib/../shared', ...elsewhere },
    })
    expect(context).toBe(`${REPOSITORY}#${COMMIT}:images/api`)
    expect(contexts).toEqual({ lib: `${REPOSITORY}#${COMMIT}:images/shared`, ...elsewhere })
    expect(raw).toMatchObject({ context, contexts })
    expect(ofRemote({}).context).toBe(`${REPOSITORY}#${COMMIT}:images`)
    expect(ofRemote({}, { folder: '' }).context).toBe(`${REPOSITORY}#${COMMIT}`)
  })

  test.each([[{ context: '../other' }], [{ contexts: { a: 'x/../..' } }]])(
    'is left by nothing: %j',
    (fields) => {
      expect(() => ofRemote(fields)).toThrow(
        `is outside of what the definition is of, ${REPOSITORY}#${COMMIT}:images.`,
      )
    },
  )

  test('whatever a context is called, it is in that folder, on this runner by a name that says so, or refused', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'b', '...', 'cwd:', 'a..')
    return hold(fc.array(part, { minLength: 1, maxLength: 6 }), 800, (parts) => {
      const given = parts.join('/')
      let context: string
      try {
        context = ofRemote({ context: given }).context
      } catch {
        return
      }
      if (context === given && given.startsWith('cwd:')) return
      const [address, inside = ''] = context.split(`#${COMMIT}:`)
      expect(address).toBe(REPOSITORY)
      expect(inside.split('/')[0]).toBe('images')
      expect(inside.split('/')).not.toContain('..')
    })
  })

  test('is fetched with the token of its repository, that only its own contexts get, as a secret for that host', () => {
    const secretOf = (fields: object, token: string | null = 'ghs_x') =>
      ofRemote(fields, { token }).raw['secret']
    const own = 'id=GIT_AUTH_TOKEN.github.com,env=ECR_BAKE_GIT_TOKEN'
    expect(secretOf({ context: 'api' })).toEqual([own])
    expect(secretOf({ secret: ['id=a,env=B'] })).toEqual(['id=a,env=B', own])
    expect(secretOf({ secret: [{ id: 'a', env: 'B' }] })).toEqual([
      { id: 'a', env: 'B' },
      { id: 'GIT_AUTH_TOKEN.github.com', env: 'ECR_BAKE_GIT_TOKEN' },
    ])
    expect(secretOf({ context: 'https://github.com/acme/other.git' })).toBeUndefined()
    expect(secretOf({ context: 'api' }, null)).toBeUndefined()
  })
})

test('a definition of a repository reaches nothing of the runner that is not allowed, the workspace too', () => {
  // A folder that every machine has.
  const workspace = os.tmpdir()
  const fields = {
    context: 'api',
    contexts: { a: 'cwd://lib', b: 'oci-layout://images' },
    dockerfile: path.join(workspace, 'Dockerfile'),
    secret: ['id=a,src=secret.txt'],
    'cache-to': ['type=local,dest=cache'],
  }
  const plan = planOfRemote(parsePlan(JSON.stringify({ target: { app: fields } })), remote)
  const bounds = { workspace, folders: [], remote: true }
  expect(escapesOf(plan, { ...bounds, allow: [] }).map(({ what }) => what.replace(/ '.*/, ''))).toEqual([
    'its dockerfile',
    'its contexts.a',
    'its contexts.b',
    'its secret',
    'its cache-to',
  ])
  expect(escapesOf(plan, { ...bounds, allow: ['fs=.'] })).toEqual([])
  expect(gitAddress(remote, 'api')).toBe(plan.targets[0]?.context)
})

describe('the variables that a definition can see', () => {
  const step = {
    PATH: process.env['PATH'] ?? '',
    DOCKER_HOST: 'unix:///nowhere.sock',
    BUILDX_BUILDER: 'mine',
    DOCKER_AUTH_CONFIG: '{"auths":{}}',
    DEPLOY_KEY: 'secret',
  }

  async function seenBy(given: typeof remote | null): Promise<string[]> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'bake-env-'))
    try {
      const program = path.join(folder, 'buildx')
      const script = `#!/bin/sh\nenv >"${folder}/env"\necho '{"target":{"app":{}}}'\n`
      writeFileSync(program, script, { mode: 0o755 })
      await readDefinition(
        {
          remote: given && { ...given, ref: COMMIT },
          files: [],
          targets: [],
          set: [],
          vars: new Map([['VERSION', '1']]),
          builder: null,
          allow: [],
        },
        { buildx: { ...THROUGH_DOCKER, program }, env: step, workspace: folder, variables: {} },
      )
      const names = readFileSync(path.join(folder, 'env'), 'utf8').match(/^\w+(?==)/gm) ?? []
      return names.filter((name) => name in step || name === 'VERSION').sort()
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test("are all of docker's own, for one of the checkout", async () => {
    expect(await seenBy(null)).toEqual([...Object.keys(step), 'VERSION'].sort())
  })

  test('are those by which docker works and those of vars, for one of a repository', async () => {
    expect(await seenBy(remote)).toEqual(['BUILDX_BUILDER', 'DOCKER_HOST', 'PATH', 'VERSION'])
  })
})
