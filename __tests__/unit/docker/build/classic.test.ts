import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { buildWithoutBuildx } from '../../../../src/docker/build/classic.ts'
import { buildInputs } from '../../../support/inputs.ts'

const REFERENCE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1'

const before = process.env['PATH']
let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'classic-'))
  // The toolkit looks for programs on this process's own PATH.
  process.env['PATH'] = `${folder}:${before}`
})
afterEach(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

function build(naming: 'docker' | 'local') {
  const script = `#!/bin/sh
case $1 in
  push) sleep 0.3; echo "v1: digest: sha256:${'a'.repeat(64)} size: 527" ;;
  image) echo 'linux amd64 ' ;;
  *) printf '#1 [1/1] COPY . .\\n#1 DONE 0.1s\\n' >&2 ;;
esac
`
  writeFileSync(path.join(folder, 'docker'), script, { mode: 0o755 })
  const request = { ...buildInputs(), annotations: [], labels: [], references: [REFERENCE], naming }
  const env = { PATH: process.env['PATH'] ?? '' }
  return buildWithoutBuildx(request, 'buildkit', {
    folder,
    env,
    engineEnv: env,
    pushEnv: env,
    variables: {},
    workspace: folder,
    annotate: () => undefined,
    sharesNetwork: false,
    log: () => undefined,
    renewal: null,
    held: null,
    pushing: null,
  })
}

test('the push has its own time, after the steps of the build', async () => {
  const { steps = [] } = await build('docker')
  expect(steps.map(({ name }) => name)).toEqual(['[1/1] COPY . .', `pushing ${REFERENCE} with docker`])
  const [copy, push] = steps
  expect((push?.to ?? 0) - (push?.from ?? 0)).toBeGreaterThanOrEqual(290)
  expect(push?.from).toBeGreaterThanOrEqual(copy?.to ?? Number.POSITIVE_INFINITY)
})

test('what is not pushed has none', async () => {
  const { steps = [] } = await build('local')
  expect(steps.map(({ name }) => name)).toEqual(['[1/1] COPY . .'])
})
