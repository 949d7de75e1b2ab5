import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { root } from '../../../dev/runner.ts'
import { sessionName, sessionTags } from '../../../src/aws/workflow.ts'

// What a reader of CloudTrail finds beside each call.

const job = {
  GITHUB_RUN_ID: '17345678901',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_SHA: 'c0ffee12c0ffee12c0ffee12c0ffee12c0ffee12',
  GITHUB_WORKFLOW: 'Release',
}

describe('the name of a session', () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ['says run, commit, repository and workflow', {}, '17345678901.2,c0ffee12,acme+shop,Release'],
    [
      'has no attempt if none is known',
      { GITHUB_RUN_ATTEMPT: undefined },
      '17345678901,c0ffee12,acme+shop,Release',
    ],
    [
      'takes a workflow without a name by its file',
      { GITHUB_WORKFLOW: '.github/workflows/build.yml' },
      '17345678901.2,c0ffee12,acme+shop,build',
    ],
    [
      'has nothing in it that AWS does not take, or that ends a part',
      { GITHUB_WORKFLOW: 'Bauen, prüfen (und mehr)' },
      '17345678901.2,c0ffee12,acme+shop,Bauen-pr-fen-und-mehr-',
    ],
    [
      'leaves out the end of a long name of a workflow first',
      { GITHUB_WORKFLOW: 'A very long name of a workflow that goes on' },
      '17345678901.2,c0ffee12,acme+shop,A-very-long-name-of-a-workflow-',
    ],
    [
      'and then the beginning of the repository',
      {
        GITHUB_REPOSITORY: 'an-organization-with-a-name/of-a-repository',
        GITHUB_WORKFLOW: 'Build and release',
      },
      '17345678901.2,c0ffee12,-with-a-name+of-a-repository,Build-and-re',
    ],
    ['outside of GitHub is the name of this action', { GITHUB_RUN_ID: undefined }, 'ecr-build-push'],
    ['without a commit has the run', { GITHUB_SHA: undefined }, 'ecr-build-push-17345678901'],
    ['takes no run that is no number', { GITHUB_RUN_ID: '1;2' }, 'ecr-build-push'],
  ])('%s', (_, change, name) => {
    expect(sessionName({ ...job, ...change })).toBe(name)
  })

  test('is one that AWS takes, of four parts, whatever the job is called', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 })
    const env = fc.record({
      GITHUB_RUN_ID: fc.bigInt({ min: 1n, max: 10n ** 20n - 1n }).map(String),
      GITHUB_RUN_ATTEMPT: fc.option(fc.nat(9999).map(String), { nil: undefined }),
      GITHUB_REPOSITORY: fc.tuple(text, text).map((parts) => parts.join('/')),
      GITHUB_SHA: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 64 }),
      GITHUB_WORKFLOW: fc.option(text, { nil: undefined }),
    })
    fc.assert(
      fc.property(env, (given) => {
        const name = sessionName(given)
        expect(name).toMatch(/^[\w+=,.@-]{2,64}$/)
        const [run, commit, repository, workflow, ...more] = name.split(',')
        expect(run?.split('.')[0]).toBe(given.GITHUB_RUN_ID)
        expect(given.GITHUB_SHA.startsWith(commit as string)).toBe(true)
        expect([repository === '', workflow === undefined, more]).toEqual([false, false, []])
      }),
    )
  })
})

test('the tags of a session name the run as its address on GitHub does', () => {
  const runOf = (env: Record<string, string | undefined>) =>
    sessionTags(env).find(({ Key }) => Key === 'Run')?.Value
  expect(runOf(job)).toBe('17345678901/attempts/2')
  expect(runOf({ ...job, GITHUB_RUN_ATTEMPT: undefined })).toBe('17345678901')
  expect(runOf({})).toBeUndefined()
})

test('the query for Athena in docs/iam.md reads the parts of the name where they stand', () => {
  const query = readFileSync(path.join(root, 'docs', 'iam.md'), 'utf8')
  const parts = sessionName(job).split(',')
  const read = [...query.matchAll(/split_part\(session_name, ',', (\d)\) AS (\w+)/g)].map(
    ([, at, column]) => [column, parts[Number(at) - 1]],
  )
  expect(Object.fromEntries(read)).toEqual({
    run: '17345678901.2',
    commit_id: 'c0ffee12',
    repository: 'acme+shop',
    workflow: 'Release',
  })
})

test('the query finds the runs of a repository whatever its name keeps of it, and of no other that ends otherwise', () => {
  const query = readFileSync(path.join(root, 'docs', 'iam.md'), 'utf8')
  const [, condition = ''] = /\) AS calls\nWHERE ([\s\S]*?)\nORDER BY/.exec(query) ?? []
  const part = "split_part(session_name, ',', 3)"
  expect(condition.replaceAll(part, 'PART').replace(/\s+/g, ' ')).toBe(
    "PART = 'acme+shop' OR ( length(session_name) = 64 AND PART = substr('acme+shop', -length(PART)) )",
  )
  const finds = (wanted: string, name: string) => {
    const found = name.split(',')[2] ?? ''
    return found === wanted || (name.length === 64 && found === wanted.slice(-found.length))
  }
  const name = (most: number) =>
    fc.string({ unit: fc.constantFrom(...'ab-'), minLength: 1, maxLength: most }).map((text) => `x${text}`)
  fc.assert(
    fc.property(name(38), name(99), name(40), (owner, repository, workflow) => {
      const session = sessionName({
        ...job,
        GITHUB_REPOSITORY: `${owner}/${repository}`,
        GITHUB_WORKFLOW: workflow,
      })
      expect(session.length).toBeLessThanOrEqual(64)
      expect(finds(`${owner}+${repository}`, session)).toBe(true)
      expect(finds(`${owner}+${repository}z`, session)).toBe(false)
      // A whole name is that of no other owner.
      if (session.length < 64) expect(finds(`y${owner}+${repository}`, session)).toBe(false)
    }),
  )
})
