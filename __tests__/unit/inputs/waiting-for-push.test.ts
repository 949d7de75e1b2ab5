import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { type Inputs, readInputs } from '../../../src/inputs/index.ts'

const cwd = mkdtempSync(path.join(os.tmpdir(), 'without-push-'))
writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
afterAll(() => rmSync(cwd, { recursive: true }))

function read(given: Record<string, string>): Inputs {
  // As the runner gives them, defaults and all.
  const all: Record<string, string> = {
    repository: 'demo',
    'create-repository': 'true',
    'update-repository': 'false',
    'if-image-exists': 'push',
    cache: 'none',
    'push-by-digest': 'false',
    'keep-login': 'false',
    'wait-for-replication': 'false',
    'wait-for-signing': 'false',
    ...given,
  }
  return readInputs({ get: (name) => all[name] ?? '', env: { GITHUB_REF: 'refs/heads/main' }, cwd })
}

const rule = {
  rulePriority: 1,
  description: 'images that nobody has pulled for a long time go',
  selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
  action: { type: 'expire' },
}

/** Everything that one workflow for pull requests and pushes may ask for. */
const everything = {
  registries: 'us-east-1',
  'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION',
  'image-tag-mutability-exclusions': 'latest',
  'scan-on-push': 'true',
  'encryption-type': 'KMS',
  'kms-key': 'alias/ci',
  'lifecycle-policy': JSON.stringify({ rules: [rule] }),
  'repository-tags': 'team=a',
  'repository-policy': '{"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:*"}}',
  'update-repository': 'true',
  'if-image-exists': 'skip',
  cache: 'ecr',
  compression: 'zstd',
  reproducible: 'true',
  'max-size': '500MB',
  'keep-login': 'true',
  'fail-on-severity': 'high',
  'scan-min-score': '7',
  'scan-only-fixable': 'true',
  'scan-baseline': 'previous',
  'scan-report': 'scan.sarif',
  'wait-for-replication': 'true',
  attest: 'provenance',
  'wait-for-signing': 'true',
}

describe('what waits for a push', () => {
  test('is one notice that lists it, and never an error', () => {
    const { push, notices, build } = read({ ...everything, push: 'false' })
    expect(push).toBe(false)
    const list = Object.keys(everything).join(', ').replace('cache', 'cache: ecr')
    expect(notices).toEqual([
      `Nothing is pushed (push: false), so that these inputs have no effect until a run pushes: ${list}`,
    ])
    // Nobody logs in to ECR.
    expect([build.cache, build.compression]).toEqual([null, null])
  })

  test('also beside call', () => {
    expect(read({ 'keep-login': 'true', call: 'check,format=json' }).notices).toEqual([
      'Nothing is pushed (call: check,format=json), so that these inputs have no effect until a run pushes: keep-login',
    ])
  })

  test('push-by-digest too', () => {
    expect(read({ 'push-by-digest': 'true', push: 'false' }).notices).toEqual([
      'Nothing is pushed (push: false), so that these inputs have no effect until a run pushes: push-by-digest',
    ])
  })

  test('with a push there is no notice', () => {
    const { notices, build } = read(everything)
    expect([notices, build.cache?.kind]).toEqual([[], 'ecr'])
  })

  test.each(Object.keys(everything))('without %s there is no word of it', (input) => {
    const given: Record<string, string> = { ...everything, push: 'false' }
    const pairs: Record<string, string[]> = {
      'image-tag-mutability': ['image-tag-mutability', 'image-tag-mutability-exclusions'],
      'image-tag-mutability-exclusions': ['image-tag-mutability', 'image-tag-mutability-exclusions'],
      'encryption-type': ['encryption-type', 'kms-key'],
    }
    for (const name of pairs[input] ?? [input]) delete given[name]
    expect(
      read(given)
        .notices.join()
        .split(/[ ,:]+/),
    ).not.toContain(input)
  })

  test('the cache in GitHub needs no push', () => {
    const { notices, build } = read({ cache: 'gha', push: 'false' })
    expect([notices, build.cache?.kind]).toEqual([[], 'gha'])
  })

  test.each([{ outputs: 'type=oci,dest=out.tar' }, { 'cache-to': 'type=local,dest=kept' }])(
    'layers that %j has are compressed without a push',
    (more) => {
      const { notices, build } = read({ compression: 'zstd', push: 'false', ...more })
      expect([notices, build.compression]).toEqual([[], { type: 'zstd', level: null }])
    },
  )

  test('a wrong value is an error all the same', () => {
    expect(() => read({ 'fail-on-severity': 'severe', push: 'false' })).toThrow("Input 'fail-on-severity'")
  })
})
