import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { cellsToRun, type Feature, outcomeOf, REFUSALS } from '../../dev/engine-matrix.ts'
import { readParts } from '../../dev/parts.ts'
import type { StepResult } from '../../dev/runner.ts'
import { ACCOUNT, REGION } from '../../dev/stage.ts'
import { openRow, type Row } from '../support/engine-rows.ts'
import { expectSuccess } from '../support/parts.ts'
import { startSshAgent } from '../support/ssh-agent.ts'

// Every engine with every feature: what the table of docs/build.md says is what happens. A part of the cells in npm
// test, all of them in npm run soak -- engines.

jest.setTimeout(180_000)

/** How a feature is asked for, and how it is seen. */
interface Use {
  readonly dockerfile?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly seen: (ran: Ran) => void | Promise<void>
}

interface Ran {
  readonly row: Row
  readonly repository: string
  readonly result: StepResult
}

const held = ({ row, repository }: Ran) =>
  row.stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository })

/** What ECR has under a tag, or without one under the digest of the outputs. */
function manifest(ran: Ran) {
  const { tags, images } = held(ran)
  const image = images.get(tags.get('v1') ?? ran.result.outputs['digest'] ?? '')
  return JSON.parse(Buffer.from(image?.bytes as Uint8Array).toString('utf8'))
}

const PLAIN = 'FROM BASE\nRUN echo ran > /ran\n'
const COPIED = 'FROM scratch\nCOPY Dockerfile /\n'

const USES: Readonly<Record<Feature, Use>> = {
  push: {
    seen(ran) {
      const { digest = '' } = ran.result.outputs
      expect(Object.fromEntries(held(ran).tags)).toEqual({ v1: digest, v2: digest })
    },
  },
  'push-by-digest': {
    inputs: { 'push-by-digest': 'true', tags: '' },
    seen(ran) {
      expect(held(ran).tags.size).toBe(0)
      expect([...held(ran).images.keys()]).toContain(ran.result.outputs['digest'])
    },
  },
  platforms: {
    dockerfile: COPIED,
    inputs: { platforms: 'linux/amd64,linux/arm64' },
    seen({ result }) {
      const digests = JSON.parse(result.outputs['platform-digests'] ?? '{}') as object
      expect(Object.keys(digests).sort()).toEqual(['linux/amd64', 'linux/arm64'])
    },
  },
  cache: {
    inputs: { cache: 'ecr' },
    seen(ran) {
      expect([...held(ran).tags.keys()].filter((tag) => tag.startsWith('buildcache-'))).toHaveLength(1)
    },
  },
  secrets: {
    dockerfile: 'FROM BASE\nRUN --mount=type=secret,id=token grep -q hunter2 /run/secrets/token\n',
    inputs: { secrets: 'token=hunter2' },
    seen({ result }) {
      expect(result.log).not.toContain('hunter2')
    },
  },
  ssh: {
    dockerfile: 'FROM BASE\nRUN --mount=type=ssh test -S "$SSH_AUTH_SOCK"\n',
    inputs: { ssh: 'default' },
    seen: () => undefined,
  },
  load: {
    inputs: { load: 'true' },
    async seen({ row, result }) {
      const { 'image-uri': uri = '', imageid } = result.outputs
      expect(await row.docker?.('image', 'inspect', '--format', '{{.Id}}', uri)).toBe(imageid)
    },
  },
  outputs: {
    inputs: { outputs: 'type=local,dest=out' },
    seen({ row }) {
      expect(existsSync(path.join(row.stage.folder, 'out', 'ran'))).toBe(true)
    },
  },
  annotations: {
    inputs: { annotations: 'com.example.line=one' },
    seen(ran) {
      expect(manifest(ran).annotations).toMatchObject({ 'com.example.line': 'one' })
    },
  },
  provenance: {
    inputs: { provenance: 'mode=max' },
    seen(ran) {
      const types = manifest(ran).manifests.map(
        (one: { annotations?: Record<string, string> }) => one.annotations?.['vnd.docker.reference.type'],
      )
      expect(types).toContain('attestation-manifest')
    },
  },
  'keep-login': {
    inputs: { 'keep-login': 'true' },
    async seen({ row, result }) {
      const host = row.stage.ecr.registryHost(ACCOUNT, REGION)
      const logins = () => {
        const file = path.join(row.stage.home, '.docker', 'config.json')
        return Object.keys(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).auths ?? {}) : {})
      }
      expect(logins()).toContain(host)
      expect((await row.stage.post(result)).exitCode).toBe(0)
      expect(logins()).not.toContain(host)
    },
  },
}

async function run(row: Row, feature: Feature): Promise<Ran> {
  const { dockerfile = PLAIN, inputs = {} } = USES[feature]
  const { stage } = row
  writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), dockerfile.replaceAll('BASE', stage.baseImage))
  const repository = `with-${feature}`
  const given = { repository, 'aws-region': REGION, context: 'app', tags: 'v1\nv2' }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'agent-'))
  const agent = await startSshAgent(path.join(folder, 'socket'))
  try {
    const env = { GITHUB_WORKSPACE: stage.folder, SSH_AUTH_SOCK: agent.socket, ...row.env }
    return { row, repository, result: await stage.main({ ...given, ...row.inputs, ...inputs }, { env }) }
  } finally {
    await agent.close()
    rmSync(folder, { recursive: true })
  }
}

const own = readParts()?.engines.current.own ?? true

/** Each cell tells of itself: the run takes minutes. */
const ALL = process.env['ENGINES'] === 'all'

describe.each(cellsToRun(ALL, own))('%s', (engine, features) => {
  let row: Row
  beforeAll(async () => {
    row = await openRow(engine)
  })
  afterAll(() => row?.close())

  test.each(features.map((feature) => [feature, outcomeOf(engine, feature)] as const))(
    '%s: %s',
    async (feature, outcome) => {
      const ran = await run(row, feature)
      if (ALL)
        process.stderr.write(
          `${engine}: ${feature}: ${ran.result.exitCode}, ${ran.result.seconds.toFixed(1)} s\n`,
        )
      if (outcome === 'yes') {
        expectSuccess(ran.result)
        await USES[feature].seen(ran)
        return
      }
      const { exitCode, annotations, log } = ran.result
      const errors = annotations.filter(({ kind }) => kind === 'error').map(({ message }) => message)
      try {
        expect(exitCode).toBe(1)
        expect(errors.join('\n')).toMatch(REFUSALS[outcome])
        // Refused before anything was made.
        expect(log).not.toContain('[command]')
        expect(
          row.stage.ecr.store.find({ account: ACCOUNT, region: REGION, repository: ran.repository }),
        ).toBe(undefined)
      } catch (error) {
        throw new Error(`${(error as Error).message}\nThe step's log:\n${log}`)
      }
    },
  )

  if (engine !== 'legacy') return
  const failed = async (dockerfile: string) => {
    const { stage } = row
    writeFileSync(
      path.join(stage.folder, 'app', 'Dockerfile'),
      dockerfile.replaceAll('BASE', stage.baseImage),
    )
    const given = { repository: 'failed', 'aws-region': REGION, context: 'app', tags: 'v1' }
    const result = await stage.main(given, { env: { GITHUB_WORKSPACE: stage.folder } })
    expect(result.exitCode).toBe(1)
    return result.log
  }

  test('what the legacy builder would leave out is refused before the build', async () => {
    const log = await failed('FROM BASE\nRUN <<EOF\necho ran > /ran\nEOF\n')
    expect(log).toMatch(/ignores or refuses RUN with a heredoc \(line 2\); install buildx/)
    expect(log).not.toContain('[command]')
  })

  test('a folder that would belong to root is seen in what the step has made, and is not pushed', async () => {
    const log = await failed('FROM BASE\nUSER 1000\nWORKDIR /tmp\nWORKDIR /new\nRUN true\n')
    expect(log).toMatch(/has made another image of \S+ than BuildKit would: WORKDIR after USER \(line 4\)\./)
    expect(log).not.toContain('[command]docker push')
    expect(await row.docker?.('ps', '--all', '--quiet')).toBe('')
  })

  test('a step that fails leaves no container, and nobody is told to remove a variable that is not set', async () => {
    const containers = () => row.docker?.('ps', '--all', '--quiet')
    const before = await containers()
    const log = await failed('FROM BASE\nRUN exit 3\n')
    expect(log).toContain('[command]docker build')
    expect(log).not.toContain('DOCKER_BUILDKIT')
    expect(await containers()).toBe(before)
  })
})
