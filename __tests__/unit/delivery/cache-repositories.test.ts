import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { checkCacheRepositories } from '../../../src/delivery/cache-repositories.ts'
import type { Ecr } from '../../../src/ecr/port.ts'
import { readInputs } from '../../../src/inputs/index.ts'
import type { World } from '../../../src/world.ts'

const ROLE = 'arn:aws:iam::123456789012:role/ci'
const OTHER_ROLE = 'arn:aws:iam::210987654321:role/pull'
const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const host = (region: string, account = '210987654321') => `${account}.dkr.ecr.${region}.amazonaws.com`

const cwd = mkdtempSync(path.join(os.tmpdir(), 'cache-repositories-'))
writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
afterAll(() => rmSync(cwd, { recursive: true }))

test('each cache is asked for as whoever docker is logged in as in its registry', async () => {
  const given: Readonly<Record<string, string>> = {
    repository: 'app',
    'aws-region': 'eu-west-1',
    'role-to-assume': ROLE,
    registries: `210987654321/us-east-1 ${OTHER_ROLE}`,
    'pull-registries': `210987654321/eu-west-1 ${OTHER_ROLE}`,
    'cache-to': [
      ...[HOST, host('eu-west-1'), host('us-east-1'), host('us-west-2')].map(
        (one) => `type=registry,ref=${one}/cache:c`,
      ),
      'type=gha',
    ].join('\n'),
  }
  const inputs = readInputs({ get: (name) => given[name] ?? '', env: {}, cwd })
  const asked: [place: string, role: string | undefined][] = []
  const ecrOf = (place: string, role: string | undefined) => {
    const findRepository = async () => {
      asked.push([place, role])
      return {}
    }
    return { findRepository } as unknown as Ecr
  }
  const world: Pick<World, 'connectEcr' | 'log' | 'warn'> = {
    connectEcr: async ({ repository: { region, registryId }, role }) =>
      ecrOf(`${registryId}/${region}`, role?.arn),
    log: () => undefined,
    warn: () => undefined,
  }
  await checkCacheRepositories(inputs, ecrOf('own', ROLE), HOST, world)
  expect(asked.toSorted()).toEqual([
    ['210987654321/eu-west-1', OTHER_ROLE],
    ['210987654321/us-east-1', OTHER_ROLE],
    ['210987654321/us-west-2', ROLE],
    ['own', ROLE],
  ])
})
