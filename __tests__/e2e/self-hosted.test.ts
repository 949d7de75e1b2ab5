import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { seedBaseImage } from '../../dev/base-image.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf } from '../../local-ecr/index.ts'
import { writeConfig } from '../../src/docker/login/config.ts'
import { addKeptLogin, nameKeptLogin } from '../../src/docker/login/kept-login.ts'
import { ANY_ENGINE, client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { EVERY_VARIANT, rows, variant } from '../support/variants.ts'

jest.setTimeout(120_000)

const ELSEWHERE = 'us-east-1'

describe.each(ANY_ENGINE)('a self-hosted runner, with the %s engine', (name) => {
  let stage: Stage
  let host: string
  let config: string
  const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }
  const mounted: string[] = []

  beforeAll(async () => {
    stage = await stageOn(name)
    host = stage.ecr.registryHost(ACCOUNT, REGION)
    config = path.join(stage.home, '.docker', 'config.json')
    mkdirSync(path.dirname(config), { recursive: true })
    mkdirSync(path.join(stage.folder, 'app'))
    dockerfile('FROM scratch\nCOPY Dockerfile /\n')
  })

  afterEach(() => {
    for (const folder of mounted.splice(0).reverse()) execFileSync('umount', [folder])
    rmSync(config, { force: true })
  })
  afterAll(() => stage?.close())

  const dockerfile = (text: string) => writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), text)
  const docker = (...args: string[]) => client(parts().engines[name].docker, args, stage.env)
  const messages = (result: { annotations: readonly { message: string }[] }) =>
    result.annotations.map(({ message }) => message).join('\n')

  function mount(folder: string, ...args: string[]): void {
    mkdirSync(folder, { recursive: true })
    execFileSync('mount', [...args, folder])
    mounted.push(folder)
  }

  /** A disk of its own, on which nothing has room any more. */
  function fullDisk(folder: string, files: Record<string, string> = {}): void {
    mount(folder, '-t', 'tmpfs', '-o', 'size=64k', 'full')
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, file), content)
    const { bavail, bsize } = statfsSync(folder)
    writeFileSync(path.join(folder, 'filler'), Buffer.alloc(bavail * bsize))
  }

  test('several jobs of one user at once: each has its login until it ends, and then the file is as it was', async () => {
    const before = '{ "auths": {"ghcr.io": {"auth": "YTpi"}} }\n'
    writeFileSync(config, before, { mode: 0o600 })
    const jobs = await Promise.all(
      [REGION, REGION, ELSEWHERE].map((region, index) =>
        stage.main({
          ...inputs,
          'aws-region': region,
          repository: `job-${index}`,
          tags: 'v1',
          'keep-login': 'true',
        }),
      ),
    )
    for (const job of jobs) expectSuccess(job)
    const hosts = () => Object.keys(JSON.parse(readFileSync(config, 'utf8')).auths).sort()
    const [one, two, three] = jobs as [(typeof jobs)[0], (typeof jobs)[0], (typeof jobs)[0]]
    expect(hosts()).toEqual([host, stage.ecr.registryHost(ACCOUNT, ELSEWHERE), 'ghcr.io'].sort())

    // Whoever ends first takes nobody else's login along.
    await stage.post(one)
    for (const { outputs } of [two, three]) await docker('pull', '--quiet', outputs['digest-uri'] as string)
    const posts = await Promise.all([two, three].map((job) => stage.post(job)))
    expect(posts.map(({ exitCode, raw }) => [exitCode, raw])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(readFileSync(config, 'utf8')).toBe(before)
    expect(readdirSync(path.dirname(config)).filter((file) => file.startsWith('config'))).toEqual([
      'config.json',
    ])
  })

  describe('a helper that works', () => {
    // As a store it is Amazon's by its name: of another one, a file without logins says that it has none.
    const RECORDER = 'recorder-ecr-login'
    let base: string
    let helpers: string
    let calls: string

    beforeAll(async () => {
      const { busyboxRoot } = parts()
      base = await seedBaseImage(stage.ecr.store, ACCOUNT, ELSEWHERE, busyboxRoot)
      helpers = path.join(stage.folder, 'helpers')
      calls = path.join(stage.folder, 'calls')
      mkdirSync(helpers)
      const Secret = stage.ecr.store.issueToken(callerOf(ACCOUNT, ELSEWHERE)).password
      writeFileSync(path.join(helpers, 'answer'), JSON.stringify({ ServerURL: '', Username: 'AWS', Secret }))
      // What it was asked for, and whether it could have asked AWS, as ecr-login does.
      const script = `#!/bin/sh
read -r server
echo "$1 $server \${AWS_SECRET_ACCESS_KEY:+as the job}" >>${calls}
[ "$1" = get ] && cat ${path.join(helpers, 'answer')}
`
      writeFileSync(path.join(helpers, `docker-credential-${RECORDER}`), script, { mode: 0o755 })
    })

    const configured = rows<[how: string, helper: () => object]>(
      [['as the store', () => ({ credsStore: RECORDER })]],
      // Variant: unit/docker/login/config.test.ts has both in the step's own configuration.
      [
        [
          'for both registries',
          () => ({
            credHelpers: { [host]: RECORDER, [stage.ecr.registryHost(ACCOUNT, ELSEWHERE)]: RECORDER },
          }),
        ],
      ],
    )
    test.each(configured)(
      '%s: answers for the base image, as the job, and never gets our token',
      async (_, helper) => {
        const before = JSON.stringify(helper())
        writeFileSync(config, before, { mode: 0o600 })
        rmSync(calls, { force: true })
        dockerfile(`FROM ${base}\nRUN echo ${Math.random()}\n`)
        const PATH = `${helpers}:${stage.env['PATH']}`
        const result = await stage.main({ ...inputs, pull: 'true', 'keep-login': 'true' }, { env: { PATH } })
        dockerfile('FROM scratch\nCOPY Dockerfile /\n')
        expectSuccess(result)
        await stage.post(result, { env: { PATH } })
        const asked = new Set(readFileSync(calls, 'utf8').trim().split('\n'))
        // An engine that keeps a list of all logins asks for that, too.
        const others = [...asked].filter((call) => !call.startsWith('list'))
        expect(others).toEqual([`get ${stage.ecr.registryHost(ACCOUNT, ELSEWHERE)} as the job`])
        expect(readFileSync(config, 'utf8')).toBe(before)
      },
    )
  })

  test('a home that cannot be written is not written, and is no obstacle', async () => {
    if (name === 'current') await docker('buildx', 'create', '--name', 'unused')
    mount(stage.home, '--bind', stage.home)
    execFileSync('mount', ['-o', 'remount,bind,ro', stage.home])
    expectSuccess(await stage.main(inputs))
    // Variant: what is not pushed takes the same login, and uses less of the home.
    if (EVERY_VARIANT) expectSuccess(await stage.main({ ...inputs, push: 'false' }))
    const kept = await stage.main({ ...inputs, 'keep-login': 'true' })
    expect(kept.exitCode).toBe(1)
    expect(messages(kept)).toMatch(
      /keep-login cannot write Docker's configuration \S+config\.json: EROFS.*\nWhat to do: let the runner's user write \S+\.docker, or set DOCKER_CONFIG/,
    )
    expect(await stage.post(kept)).toMatchObject({ exitCode: 0, raw: '' })
  })

  // Variant: neither can be written.
  test.each(rows(['/nowhere/at/all'], ['']))('HOME: %j', async (HOME) => {
    const DOCKER_CONFIG = HOME === '' ? path.dirname(config) : ''
    expectSuccess(await stage.main(inputs, { env: { HOME, DOCKER_CONFIG } }))
    expect(existsSync('/nowhere')).toBe(false)
  })

  test('a full RUNNER_TEMP: the error says which disk it is, and the user’s file is as it was', async () => {
    writeFileSync(config, '{}', { mode: 0o600 })
    const temp = path.join(stage.folder, 'full')
    fullDisk(temp)
    const result = await stage.main({ ...inputs, 'keep-login': 'true' }, { temp })
    expect(result.exitCode).toBe(1)
    expect(messages(result)).toContain('A disk of the runner is full: ENOSPC')
    expect(messages(result)).toContain(`RUNNER_TEMP (${temp})`)
    expect(readFileSync(config, 'utf8')).toBe('{}')
    await expect(writeConfig(temp, { auths: {} })).rejects.toThrow(`The disk of ${temp} is full: ENOSPC`)
    expect(readdirSync(temp).filter((file) => file.startsWith('config'))).toEqual([])
  })

  // Variant: long/kept-login.test.ts; a disk that is full is above
  variant('a full home: keep-login says so and leaves the file', async () => {
    const DOCKER_CONFIG = path.join(stage.folder, 'full-home')
    fullDisk(DOCKER_CONFIG, { 'config.json': '{"auths":{}}' })
    const kept = await nameKeptLogin({ DOCKER_CONFIG }, host)
    await expect(addKeptLogin(kept, 'x'.repeat(3000))).rejects.toThrow(
      `keep-login cannot write Docker's configuration ${DOCKER_CONFIG}/config.json: ENOSPC`,
    )
    expect(readdirSync(DOCKER_CONFIG).sort()).toEqual(['config.json', 'filler'])
    const result = await stage.main({ ...inputs, 'keep-login': 'true' }, { env: { DOCKER_CONFIG } })
    expect(messages(result)).toContain(`free space on the disk of ${DOCKER_CONFIG}; the file is as it was.`)
    expect(await stage.post(result, { env: { DOCKER_CONFIG } })).toMatchObject({ exitCode: 0, raw: '' })
    expect(readFileSync(path.join(DOCKER_CONFIG, 'config.json'), 'utf8')).toBe('{"auths":{}}')
    expect(readdirSync(DOCKER_CONFIG).sort()).toEqual(['config.json', 'filler'])
  })

  test('odd and very long paths', async () => {
    const odd = '- a \'q\' "qq" $HOME `id` ü u\u0308 日本 #;,=%0A'
    const long = 'n'.repeat(255)
    // Up to PATH_MAX, with room for what the step and docker put there.
    const deep = (folder: string, length: number) => {
      let result = folder
      while (result.length + 210 < length) result = path.join(result, 'd'.repeat(200))
      return result
    }
    const workspace = path.join(mkdtempSync(path.join(stage.folder, 'odd-')), odd)
    const context = path.join(deep(workspace, 3000), odd)
    const temp = deep(path.join(workspace, `temp ${odd}`), 3600)
    for (const folder of [context, temp]) mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(context, long), 'content')
    writeFileSync(
      path.join(context, odd),
      `FROM ${stage.baseImage}\nCOPY ${long} /\nRUN --mount=type=secret,id=s cat /${long} /run/secrets/s\n`,
    )
    writeFileSync(path.join(workspace, odd), 'a secret')
    const result = await stage.main(
      {
        ...inputs,
        context: path.relative(workspace, context),
        file: path.join(path.relative(workspace, context), odd),
        'secret-files': `s=${odd}`,
        'keep-login': 'true',
      },
      { workspace, temp },
    )
    expectSuccess(result)
    expect((await stage.post(result, { workspace, temp })).raw).toBe('')
    expect(readdirSync(temp)).toEqual(['_runner_file_commands'])
  })
})
