import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { StepResult } from '../../dev/runner.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { type EngineRelay, relayEngine } from '../support/engine-relay.ts'
import { EACH_ENGINE, type EngineName, parts, stageOn } from '../support/parts.ts'
import { eventually, processes } from '../support/processes.ts'
import { variant } from '../support/variants.ts'

// The engine is gone in the middle: docker reaches it through a relay that is cut, which looks to docker as if the
// engine had been killed. The engine itself goes on, for the other tests.

jest.setTimeout(180_000)

const PATIENCE_S = 60
/** For docker to see it, and the step to end: no limit is waited for. */
const SECONDS = 30
const UNKNOWN = 'Whether the image was pushed before that is not known'
const NOT_BEGUN = 'docker had not begun to push the image'
/** No two tests, and nothing else on this machine, sleep so long. */
let naps = 64_000

interface Lost {
  readonly result: StepResult
  readonly error: string
  readonly seconds: number
}

/** Runs a step whose engine is lost at a moment of its work. */
async function lose(
  stage: Stage,
  name: string,
  dockerfile: string,
  moment: () => boolean,
  more: Readonly<Record<string, string>> = {},
): Promise<Lost> {
  mkdirSync(path.join(stage.folder, name))
  writeFileSync(path.join(stage.folder, name, 'Dockerfile'), dockerfile)
  const relay: EngineRelay = await relayEngine(
    path.join(stage.folder, `${name}.sock`),
    stage.env['DOCKER_HOST'] as string,
  )
  let cutAt = 0
  const cut = eventually(moment, PATIENCE_S).finally(() => {
    cutAt = performance.now()
    relay.cut()
  })
  const inputs = { repository: name, 'aws-region': REGION, context: name, tags: 'v1' }
  const result = await stage.main(inputs, { env: { DOCKER_HOST: relay.DOCKER_HOST, ...more } })
  const seconds = (performance.now() - cutAt) / 1000
  await cut
  const left = readdirSync(stage.temp).filter((file) => file.startsWith('ecr-build-push-'))
  const running = processes().filter(({ env }) => env.includes(`HOME=${stage.home}`))
  const post = await stage.post(result)
  expect({ cut: relay.cutConnections > 0, left, running, post: [post.exitCode, post.raw] }).toEqual({
    cut: true,
    left: [],
    running: [],
    post: [0, ''],
  })
  const errors = result.annotations.filter(({ kind }) => kind === 'error').map(({ message }) => message)
  return { result, error: errors.join('\n'), seconds }
}

/** What is so of every step whose engine is gone. */
function expectLost({ result, error, seconds }: Lost, known: string): void {
  try {
    expect(result.exitCode).toBe(1)
    expect(result.annotations.filter(({ kind }) => kind === 'error')).toHaveLength(1)
    expect(error).toMatch(/^The (?:build|push)\b.* failed/)
    expect(error).toContain('The engine (dockerd or the builder')
    expect(error).toContain('has ended, or has closed the connection.')
    for (const words of [UNKNOWN, NOT_BEGUN]) {
      if (words === known) expect(error).toContain(words)
      else expect(error).not.toContain(words)
    }
    expect(error).toMatch(/What to do: see why it ended: journalctl -u docker/)
    expect(result.outputs['digest'] ?? '').toBe('')
    expect(JSON.parse(result.outputs['json'] as string)).toMatchObject({ pushed: false })
    expect(result.log).not.toMatch(/\n\s+at .*\.js:/)
    expect(seconds).toBeLessThan(SECONDS)
  } catch (thrown) {
    throw new Error(`${(thrown as Error).message}\nThe step's log:\n${result.log}`)
  }
}

describe.each<EngineName>(EACH_ENGINE)('the %s engine is gone', (name) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await stageOn(name)
  })
  afterAll(() => stage?.close())

  const sleeps = (nap: string) => () => processes().some(({ command }) => command.endsWith(nap))
  const tagsOf = (repository: string) =>
    stage.ecr.store.find({ account: ACCOUNT, region: REGION, repository })?.tags.size ?? 0

  // Without buildx a build never pushes; with it, docker's output is all that is known, and the end of it is lost.
  test('in a command of the Dockerfile', async () => {
    const nap = `sleep ${naps++}`
    const dockerfile = `FROM ${stage.baseImage}\nRUN ${nap}\n`
    const lost = await lose(stage, 'building', dockerfile, sleeps(nap))
    expectLost(lost, name === 'old' ? NOT_BEGUN : UNKNOWN)
    expect(tagsOf('building')).toBe(0)
  })

  // Variant on the old engine: `docker push` has no more to say than buildx.
  const onCurrent = name === 'current' ? test : variant
  onCurrent('in a push', async () => {
    const puts = stage.ecr.faults.order({
      match: { side: 'registry', operation: 'PutImage' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'delay', ms: 5000 },
    })
    const dockerfile = 'FROM scratch\nCOPY Dockerfile /\n'
    const lost = await lose(stage, 'pushing', dockerfile, () => puts.met > 0)
    expectLost(lost, UNKNOWN)
    stage.ecr.faults.clear()
  })

  if (name === 'old') {
    test('in the legacy builder', async () => {
      // A client of Docker 23 or later does not speak to the engine's BuildKit by itself.
      const bin = path.join(stage.folder, 'bin')
      mkdirSync(bin)
      symlinkSync(parts().engines.current.docker, path.join(bin, 'docker'))
      const nap = `sleep ${naps++}`
      const dockerfile = `FROM ${stage.baseImage}\nRUN ${nap}\n`
      const lost = await lose(stage, 'legacy', dockerfile, sleeps(nap), {
        PATH: `${bin}:${stage.env['PATH']}`,
      })
      expect(lost.result.log).toContain('The legacy builder is deprecated')
      expectLost(lost, NOT_BEGUN)
    })
  }
})
