import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { InputError } from '../../../src/shared/errors.ts'
import { type Desk, type Job, read } from '../../support/arguments.ts'

let desk: Desk

beforeAll(() => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'workspace-'))
  writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
  mkdirSync(path.join(cwd, 'folder'))
  desk = { cwd, folder: cwd }
})

afterAll(() => rmSync(desk.cwd, { recursive: true }))

function problems(given: Record<string, string>, job: Job = {}): string {
  try {
    read(given, desk, job)
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(desk.cwd, 'CWD')
    throw error
  }
  return ''
}

const SECRET_RULE =
  "is not ID=value (an id is letters, digits, '_', '.', ':', '/', '@' and '-'); a value of several lines is quoted together with its id: \"ID=first line⏎second line\""

describe('a wrong input says what is allowed', () => {
  const wrong: [input: string, value: string, message: string, more?: Record<string, string>][] = [
    ['platforms', 'linux amd64', 'must be OS/ARCHITECTURE[/VARIANT], such as linux/amd64 or linux/arm/v7'],
    ['platforms', 'a/b/c/d', 'must be OS/ARCHITECTURE[/VARIANT], such as linux/amd64 or linux/arm/v7'],
    ['add-hosts', 'db', 'must be host:ip, such as docker:10.180.0.1'],
    ['allow', 'Network Host', 'must be an entitlement, such as network.host or security.insecure'],
    ['attests', 'mode=max', 'must be type=…, such as type=sbom,generator=image'],
    ['provenance', 'maximal', 'must be true, false or attributes, such as mode=max'],
    ['sbom', 'yes', 'must be true, false or attributes, such as generator=image'],
    ['build-contexts', 'folder', 'must be name=value, where the value is a path'],
    ['build-contexts', 'lib=nowhere', 'there is no folder CWD/nowhere; a path is relative to the workspace'],
    ['build-contexts', 'lib={{nothing}}', '{{nothing}} is not known; {{defaultContext}} is'],
    ['context', '{{context}}', '{{context}} is not known; {{defaultContext}} is'],
    ['builder', '--push', 'must be the name of a builder'],
    ['cache', 'registry', 'must be ecr, gha or none'],
    [
      'cache',
      'ecr',
      'stands for cache-from and cache-to; leave out cache-to, or the preset',
      { 'cache-to': 'x' },
    ],
    ['cache-to', 'mode=max,ref=x', 'must be an image reference, or type=TYPE,…, such as type=gha,mode=max'],
    ['call', 'lint everything', 'must be check, outline, targets or build'],
    ['cgroup-parent', 'a b', 'must be the name of a control group'],
    ['load', 'yes', 'must be true or false'],
    ['network', '--privileged', 'must be default, host or none'],
    ['no-cache', '1', 'must be true or false'],
    ['no-cache-filters', 'a b', 'must be names of stages of the Dockerfile'],
    ['outputs', 'type=zip,dest=x', 'must be a folder, or type=TYPE,… with one of the types local, tar'],
    ['outputs', 'type=tar,dest=-', 'would write the result into the log; give dest=PATH'],
    ['outputs', '-', 'would write the result into the log; give dest=PATH'],
    ['outputs', 'type=local', 'needs dest=PATH'],
    ['outputs', 'type=registry', 'pushes, but push is false', { push: 'false' }],
    ['outputs', 'type=image,push=true', 'pushes, but push is false', { push: 'false' }],
    ['pull', 'always', 'must be true or false'],
    ['shm-size', 'big', 'must be a size, such as 2g or 512m'],
    ['ssh', '=x', "must be 'default', or ID=SOCKET or ID=KEYFILE"],
    ['ulimit', 'nofile', 'must be type=soft[:hard], such as nofile=1024:1024'],
    ['secret-envs', 'token', 'must be ID=NAME, where NAME is a variable of the environment of the step'],
    ['secret-envs', 'token=NOT_THERE', 'the variable NOT_THERE is not set in the environment of the step'],
    ['secret-files', 'token', 'must be ID=path'],
    ['secret-files', 'token=nowhere', 'there is no file CWD/nowhere; a path is relative to the workspace'],
    ['secret-files', 'token=folder', 'there is no file CWD/folder; a path is relative to the workspace'],
  ]

  const rows = wrong.map(([input, value, message, more = {}]) => [input, value, message, more] as const)

  test.each(rows)('%s: %j', (input, value, message, more) => {
    expect(problems({ [input]: value, ...more })).toContain(`Input '${input}': '${value}': ${message}`)
  })

  test('all at once', () => {
    const given = { platforms: 'x y', secrets: 'no', ssh: '=', ulimit: 'x', cache: 'y', load: 'maybe' }
    const lines = problems(given).split('\n')
    expect(lines.map((line) => /'([a-z-]+)'/.exec(line)?.[1]).sort()).toEqual(Object.keys(given).sort())
  })
})

describe('a wrong secret', () => {
  const of = (secrets: string, more: Record<string, string> = {}) => problems({ secrets, ...more })

  test('is an error that names its place and nothing of it', () => {
    expect(of('FIRST=x\nhunter2')).toBe(`Input 'secrets': item 2 of 2 ${SECRET_RULE}`)
    expect(of('hunter2 and=more')).toBe(`Input 'secrets': item 1 of 1 ${SECRET_RULE}`)
    expect(of('=hunter2')).not.toContain('hunter2')
  })

  test('a value of several lines without quotes', () => {
    const message = of('KEY=-----BEGIN KEY-----\naHVudGVy\nMg==\n-----END KEY-----')
    expect(message.split('\n')).toHaveLength(3)
    expect(message).not.toMatch(/aHVudGVy|Mg|BEGIN/)
  })

  test('the end of a base64 value', () => {
    expect(of('KEY=aHVudGVy\nMg==')).toContain('item 2 of 2 looks like the end of a base64 value')
    expect(of('KEY=aHVudGVy\nMgA=')).toContain('item 2 of 2 has an empty value')
    expect(of('KEY=aHVudGVy\nMg==')).not.toContain('Mg')
  })

  test('no value, as a GitHub secret that is not set has', () => {
    expect(of('TOKEN=')).toBe(
      "Input 'secrets': item 1 of 1 has an empty value; is the GitHub secret set, and given to this event? Pull requests from forks get none",
    )
  })

  test('a quote that is not closed', () => {
    const masked: string[] = []
    const message = problems({ secrets: 'A=x\n"B=hunter2' }, { mask: (secret) => masked.push(secret) })
    expect(message).toBe(
      'Input \'secrets\': is not a list: a quote is not closed; inside of a quoted value a quote is doubled ("")',
    )
    expect(masked).toContain('"B=hunter2')
  })

  test('the same id twice, wherever', () => {
    expect(problems({ secrets: 'A=x\nA=y' })).toContain('the id A is given more than once')
    expect(problems({ secrets: 'A=x', 'secret-files': 'A=Dockerfile' })).toContain(
      'the id A is given more than once',
    )
  })
})

test('every secret value is masked as soon as it is read, also of a wrong list', () => {
  const masked: string[] = []
  const given = {
    secrets: 'A=one\n"B=two\nlines"\nbroken',
    'secret-envs': 'C=HERE',
    'github-token': 'ghs_x',
    'cache-to': 'type=gha,ghtoken=ghp_y',
    'cache-from': 'type=s3,secret_access_key=zzz',
  }
  problems(given, { env: { HERE: 'three' }, mask: (secret) => masked.push(secret) })
  expect(masked.sort()).toEqual(['broken', 'ghp_y', 'ghs_x', 'one', 'three', 'two\nlines', 'zzz'])
})

describe('the context', () => {
  const contextOf = (context: string, env: Record<string, string> = {}) => {
    const { build } = read({ context }, desk, { env })
    return [build.context, build.file]
  }

  test.each([
    'https://github.com/acme/shop.git#v1:docs',
    'git@github.com:acme/shop.git',
    'ssh://git@git.example/shop.git',
    'git://git.example/shop.git',
    'github.com/acme/shop',
    'https://example.com/context.tar.gz',
  ])('docker fetches %s itself, and finds the Dockerfile in it', (context) => {
    expect(contextOf(context)).toEqual([context, null])
  })

  test('the Dockerfile of a remote context is relative to its root', () => {
    const given = { context: 'https://github.com/acme/shop.git', file: 'images/web.Dockerfile' }
    expect(read(given, desk).build.file).toBe('images/web.Dockerfile')
  })

  test('a Dockerfile from elsewhere for a folder', () => {
    const file = 'https://example.com/Dockerfile'
    expect(read({ file }, desk).build.file).toBe(file)
  })

  test('{{defaultContext}} is the commit of the run', () => {
    expect(contextOf('{{defaultContext}}', { GITHUB_SHA: 'f'.repeat(40) })[0]).toBe(
      `https://github.com/acme/shop.git#${'f'.repeat(40)}`,
    )
  })

  test('of a pull request: the merge, or its head where that is wanted', () => {
    const event = path.join(desk.cwd, 'event.json')
    const head = 'e'.repeat(40)
    writeFileSync(event, JSON.stringify({ pull_request: { head: { sha: head } } }))
    const env = { GITHUB_REF: 'refs/pull/7/merge', GITHUB_SHA: 'd'.repeat(40), GITHUB_EVENT_PATH: event }
    expect(contextOf('{{defaultContext}}', env)[0]).toContain(`#${'d'.repeat(40)}`)
    const wanted = { ...env, DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF: 'true' }
    expect(contextOf('{{defaultContext}}', wanted)[0]).toContain(`#${head}`)
  })

  test('outside of GitHub there is none', () => {
    expect(problems({ context: '{{defaultContext}}' }, { env: { GITHUB_REPOSITORY: '' } })).toContain(
      "Input 'context': '{{defaultContext}}': needs GITHUB_REPOSITORY and GITHUB_SHA, which GitHub sets",
    )
  })
})

test('what is asked of the Dockerfile is not pushed', () => {
  expect(read({ call: 'check' }, desk).push).toBe(false)
  expect(read({ call: 'build' }, desk).push).toBe(true)
})
