import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { exportsOf } from '../../dev/demo/kept.ts'
import { startLocalEcr } from '../../local-ecr/index.ts'

// What `npm run demo -- --keep` prints for another terminal.

test('a shell has after its lines all that a client of the local ECR needs, and no login of the user’s', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'kept-'))
  const ecr = await startLocalEcr({
    mode: 'localhost',
    registryBinary: null,
    dataDir: path.join(home, 'ecr'),
  })
  try {
    const wanted = { DOCKER_HOST: 'unix:///run/docker.sock', ...ecr.env() }
    const lines = exportsOf({ ecr, env: { ...wanted, HOME: home }, home })

    const shell = execFileSync('/bin/sh', ['-c', [...lines, 'env'].join('\n')], {
      encoding: 'utf8',
      env: { HOME: '/home/user', PATH: process.env['PATH'] },
    })

    const seen = Object.fromEntries(shell.split('\n').map((line) => line.split(/=(.*)/).slice(0, 2)))
    expect(seen).toMatchObject({ ...wanted, HOME: '/home/user', DOCKER_CONFIG: path.join(home, '.docker') })
    // The AWS CLI 1 knows this name alone.
    expect(seen).toHaveProperty('AWS_DEFAULT_REGION', 'ap-northeast-2')
  } finally {
    await ecr.stop()
    rmSync(home, { recursive: true, force: true })
  }
})

test('an engine of the machine is used as it is: without DOCKER_HOST nothing is said of it', () => {
  const ecr = { env: () => ({ AWS_REGION: 'ap-northeast-2' }) }
  const lines = exportsOf({ ecr, env: { AWS_REGION: 'ap-northeast-2' }, home: '/tmp/x' })
  expect(lines).toEqual(["export AWS_REGION='ap-northeast-2'", "export DOCKER_CONFIG='/tmp/x/.docker'"])
})
