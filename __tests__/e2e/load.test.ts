import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { expectSuccess, stageOn } from '../support/parts.ts'

jest.setTimeout(300_000)

/** A part of what one matrix starts; LOAD_RUNS=50 npm test -- __tests__/e2e/load.test.ts takes some minutes. */
const RUNS = Number(process.env['LOAD_RUNS'] ?? 4)
/** The repository that is there, and one that several runs find missing at the same time. */
const SHARED = 'load/shared'
const RACED = 'load/raced'

let stage: Stage
beforeAll(async () => {
  stage = await stageOn('current', { rates: 'documented' })
  await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'CreateRepository', { repositoryName: SHARED })
})
afterAll(() => stage?.close())

test(`${RUNS} runs at once, at the rates that ECR documents: all succeed, nothing is pushed twice or lost`, async () => {
  const runs = Array.from({ length: RUNS }, (_, index) => {
    const folder = path.join(stage.folder, `run-${index}`)
    const [home, temp] = [path.join(folder, 'home'), path.join(folder, 'temp')]
    for (const made of [home, temp, path.join(folder, 'app')]) mkdirSync(made, { recursive: true })
    const docker = path.join(stage.home, '.docker')
    cpSync(docker, path.join(home, '.docker'), { recursive: true, verbatimSymlinks: true })
    writeFileSync(path.join(folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY unique /unique\n')
    writeFileSync(path.join(folder, 'app', 'unique'), `${index}`)
    // One in three finds no repository and creates it, as the others of them do.
    const repository = index % 3 === 0 ? RACED : SHARED
    // Half of them move a tag that is theirs alone, the other half put two.
    const tags = index % 2 === 0 ? [`run-${index}`] : [`run-${index}`, `also-${index}`]
    return { folder, home, temp, repository, tags }
  })
  // A slow machine does not come to the rates by itself; these requests are refused on any.
  for (const operation of ['PutImage', 'InitiateLayerUpload'])
    stage.ecr.faults.order({
      match: { side: 'registry', operation },
      times: Math.min(RUNS, 10),
      effect: { kind: 'throttle' },
    })
  const first = stage.ecr.requests.length
  const results = await Promise.all(
    runs.map(async ({ folder, home, temp, repository, tags }) => {
      const more = { workspace: folder, temp, env: { HOME: home } }
      const inputs = { repository, 'aws-region': REGION, context: 'app', tags: tags.join('\n') }
      const main = await stage.main(inputs, more)
      return { main, post: await stage.post(main, more) }
    }),
  )
  const requests = stage.ecr.requests.slice(first)
  for (const { main, post } of results) {
    expectSuccess(main)
    expectSuccess(post)
  }
  // The limits were met, or this test shows nothing.
  const throttled = requests.filter(({ error, status }) => status === 429 || error === 'ThrottlingException')
  expect(throttled.length).toBeGreaterThanOrEqual(2 * Math.min(RUNS, 10))

  for (const [index, { repository, tags, temp, home }] of runs.entries()) {
    const { digest } = results[index]?.main.outputs ?? {}
    const held = stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository })
    for (const tag of tags) {
      expect([tag, held.tags.get(tag)]).toEqual([tag, digest])
      const puts = requests.filter(
        ({ operation, path: where, status }) =>
          operation === 'PutImage' && where?.endsWith(`/manifests/${tag}`) && status === 201,
      )
      expect([tag, puts.length]).toEqual([tag, 1])
    }
    expect(readdirSync(temp)).toEqual(['_runner_file_commands'])
    expect(readdirSync(path.join(home, '.docker')).filter((name) => name.startsWith('config.json'))).toEqual(
      [],
    )
  }
  // Each image once, and none that nobody pushed.
  const images = (repository: string) =>
    stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository }).images.size
  expect(images(SHARED) + images(RACED)).toBe(RUNS)
  const created = requests.filter(
    ({ operation, repository, status }) =>
      operation === 'CreateRepository' && repository === RACED && status === 200,
  )
  expect(created).toHaveLength(1)
  // One token a run, however many requests were refused.
  const tokens = requests.filter(
    ({ operation, status }) => operation === 'GetAuthorizationToken' && status === 200,
  )
  // On a busy machine an answer can come too late, and the SDK asks once more.
  expect(tokens.length).toBeGreaterThanOrEqual(RUNS)
  expect(tokens.length).toBeLessThan(RUNS * 1.5)
})
