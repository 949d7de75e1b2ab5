import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { root, type StepResult } from '../../dev/runner.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke, type Match } from '../../local-ecr/index.ts'
import { EACH_ENGINE, type EngineName, parts, stageOn } from '../support/parts.ts'
import { eventually, processes } from '../support/processes.ts'
import { variant } from '../support/variants.ts'

jest.setTimeout(180_000)

/** For what has to come to be so, on a machine as busy as it may be. */
const PATIENCE_S = 60

const USERS = '{"auths":{"ghcr.io":{"auth":"YTpi"}}}\n'
const SECRET = 'hunter2-of-the-build'
const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }
/** As GitHub does it, with less patience. */
const TWICE = [
  ['SIGINT', 0],
  ['SIGTERM', 300],
] as const
const DELAY_MS = 1500
/** No two tests, and nothing else on this machine, sleep so long. */
let naps = 61_000

/** A stage whose user has a configuration, with a folder to build. */
async function open(name: EngineName): Promise<Stage> {
  const stage = await stageOn(name)
  mkdirSync(path.join(stage.folder, 'app'))
  mkdirSync(path.join(stage.home, '.docker'), { recursive: true })
  writeFileSync(path.join(stage.home, '.docker', 'config.json'), USERS)
  return stage
}

/** Nor does a test that failed leave anything running. */
async function close(stage: Stage | undefined): Promise<void> {
  if (stage === undefined) return
  for (const { pid } of ofStage(stage)) process.kill(pid, 'SIGKILL')
  await stage.close()
}

function write(stage: Stage, instructions: string): void {
  const dockerfile = `FROM ${stage.baseImage}\n${instructions}\n`
  writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), dockerfile)
}

/** Writes a Dockerfile that never ends, and tells of what runs then. */
function writeNap(stage: Stage, options = '') {
  const nap = `sleep ${naps++}`
  write(stage, `RUN ${options} ${nap}`)
  const runs = () => processes().some(({ command }) => command.endsWith(nap))
  return {
    /** Resolves when it runs. */
    on: eventually(runs, PATIENCE_S),
    /** The engine, too, has stopped what it ran. */
    expectEnded: () => eventually(() => !runs(), PATIENCE_S),
  }
}

/** Lets so many requests wait; the promise is for the last of them. */
function slow(stage: Stage, match: Match, times = 1): Promise<unknown> {
  stage.ecr.faults.order({ match, times, effect: { kind: 'delay', ms: DELAY_MS } })
  return eventually(() => stage.ecr.faults.pending.length === 0, PATIENCE_S)
}

const left = (stage: Stage) => readdirSync(stage.temp).filter((name) => name.startsWith('ecr-build-push-'))
/** Of the step, whoever has started them. */
const ofStage = (stage: Stage) => processes().filter(({ env }) => env.includes(`HOME=${stage.home}`))
const running = (stage: Stage) => ofStage(stage).map(({ command }) => command)
const config = (stage: Stage) => readFileSync(path.join(stage.home, '.docker', 'config.json'), 'utf8')

const ended = (signal: string) =>
  `Error: The step was told to end (${signal}): the job was cancelled, or ran out of its time.`

/** What is so after every cancellation: a code, a line, and nothing left but what post needs. */
async function expectEnded(stage: Stage, result: StepResult, signal: 'SIGINT' | 'SIGTERM') {
  expect([result.log.split('\n').at(-1), result.exitCode]).toEqual([
    ended(signal),
    signal === 'SIGINT' ? 130 : 143,
  ])
  // It is in no group, which the run's page would show folded.
  const lines = result.raw.split('\n')
  const last = lines.findIndex((line) => /^(?:Cancelled|Failed) after /.test(line))
  expect(lines.lastIndexOf('::endgroup::')).toBeLessThan(last)
  expect(lines.filter((line) => line.startsWith('::group::')).length).toBe(
    lines.filter((line) => line === '::endgroup::').length,
  )
  // Not killed, which is what the runner would have done to a step that takes too long to end.
  expect(result.signal).toBeNull()
  expect(result.log).not.toMatch(/\n\s+at .*\.js:/)
  expect(running(stage)).toEqual([])
  expect(left(stage)).toEqual([])
  expect(JSON.parse(result.outputs['json'] as string)).toMatchObject({ tags: ['v1'] })
  const requests = stage.ecr.requests.length
  const post = await stage.post(result)
  expect([post.exitCode, post.raw, left(stage), config(stage)]).toEqual([0, '', [], USERS])
  // What an engine had begun may be refused later, and changes nothing.
  const late = stage.ecr.requests.slice(requests).filter(({ status }) => status < 300)
  expect(late.filter(({ operation }) => operation === 'PutImage')).toEqual([])
}

const tagsOf = (stage: Stage) =>
  stage.ecr.requests.filter(({ operation, status }) => operation === 'PutImage' && status < 300)

describe.each(EACH_ENGINE)('a cancelled job, on the %s engine', (name) => {
  let stage: Stage

  beforeAll(async () => {
    stage = await open(name)
  })
  afterEach(() => stage.ecr.faults.clear())
  afterAll(() => close(stage))

  // Variants on the old engine: it has a part in what becomes of a push, and less in how a build ends.
  const onCurrent = name === 'current' ? test : variant
  onCurrent('in a build, with secrets and a login that is kept', async () => {
    const nap = writeNap(stage, '--mount=type=secret,id=word')
    const result = await stage.main(
      { ...inputs, 'keep-login': 'true', secrets: `word=${SECRET}` },
      { cancel: { on: nap.on } },
    )
    expect(config(stage)).not.toBe(USERS)
    await expectEnded(stage, result, 'SIGINT')
    // The base image is in the registry of the push. If docker has logged in there for it, as the engine does not have it
    // yet, nothing shows that it was not for the push.
    const known = result.log.includes('[auth]')
      ? [/^Not known whether this run has pushed \S+\/app:v1$/m, /^Cancelled after [\d.]+ m?s$/m]
      : [/^Cancelled after [\d.]+ m?s: the image was not pushed$/m]
    for (const line of known) expect(result.log).toMatch(line)
    await nap.expectEnded()
    expect(tagsOf(stage)).toEqual([])
  })

  test('in a push, and told so twice', async () => {
    write(stage, `RUN echo ${name} >/new`)
    const on = slow(stage, { side: 'registry', operation: 'InitiateLayerUpload' })
    const result = await stage.main(inputs, { cancel: { on, signals: TWICE } })
    await expectEnded(stage, result, 'SIGINT')
    expect(result.log).toMatch(/^Not known whether this run has pushed \S+\/app:v1$/m)
    // The upload that waited is answered by now, to nobody.
    await sleep(DELAY_MS)
    expect(tagsOf(stage)).toEqual([])
  })

  onCurrent('a main step that is killed at once: post ends what it has started', async () => {
    const nap = writeNap(stage)
    const result = await stage.main(
      { ...inputs, secrets: `word=${SECRET}`, 'keep-login': 'true' },
      { cancel: { on: nap.on, signals: [['SIGKILL', 0]] } },
    )
    expect(result.signal).toBe('SIGKILL')
    expect(left(stage)).toHaveLength(1)
    const post = await stage.post(result)
    expect([post.exitCode, post.raw, left(stage), config(stage)]).toEqual([0, '', [], USERS])
    expect(running(stage)).toEqual([])
    await nap.expectEnded()
    expect(tagsOf(stage)).toEqual([])
  })
})

describe('a step that is ended', () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await open('current')
    write(stage, 'CMD ["true"]')
  })
  afterEach(() => stage.ecr.faults.clear())
  afterAll(() => close(stage))

  // Variant: 'in a sibling action' below is ended while AWS is asked
  variant('while the registry is asked whether it accepts the token', async () => {
    // On two connections, one of which is opened for later.
    const on = slow(stage, { side: 'registry', operation: 'Ping' }, 2)
    const result = await stage.main(inputs, { cancel: { on, signals: [['SIGTERM', 0]] } })
    expect(result.log).not.toContain('Logged in')
    await expectEnded(stage, result, 'SIGTERM')
  })

  // Variant: docker is ended in a build above, and in a push
  variant('in docker login', async () => {
    const ping = { side: 'registry', operation: 'Ping' } as const
    const on = slow(stage, { ...ping, userAgent: 'docker/' })
    stage.ecr.faults.order({
      match: { ...ping, userAgent: 'ecr-build-push' },
      times: 2,
      effect: { kind: 'status', status: 503, body: '' },
    })
    const result = await stage.main(inputs, { cancel: { on, signals: [['SIGTERM', 0]] } })
    expect(result.log).not.toContain('Logged in')
    await expectEnded(stage, result, 'SIGTERM')
  })

  // Variant: flow/summary-cancelled.test.ts, and below for how a step ends
  variant('while it waits for a scan: outputs say what is in ECR', async () => {
    await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutRegistryScanningConfiguration', {
      scanType: 'BASIC',
      rules: [
        { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] },
      ],
    })
    stage.ecr.store.scanPlans.set('app', { underWay: 1000 })
    const result = await stage.main(
      { ...inputs, 'fail-on-severity': 'high' },
      { cancel: { on: /^Scan of .*: IN_PROGRESS/ } },
    )
    const digest = tagsOf(stage).length > 0 ? result.outputs['digest'] : 'the image was not pushed'
    expect(JSON.parse(result.outputs['json'] as string)).toMatchObject({ digest, pushed: true })
    await expectEnded(stage, result, 'SIGINT')
  })

  test('while docker and its own child listen to no signal, and are killed', async () => {
    const script = `#!/bin/sh
case "$1" in info | login) exec ${parts().engines.current.docker} "$@" ;; esac
trap '' INT TERM
sh -c 'trap "" INT TERM; while :; do sleep 1; done' &
echo ::error::it hears nothing
while :; do sleep 1; done
`
    const folder = path.join(stage.folder, 'stubborn')
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'docker'), script, { mode: 0o755 })
    const result = await stage.main(
      { ...inputs, push: 'false' },
      {
        env: { PATH: `${folder}:${stage.env['PATH']}` },
        cancel: { on: /it hears nothing$/, signals: TWICE },
      },
    )
    expect(result.secondsFromCancel).toBeGreaterThan(4)
    expect(result.annotations).toHaveLength(1)
    await expectEnded(stage, result, 'SIGINT')
  })

  test('by an error that nobody waited for', async () => {
    const nap = writeNap(stage)
    const [file, cue] = [path.join(stage.folder, 'crash.mjs'), path.join(stage.folder, 'crash-now')]
    const crash = `import { existsSync } from 'node:fs'
setInterval(() => { if (existsSync('${cue}')) Promise.reject(new Error('a defect of ours')) }, 10).unref()
`
    writeFileSync(file, crash)
    void nap.on.then(() => writeFileSync(cue, ''))
    const result = await stage.main(inputs, { env: { NODE_OPTIONS: `--import=${file}` } })
    expect(result.exitCode).toBe(1)
    expect(result.log.split('\n').slice(-2)).toEqual([
      'Error: a defect of ours',
      expect.stringMatching(/^What to do: this is not an error that ecr-build-push knows; /),
    ])
    expect([running(stage), left(stage)]).toEqual([[], []])
    await nap.expectEnded()
  })

  test('before it has begun: post does not take itself for main', async () => {
    write(stage, 'CMD ["false"]')
    const signals = [['SIGKILL', 0]] as const
    const result = await stage.main(inputs, { cancel: { on: Promise.resolve(), signals } })
    expect([result.signal, result.state]).toEqual(['SIGKILL', {}])
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
    const requests = stage.ecr.requests.length
    const post = await stage.post(result, { env: Object.fromEntries(given) })
    expect([post.exitCode, post.raw, stage.ecr.requests.length]).toEqual([0, '', requests])
  })

  test('in a sibling action', async () => {
    const on = slow(stage, { side: 'api', operation: 'DescribeRepositories' })
    const result = await stage.main(
      { 'aws-region': REGION, source: 'app:v1', tags: 'v2' },
      { action: path.join(root, 'promote'), cancel: { on, signals: [['SIGTERM', 0]] } },
    )
    const [time, ...rest] = result.log.split('\n')
    expect([result.exitCode, rest.join('\n')]).toEqual([143, ended('SIGTERM')])
    expect(time).toMatch(/^Cancelled after [\d.]+ m?s: the image was not pushed$/)
    expect(JSON.parse(result.outputs['json'] as string)).toMatchObject({ pushed: false })
  })
})

test('the legacy builder of an engine without buildx ends with its client', async () => {
  const stage = await open('old')
  try {
    // A client of Docker 23 or later does not speak to the engine's BuildKit by itself.
    const bin = path.join(stage.folder, 'bin')
    mkdirSync(bin)
    symlinkSync(parts().engines.current.docker, path.join(bin, 'docker'))
    const env = { PATH: `${bin}:${stage.env['PATH']}` }
    const nap = writeNap(stage)
    const result = await stage.main(inputs, { env, cancel: { on: nap.on } })
    expect(result.log).toContain('DEPRECATED: The legacy builder is deprecated')
    await expectEnded(stage, result, 'SIGINT')
    await nap.expectEnded()
  } finally {
    await close(stage)
  }
})
