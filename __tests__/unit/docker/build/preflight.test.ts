import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { checkBuild } from '../../../../src/docker/build/preflight.ts'
import type { BuildInputs, InspectOptions } from '../../../../src/docker/port.ts'
import { buildInputs } from '../../../support/inputs.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-preflight-'))
afterAll(() => rmSync(folder, { recursive: true }))

const program = path.join(folder, 'docker-buildx')
writeFileSync(program, '#!/bin/sh\necho "Driver: docker"\n', { mode: 0o755 })
const engine = {
  serverVersion: '28.0.0',
  buildxVersion: '0.29.1',
  buildx: { program, env: {} },
  containerdStore: true,
  classic: 'legacy',
} as const

test.each<[string, Partial<BuildInputs>, boolean, boolean, Partial<InspectOptions>?]>([
  ['a plain push', {}, true, false],
  ['load beside a push', { load: true }, true, true],
  ['an output that loads, beside a push', { outputs: ['type=docker'] }, true, true],
  ['the same without a push', { outputs: ['type=docker'] }, false, false],
  ['an output that loads nothing, beside a push', { outputs: ['type=local,dest=out'] }, true, false],
  ['a builder that is named', { builder: 'mine' }, true, true],
  ['an SBOM that is taken out of the image', {}, true, true, { sbomApart: true }],
  ['tags only after the scan', {}, true, true, { beforeTags: true }],
  ['a reproducible image', { reproducible: true }, true, true],
  ['a compression', { compression: { type: 'zstd', level: null } }, true, true],
])('%s: whether the builder has to be asked', async (_, build, push, asked, change = {}) => {
  const env = { PATH: process.env['PATH'] ?? '' }
  const none = { byDigest: false, beforeTags: false, sbomApart: false, annotations: [] }
  const options = { ...none, push, ...change }
  const found = await checkBuild(buildInputs(build), options, engine, async () => env)
  expect(found?.loadsWhatItPushes).toBe(asked ? true : undefined)
})
