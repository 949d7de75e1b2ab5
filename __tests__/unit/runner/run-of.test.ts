import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { runOf } from '../../../src/runner/runner.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'event-'))
afterAll(() => rmSync(folder, { recursive: true }))

const merge = 'a'.repeat(40)
const head = 'b'.repeat(40)
const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: merge }

test.each([
  ['a push', 'refs/heads/main', {}, merge, false],
  ['a pull request', 'refs/pull/7/merge', { pull_request: { head: { sha: head } } }, head, true],
  // It runs on the branch that the pull request goes to.
  ['pull_request_target', 'refs/heads/main', { pull_request: { head: { sha: head } } }, merge, false],
  ['an event that does not tell', 'refs/pull/7/merge', {}, merge, false],
])('the commit that the summary of %s links to', (_, ref, event, sha, isPullRequestHead) => {
  const file = path.join(folder, 'event.json')
  writeFileSync(file, JSON.stringify(event))
  expect(runOf({ ...env, GITHUB_REF: ref, GITHUB_EVENT_PATH: file })).toMatchObject({
    sha,
    isPullRequestHead,
  })
})

test('outside of GitHub there is none', () => expect(runOf({})).toBeNull())
