import { beforeEach, expect, test } from '@jest/globals'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { describeTagged } from '../../src/actions/describe-tagged.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import { Flow } from '../support/flow.ts'
import { mainInputs } from '../support/inputs.ts'

// GitHub shows ten annotations of a kind of a step: lists whose length others decide are not to fill them.

const HOME = '123456789012'
const REGIONS = ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'eu-west-1', 'eu-west-2', 'eu-west-3']
const registries = REGIONS.map((region) => ({ region, registryId: null, role: null }))
const uriIn = (region: string) => `${HOME}.dkr.ecr.${region}.amazonaws.com/app`

const BRANCH = {
  GITHUB_SHA: 'c'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_NAME: 'main',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REPOSITORY: 'octocat/app',
  GITHUB_SERVER_URL: 'https://github.com',
}

let flow: Flow
beforeEach(() => {
  flow = new Flow()
})
const annotations = (kind: string) => flow.log.filter((line) => line.startsWith(`${kind}: `))
const exist = async (more: Readonly<Record<string, unknown>> = {}) => {
  for (const region of ['ap-northeast-2', ...REGIONS]) {
    await invoke(flow.store, callerOf(HOME, region), 'CreateRepository', { repositoryName: 'app', ...more })
  }
}

test('settings that differ in many registries: two notices, and each registry in them or in the log', async () => {
  await exist()
  await flow.run({ registries, settings: { ...mainInputs().settings, scanOnPush: true } })
  const notices = annotations('notice')
  expect(notices).toHaveLength(2)
  const log = flow.log.join('\n')
  for (const region of REGIONS) expect(log).toContain(`${uriIn(region)} is not as the inputs say`)
  expect(notices[1]).toMatch(/\n… and 2 more, in the log$/)
})

test.each([true, false])('immutable repositories that exist: %s; two notices', async (existing) => {
  if (existing) await exist({ imageTagMutability: 'IMMUTABLE' })
  const settings = {
    ...mainInputs().settings,
    ...(existing ? {} : { mutability: { mode: 'IMMUTABLE', exclusions: [] } as const }),
  }
  flow.event = BRANCH
  await flow.run({ registries, settings, tags: [] })
  const log = flow.log.join('\n')
  for (const region of REGIONS) expect(log).toContain(`${uriIn(region)} is immutable`)
  expect(annotations('notice')).toHaveLength(2)
})

test('rules that give no tag: one warning, and each of them in it or in the log', async () => {
  const rules = Array.from({ length: 25 }, (_, at) => `type=match,pattern=never-${at}-(.*),value=a`)
  const warnings: string[] = []
  const log: string[] = []
  const metadata = {
    context: 'workflow',
    tags: ['v1', ...rules],
    flavor: [],
    labels: [],
    annotations: [],
  } as const
  const world = {
    github: { event: async () => readEventContext(BRANCH, {}, new Date()), lookups: {} },
    warn: (line: string) => void warnings.push(line),
    log: (line: string) => void log.push(line),
  }
  const { tagWarnings } = await describeTagged(metadata, world)
  expect(tagWarnings).toHaveLength(25)
  expect(warnings).toHaveLength(1)
  const told = [...warnings, ...log].join('\n')
  for (const warning of tagWarnings) expect(told).toContain(warning)
})

test('caches whose repositories do not exist: one warning, and each of them in it or in the log', async () => {
  const caches = Array.from({ length: 12 }, (_, at) => `${uriIn('ap-northeast-2')}-cache-${at}:c`)
  const cacheTo = caches.map((ref) => `type=registry,ref=${ref},ignore-error=true`)
  await exist()
  await flow.run({ build: { ...mainInputs().build, cacheTo } })
  const told = annotations('warning').filter((line) => line.includes('does not exist'))
  expect(told).toHaveLength(1)
  const log = flow.log.join('\n')
  for (const ref of caches) expect(log).toContain(`the cache ${ref.slice(0, -2)} (cache-to) does not exist`)
})
