import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from '../../dev/root.ts'
import { underPolicies, WITHOUT_SESSIONS } from '../../dev/under-policies.ts'
import { Store } from '../../local-ecr/index.ts'
import { withMinimalSession } from '../support/minimal-sessions.ts'

// What SESSION_POLICY=minimal makes of a step. With it, the end-to-end tests run under these inputs.

const ACCOUNT = '123456789012'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/ci`

function inputsOf(
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  options: Parameters<Store['issueCredentials']>[1] = {},
) {
  const store = new Store()
  const { accessKeyId, secretAccessKey, sessionToken = '' } = store.issueCredentials(ACCOUNT, options)
  const own = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  }
  return { store, inputs: withMinimalSession({ with: given, env: { ...own, ...env } }, store) }
}

test('a step that names no role gets one whose sessions are called as the credentials before', () => {
  const { store, inputs } = inputsOf({ repository: 'app' }, {}, { role: 'deploy', session: 'job-7' })
  expect(inputs).toEqual({
    repository: 'app',
    'role-to-assume': expect.stringMatching(new RegExp(`^arn:aws:iam::${ACCOUNT}:role/[^/]+/deploy$`)),
    'role-session-name': 'job-7',
    'role-session-policy': 'minimal',
  })
  expect(store.roles.get(inputs['role-to-assume'] ?? '')).toMatchObject({
    policy: null,
    principals: [`arn:aws:sts::${ACCOUNT}:`],
  })
})

test('a step that names a role gets the policy alone', () => {
  expect(inputsOf({ 'role-to-assume': ROLE }).inputs).toEqual({
    'role-to-assume': ROLE,
    'role-session-policy': 'minimal',
  })
})

test.each([
  ['a session policy of its own', { 'role-to-assume': ROLE, 'role-session-policy': '{}' }, {}, {}],
  ['no credentials', {}, { AWS_ACCESS_KEY_ID: '' }, {}],
  ['credentials that nobody has issued', {}, { AWS_SECRET_ACCESS_KEY: 'another' }, {}],
  ['credentials that may not do everything', {}, {}, { policies: { identity: '{"Statement":[]}' } }],
  ['credentials of an account that is not allowed', { 'allowed-account-ids': '210987654321' }, {}, {}],
  ['a proxy', {}, { https_proxy: 'http://127.0.0.1:1' }, {}],
])('a step with %s runs as it is', (_, given, env, options) => {
  expect(inputsOf(given, env, options).inputs).toEqual(given)
})

test('npm run soak -- policies runs every end-to-end test that has a step, and leaves out those that have none', () => {
  const text = (name: string) => readFileSync(path.join(root, '__tests__', 'e2e', `${name}.test.ts`), 'utf8')
  // A step has its session policy by its stage: one of support/.
  const hasStage = (name: string) => /support\/engine-rows\.ts'|stage\w*\(/i.test(text(name))
  expect(underPolicies().filter((name) => !hasStage(name))).toEqual([])
  expect(Object.keys(WITHOUT_SESSIONS).filter(hasStage)).toEqual([])
  for (const name of Object.keys(WITHOUT_SESSIONS))
    expect(existsSync(path.join(root, '__tests__', 'e2e', `${name}.test.ts`))).toBe(true)
  // A stage that a test opened without support/ would run its steps as they are.
  expect(underPolicies().filter((name) => /openStage.*dev\/stage\.ts'/.test(text(name)))).toEqual([])
})
