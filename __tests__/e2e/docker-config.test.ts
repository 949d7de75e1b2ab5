import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { seedBaseImage } from '../../dev/base-image.ts'
import { runMain, type StepResult } from '../../dev/runner.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, type LocalEcr, startLocalEcr } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { ANY_ENGINE, client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { provingRows, variant } from '../support/variants.ts'

jest.setTimeout(120_000)

describe.each(ANY_ENGINE)('the user’s Docker configuration, on the %s engine', (name) => {
  let stage: Stage
  let host: string
  let folder: string
  const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }

  beforeAll(async () => {
    stage = await stageOn(name)
    host = stage.ecr.registryHost(ACCOUNT, REGION)
    folder = path.join(stage.home, '.docker')
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), `FROM ${stage.baseImage}\nCMD ["true"]\n`)
  })

  beforeEach(() => {
    for (const end of ['', '.ecr-build-push']) rmSync(path.join(folder, `config.json${end}`), { force: true })
  })
  afterEach(() => stage.ecr.faults.clear())
  afterAll(() => stage?.close())

  /** Names, modes and bytes of all that lies in the user's folder; null where there is none. */
  function snapshot(): Record<string, string> | null {
    if (!existsSync(folder)) return null
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.parentPath.startsWith(path.join(folder, 'cli-plugins')))
      // buildx's own notes on builds, which it writes whoever calls it.
      .filter((entry) => !path.join(entry.parentPath, entry.name).includes('/buildx'))
      .map((entry): [string, string] => {
        const file = path.join(entry.parentPath, entry.name)
        const stat = lstatSync(file)
        return [file, `${stat.mode.toString(8)} ${stat.isFile() ? readFileSync(file, 'latin1') : ''}`]
      })
    return Object.fromEntries(entries)
  }

  function write(content: string): void {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'config.json'), content, { mode: 0o640 })
  }

  const cases: [string, () => string | null][] = [
    ['absent', () => null],
    ['another registry’s login', () => '{"auths":{"ghcr.io":{"auth":"YTpi"}}}\n'],
    ['a credential helper for the registry', () => `{ "credHelpers": { "${host}": "ecr-login" } }`],
    ['a store that is broken', () => '{"credsStore":"not-installed","auths":{"ghcr.io":{}}}'],
    [
      'an older login to the same registry',
      () => `{\n  "auths": { "${host}": { "auth": "b2xkOmxvZ2lu" } }\n}\n`,
    ],
  ]

  // Variants: unit/docker/login and long/kept-login.test.ts have each with either; self-hosted.test.ts keeps a login
  // beside that of another registry, and in fault-matrix.test.ts a home without the file has none afterwards.
  const KEPT = ['a credential helper for the registry']
  const NOT_KEPT = ['a store that is broken']
  const tried = provingRows(cases, ([is]) => [...KEPT, ...NOT_KEPT].includes(is))
  describe.each(tried)('%s', (is, content) => {
    const keeps = provingRows(['false', 'true'], (keep) => (keep === 'true' ? KEPT : NOT_KEPT).includes(is))
    test.each(keeps)('keep-login: %s', async (keep) => {
      const before = content()
      if (before !== null) write(before)
      const was = snapshot()
      const result = await stage.main({ ...inputs, 'keep-login': keep })
      expect(result.log).toContain(`Logged in to ${host}`)
      expectSuccess(result)
      if (keep === 'false') {
        expect(snapshot()).toEqual(was)
      } else {
        // A later step's docker gets at the registry, past any helper.
        // With a token in it, nobody else reads it.
        expect(statSync(path.join(folder, 'config.json')).mode & 0o077).toBe(0)
        await client(
          parts().engines[name].docker,
          ['pull', '--quiet', result.outputs['digest-uri'] as string],
          stage.env,
        )
      }
      const post = await stage.post(result)
      expect([post.exitCode, post.raw]).toEqual([0, ''])
      expect(snapshot()).toEqual(was)
    })
  })

  // Variant: post puts back what a step has kept, however it ended: below, of one that was killed
  variant('post puts it back after a build that failed', async () => {
    write('{"auths":{"ghcr.io":{"auth":"YTpi"}}}')
    const was = snapshot()
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile.bad'), 'FROM scratch\nCOPY nothing /\n')
    const result = await stage.main({ ...inputs, file: 'app/Dockerfile.bad', 'keep-login': 'true' })
    expect(result.exitCode).toBe(1)
    expect(snapshot()).not.toEqual(was)
    await stage.post(result)
    expect(snapshot()).toEqual(was)
  })

  // Variants: cancel.test.ts has a main step that is killed at once, with a login that is kept.
  variant.each(['true', 'false'])(
    'post puts it back after a main step that was killed in the build; keep-login: %s',
    async (keep) => {
      write('{"auths":{"ghcr.io":{"auth":"YTpi"}}}')
      const was = snapshot()
      writeFileSync(
        path.join(stage.folder, 'app', 'Dockerfile.slow'),
        `FROM ${stage.baseImage}\nRUN echo slow-step-is-on; sleep 4\n`,
      )
      let pid = 0
      const result = await stage.main(
        { ...inputs, file: 'app/Dockerfile.slow', 'keep-login': keep },
        {
          onStart: (started) => {
            pid = started
          },
          onLine: (line) => {
            if (line.includes('slow-step-is-on')) process.kill(pid, 'SIGKILL')
          },
        },
      )
      expect(result.signal).toBe('SIGKILL')
      expect(readdirSync(stage.temp).some((entry) => entry.startsWith('ecr-build-push-'))).toBe(true)
      await stage.post(result)
      expect(snapshot()).toEqual(was)
      expect(readdirSync(stage.temp).filter((entry) => entry.startsWith('ecr-build-push-'))).toEqual([])
    },
  )

  test('the user’s context and plugins are used in the step', async () => {
    const { DOCKER_HOST, ...env } = stage.env
    const docker = (...args: string[]) => client(parts().engines[name].docker, args, env)
    const endpoint = DOCKER_HOST ?? 'unix:///var/run/docker.sock'
    await docker('context', 'create', 'mine', '--docker', `host=${endpoint}`)
    await docker('context', 'create', 'broken', '--docker', 'host=unix:///nowhere/docker.sock')
    // Here a plugin that the configuration names; elsewhere in these tests those of the user's folder.
    const plugins = path.join(stage.folder, 'my-plugins')
    mkdirSync(plugins, { recursive: true })
    const metadata = '{"SchemaVersion":"0.1.0","Vendor":"me","Version":"v9.9.9"}'
    const marker = path.join(stage.folder, 'plugin-was-called')
    const real = path.join(
      parts().engines[name].pluginsDir ?? '/usr/libexec/docker/cli-plugins',
      'docker-buildx',
    )
    const script = `#!/bin/sh
if [ "$1" = docker-cli-plugin-metadata ]; then echo '${metadata}'; exit; fi
echo "$@" >>${marker}
exec ${real} "$@"
`
    writeFileSync(path.join(plugins, 'docker-buildx'), script, { mode: 0o755 })
    const runIn = (currentContext: string, extra: readonly string[]) => {
      rmSync(path.join(folder, 'config.json'), { force: true })
      write(JSON.stringify({ currentContext, cliPluginsExtraDirs: extra }))
      return runMain({ ...stage.step(inputs), env })
    }
    expectSuccess(await runIn('mine', name === 'current' ? [plugins] : []))
    if (name === 'current') expect(readFileSync(marker, 'utf8')).toMatch(/^buildx build /m)
    const broken = await runIn('broken', [])
    expect(broken.exitCode).toBe(1)
    expect(broken.log).toContain(
      "Docker's engine does not answer: Cannot connect to the Docker daemon at unix:///nowhere/docker.sock",
    )
    for (const context of ['mine', 'broken']) await docker('context', 'rm', '--force', context)
  })
})

describe('registry-auth, for a base image in a registry of its own', () => {
  let stage: Stage
  let registry: LocalEcr
  let host: string
  let secret: string
  let file: string
  const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1', 'no-cache': 'true' }
  const auth = (password: string) => `- registry: ${host}\n  username: AWS\n  password: ${password}\n`

  beforeAll(async () => {
    stage = await stageOn('current')
    const { registryBinary, busyboxRoot } = parts()
    registry = await startLocalEcr({
      registryBinary,
      dataDir: path.join(stage.folder, 'other'),
      mode: 'localhost',
    })
    const base = await seedBaseImage(registry.store, ACCOUNT, REGION, busyboxRoot)
    host = registry.registryHost(ACCOUNT, REGION)
    secret = registry.store.issueToken(callerOf(ACCOUNT, REGION)).password
    file = path.join(stage.home, '.docker', 'config.json')
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), `FROM ${base}\nRUN echo made > /made\n`)
  })
  afterAll(async () => {
    await registry?.stop()
    await stage?.close()
  })

  const stored = () => Buffer.from(`AWS:${secret}`).toString('base64')

  /** Nothing of it is in the log, in an output, or on the disk. */
  function expectNowhere(result: StepResult) {
    const shown = result.raw.split('\n').filter((line) => !line.startsWith('::add-mask::'))
    const told = [...shown, JSON.stringify(result.outputs), result.summary].join('\n')
    const left = readdirSync(stage.temp, { recursive: true, encoding: 'utf8' })
    for (const needle of [secret, stored()]) {
      expect(told).not.toContain(needle)
      expect(readFileSync(file, 'utf8')).not.toContain(needle)
    }
    expect(left.filter((entry) => entry.startsWith('ecr-build-push-'))).toEqual([])
  }

  test("counts instead of the user's logins and helpers, and is in the step alone, also with keep-login", async () => {
    const wrong = { auth: Buffer.from('AWS:wrong').toString('base64') }
    const users = `{"auths":{"${host}":${JSON.stringify(wrong)}},"credHelpers":{"${host}":"not-installed"}}\n`
    writeFileSync(file, users, { mode: 0o600 })
    const result = await stage.main(
      { ...inputs, 'registry-auth': auth(secret), 'keep-login': 'true' },
      { env: { RUNNER_DEBUG: '1', DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: wrong } }) } },
    )
    expectSuccess(result)
    expect(result.log).toContain('made')
    expectNowhere(result)
    // The step's own login is kept, and that one is not.
    expect(JSON.parse(readFileSync(file, 'utf8')).auths[host]).toEqual(wrong)
    await stage.post(result)
    expect(readFileSync(file, 'utf8')).toBe(users)
  })

  test('without a push, and a login that is missing is told of by the pull', async () => {
    writeFileSync(file, '{}', { mode: 0o600 })
    const local = { ...inputs, push: 'false', 'no-cache': 'true' }
    const result = await stage.main({ ...local, 'registry-auth': auth(secret) })
    expectSuccess(result)
    expectNowhere(result)
    const other = '- registry: other.example\n  username: AWS\n  password: hunter2-is-wrong\n'
    const refused = await stage.main({ ...local, pull: 'true', 'registry-auth': other })
    expect(refused.exitCode).toBe(1)
    expect(errorOf(refused)).toContain('A registry wants a login that docker does not have')
    expect(errorOf(refused)).toContain('with the input registry-auth')
    expect(refused.log).not.toContain('hunter2-is-wrong')
    expect(readFileSync(file, 'utf8')).toBe('{}')
  })
})

// Variant: remote-builder.test.ts has a builder that works
variant('the builder that the user has chosen builds in the step', async () => {
  const stage = await stageOn('current')
  try {
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
    const create = ['buildx', 'create', '--name', 'mine', '--driver', 'remote', '--use', 'tcp://127.0.0.1:1']
    await client(parts().engines.current.docker, create, stage.env)
    const result = await stage.main({ repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' })
    // No builder can be had in a closed network; that this one was asked shows in what it could not do.
    expect(result.exitCode).toBe(1)
    expect(result.log).toContain('building with "mine" instance using remote driver')
    expect(result.log).toContain('[internal] waiting for connection')
  } finally {
    await stage.close()
  }
})
