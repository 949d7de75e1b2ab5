import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { REGION, type Stage } from '../../dev/stage.ts'
import { errorOf } from '../support/annotations.ts'
import { dockerLogin } from '../support/docker-login.ts'
import { client, EACH_ENGINE, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { startSshAgent } from '../support/ssh-agent.ts'
import { EVERY_VARIANT, variant } from '../support/variants.ts'

// What the inputs of a build do, seen in the image or in the log. What only buildx has is in build-buildx.test.ts.

jest.setTimeout(180_000)

describe.each(EACH_ENGINE)('build inputs, on the %s engine', (name) => {
  let stage: Stage
  let folder: string

  beforeAll(async () => {
    stage = await stageOn(name)
    folder = path.join(stage.folder, 'app')
    mkdirSync(folder)
    // Without a push the step logs in nowhere, and the base image is in ECR.
    await dockerLogin(stage, name)
  })

  afterAll(() => stage?.close())

  const docker = (...args: string[]) => client(parts().engines[name].docker, args, stage.env)

  async function build(
    dockerfile: string,
    inputs: Record<string, string> = {},
    env: Record<string, string> = {},
  ) {
    writeFileSync(path.join(folder, 'Dockerfile'), dockerfile.replaceAll('BASE', stage.baseImage))
    const given = { repository: 'app', context: 'app', tags: 'v1', push: 'false', ...inputs }
    return stage.main(given, { env: { GITHUB_WORKSPACE: stage.folder, ...env } })
  }

  /** A file of the image that was built last. */
  const cat = (file: string) => docker('run', '--rm', '--network=none', 'app:v1', 'cat', file)

  // Variants on the old engine: docker's own BuildKit builds there too, with the same arguments; secrets.test.ts has
  // secrets on both.
  const onCurrent = name === 'current' ? test : variant
  onCurrent('secrets are used, and are in no image, history, log, argument or file afterwards', async () => {
    const secrets = {
      value: 'hunter2, "quoted"\nand a second line\n',
      env: 'from-the-environment',
      file: 'from-a-file',
    }
    writeFileSync(path.join(stage.folder, 'secret.txt'), secrets.file)
    const mounts = Object.keys(secrets).map((id) => `--mount=type=secret,id=${id}`)
    const files = Object.keys(secrets).map((id) => `/run/secrets/${id}`)
    const result = await build(
      `FROM BASE\nRUN ${mounts.join(' ')} cat ${files.join(' ')} | sha256sum > /sum\n`,
      {
        secrets: `"value=${secrets.value.replaceAll('"', '""')}"`,
        'secret-envs': 'env=HERE',
        'secret-files': 'file=secret.txt',
        'no-cache': 'true',
      },
      { HERE: secrets.env, RUNNER_DEBUG: '1' },
    )
    expectSuccess(result)
    const sum = createHash('sha256').update(Object.values(secrets).join('')).digest('hex')
    expect(await cat('/sum')).toContain(sum)

    const needles = ['hunter2', 'and a second line', secrets.env, secrets.file]
    const shown = result.raw.split('\n').filter((line) => !line.startsWith('::add-mask::'))
    const image = [
      await docker('history', '--no-trunc', 'app:v1'),
      await docker('image', 'inspect', 'app:v1'),
      await docker(
        'run',
        '--rm',
        '--network=none',
        'app:v1',
        'sh',
        '-c',
        // Each file once: hundreds of names in /bin lead to one program.
        `find /bin /etc /root /run /sum /tmp /usr /var -type f -exec grep -lE '${needles.join('|')}' {} + 2>/dev/null || true`,
      ),
      ...shown,
    ].join('\n')
    for (const needle of needles) expect(image).not.toContain(needle)
    expect(shown.join('\n')).toContain('--secret=id=value,src=')
    const left = readdirSync(stage.temp, { recursive: true, encoding: 'utf8' })
    expect(left.filter((file) => /secret/.test(file))).toEqual([])
  })

  // Variant: unit/inputs/build.test.ts.
  variant('a malformed secret is an error, and nothing is built', async () => {
    const result = await build('FROM BASE\n', { secrets: 'A=x\nhunter2' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain("Input 'secrets': item 2 of 2 is not ID=value")
    expect(result.log).not.toContain('hunter2')
    expect(result.log).not.toContain('[command]')
  })

  onCurrent('an SSH agent', async () => {
    const agent = await startSshAgent(path.join(stage.temp, 'agent.sock'))
    try {
      const dockerfile = 'FROM BASE\nRUN --mount=type=ssh test -S "$SSH_AUTH_SOCK" && echo there > /agent\n'
      const env = { SSH_AUTH_SOCK: agent.socket }
      // Variant: build-failures.test.ts has a command of a Dockerfile that fails.
      if (EVERY_VARIANT) {
        const without = await build(dockerfile, { 'no-cache': 'true' }, env)
        expect(without.exitCode).toBe(1)
        expect(errorOf(without)).toMatch(/^The build failed at .*RUN --mount=type=ssh/)
      }
      expectSuccess(await build(dockerfile, { ssh: 'default', 'no-cache': 'true' }, env))
      expect(await cat('/agent')).toBe('there')
    } finally {
      await agent.close()
    }
  })

  test('hosts, the network, a target, labels, a platform', async () => {
    const platform = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`
    const result = await build(
      'FROM BASE AS first\nARG V\nARG WHO\nRUN cat /etc/hosts > /hosts; ls /sys/class/net > /net; echo "$V $WHO" > /v\nFROM first AS second\nRUN false\n',
      {
        'add-hosts': 'db.example:10.9.8.7,cache.example:10.9.8.6',
        network: 'none',
        target: '{{base_ref}}first{{tag}}',
        // A name alone: its value is that of the job's environment.
        'build-args': 'V={{version}} {{ .x }}\nWHO',
        labels: 'org.example.a=b, c\n"org.example.d=e,f"\norg.example.v={{version}}',
        platforms: platform,
        'no-cache': 'true',
      },
      { WHO: 'from the job' },
    )
    expectSuccess(result)
    expect(await cat('/hosts')).toMatch(/10\.9\.8\.7\s+db\.example[\s\S]*10\.9\.8\.6\s+cache\.example/)
    expect(await cat('/net')).toBe('lo')
    const inspected = JSON.parse(await docker('image', 'inspect', 'app:v1'))[0]
    expect(inspected.Config.Labels).toMatchObject({
      'org.example.a': 'b, c',
      'org.example.d': 'e,f',
      'org.example.v': 'v1',
    })
    expect(await cat('/v')).toBe('v1 {{ .x }} from the job')
    expect(`${inspected.Os}/${inspected.Architecture}`).toBe(platform)
  })

  // Variant: unit/docker/build/arguments.test.ts; push-again.test.ts builds with both.
  variant('no-cache builds every step anew; without it the engine’s cache is used', async () => {
    const dockerfile = 'FROM BASE\nRUN cat /proc/sys/kernel/random/uuid > /uuid\n'
    const uuid = async (inputs: Record<string, string>) => {
      expectSuccess(await build(dockerfile, inputs))
      return cat('/uuid')
    }
    const first = await uuid({ 'no-cache': 'true' })
    expect(await uuid({})).toBe(first)
    // The registry's image may not be the one that the engine knows: then its steps are not in the cache.
    await uuid({ pull: 'true' })
    expect(await uuid({ 'no-cache': 'true' })).not.toBe(first)
  })

  onCurrent('outputs: files instead of an image', async () => {
    const dockerfile =
      'FROM BASE AS made\nRUN echo content > /result\nFROM scratch\nCOPY --from=made /result /\n'
    const result = await build(dockerfile, { outputs: 'type=local,dest=out' })
    expectSuccess(result)
    expect(readFileSync(path.join(stage.folder, 'out', 'result'), 'utf8')).toBe('content\n')
    expect(result.outputs['imageid']).toBe('')
  })
})

test('the old engine: what needs buildx is an error that says so, all at once and before the build', async () => {
  const stage = await stageOn('old')
  try {
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), `FROM ${stage.baseImage}\nRUN touch /built\n`)
    const result = await stage.main({
      repository: 'app',
      'aws-region': REGION,
      context: 'app',
      tags: 'v1',
      platforms: 'linux/amd64,linux/arm64',
      provenance: 'mode=max',
      cache: 'ecr',
      annotations: 'a=b',
      'shm-size': '1g',
      'no-cache-filters': 'x',
    })
    expect(result.exitCode).toBe(1)
    const lines = errorOf(result)?.split('\n') ?? []
    expect(lines).toEqual(
      [
        ["annotations': 'a=b'", 'buildx 0.12.0 or later'],
        ["provenance': 'mode=max'", 'buildx 0.10.0 or later'],
        ["cache': 'ecr'", 'buildx'],
        ["no-cache-filters': 'x'", 'buildx 0.8.0 or later'],
        ["platforms': 'linux/amd64,linux/arm64'", 'buildx'],
        ["shm-size': '1g'", 'buildx 0.7.0 or later'],
      ].map(([input, needs]) =>
        expect.stringContaining(
          `Input '${input}: needs ${needs}, which this runner's docker does not have; install it with docker/setup-buildx-action`,
        ),
      ),
    )
    expect(result.log).not.toContain('[command]')
    expect(existsSync(path.join(stage.folder, 'out'))).toBe(false)
  } finally {
    await stage.close()
  }
})
