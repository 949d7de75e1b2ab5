import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { neededActions, type Statement, type Use } from '../../../src/aws/policy.ts'
import { sessionPolicyTexts } from '../../../src/aws/session-policy.ts'
import { SESSION_POLICY_LENGTH } from '../../../src/aws/workflow.ts'
import { hold } from '../../support/fuzz.ts'
import { isAllowed, permissionsIn } from '../../support/iam.ts'

const arn = (name: string, region = 'eu-west-1', account = '123456789012') =>
  `arn:aws:ecr:${region}:${account}:repository/${name}`

const use = (repository: string, features: Use['features'] = ['push', 'create-repository']): Use => ({
  registry: 'private',
  repository,
  features,
})

const textsOf = (uses: readonly Use[]) => sessionPolicyTexts(neededActions(uses))
const statementsIn = (text: string) => (JSON.parse(text) as { Statement: Statement[] }).Statement
const repositoriesIn = (text = '{"Statement":[]}') => [
  ...new Set(
    permissionsIn(statementsIn(text))
      .map(({ resource }) => resource)
      .filter((resource) => resource !== '*'),
  ),
]

describe('a minimal session policy', () => {
  test('names each repository if AWS takes it', () => {
    const { texts, patterns } = textsOf([use(arn('team/app')), use(arn('team/base'), ['pull'])])
    expect(repositoriesIn(texts[0])).toEqual([arn('team/app'), arn('team/base')])
    expect(patterns).toEqual([])
  })

  const many = (names: readonly string[]) => [
    use(arn('app')),
    ...names.map((name) => use(arn(name), ['pull'])),
  ]
  const numbered = (start: string, count: number) => Array.from({ length: count }, (_, at) => `${start}${at}`)

  test.each<[what: string, uses: readonly Use[], patterns: readonly string[]]>([
    ['of one folder: that folder', many(numbered('platform/images/base-', 40)), [arn('platform/images/*')]],
    [
      'of two folders, too many in one alone: each folder',
      many([...numbered('platform/', 30), ...numbered('tools/', 20)]),
      [arn('platform/*'), arn('tools/*')],
    ],
    [
      'the same one in many regions: every region',
      Array.from({ length: 34 }, (_, at) => use(arn('team/app', `eu-west-${at + 1}`))),
      [arn('team/app', '*')],
    ],
    ['of no folder: what their names begin with', many(numbered('service-', 60)), [arn('service-*')]],
    [
      'with nothing in common: the registry',
      many(numbered('a', 40).map((name, at) => `${at}${name}`)),
      [arn('*')],
    ],
  ])('too long: %s', (_, uses, patterns) => {
    const made = textsOf(uses)
    expect(made.exactLength).toBeGreaterThan(SESSION_POLICY_LENGTH)
    expect(made.patterns).toEqual(patterns)
    expect(made.texts[0]?.length).toBeLessThanOrEqual(SESSION_POLICY_LENGTH)
  })

  test('too long: a condition stays with the resources that it is about', () => {
    const keys = 'arn:aws:kms:eu-west-1:123456789012:key/*'
    const aliased = {
      ...use(arn('app'), ['push', 'create-repository', 'kms-key']),
      key: keys,
      keyAlias: 'alias/images',
    }
    const { texts, exactLength } = textsOf([aliased, ...many(numbered('platform/images/base-', 40))])
    expect(exactLength).toBeGreaterThan(SESSION_POLICY_LENGTH)
    for (const text of texts)
      expect(
        statementsIn(text).filter(({ Action }) => [Action].flat().some((one) => one.startsWith('kms:'))),
      ).toEqual([
        {
          Effect: 'Allow',
          Action: ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'],
          Resource: keys,
          Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/images' } },
        },
      ])
    expect(texts.length).toBeGreaterThan(0)
  })

  test('too long with patterns too: there is none', () => {
    const accounts = Array.from({ length: 60 }, (_, at) => `${100_000_000_000 + at}`)
    const made = textsOf(accounts.map((account) => use(arn('app', 'eu-west-1', account))))
    expect(made.texts).toEqual([])
    expect(made.exactLength).toBeGreaterThan(SESSION_POLICY_LENGTH)
  })

  test('of whatever a run does: it allows all of it, no account is a pattern, and AWS takes its length', async () => {
    const part = fc.constantFrom('a', 'app', 'base-1', 'base-2', 'team', 'x'.repeat(40), '*')
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
    const repository = fc
      .tuple(
        name,
        fc.constantFrom('eu-west-1', 'us-east-1', 'ap-northeast-2', '*'),
        fc.constantFrom('123456789012', '210987654321', '333333333333'),
      )
      .map((place) => arn(...place))
    const features = fc.uniqueArray(
      fc.constantFrom<Use['features'][number]>(
        'push',
        'create-repository',
        'repository-tags',
        'update-repository',
        'pull',
        'cache-to',
        'fail-on-severity',
        'wait-for-signing',
        'summary',
      ),
      { minLength: 1 },
    )
    const uses = fc.array(fc.record({ registry: fc.constant('private' as const), repository, features }), {
      minLength: 1,
      maxLength: 60,
    })
    await hold(uses, 300, (given) => {
      const statements = neededActions(given)
      const needed = permissionsIn(statements)
      const { texts, exactLength, patterns } = sessionPolicyTexts(statements)
      const exact = JSON.stringify({ Version: '2012-10-17', Statement: statements })
      expect(exactLength).toBe(exact.length)
      if (exact.length <= SESSION_POLICY_LENGTH) expect(texts[0]).toBe(exact)
      if (patterns.length > 0) expect(texts[0]).not.toBe(exact)
      // What allows more than is needed is told. A name that a pattern of the run has already is left out without a word.
      const first = texts[0] === undefined ? [] : permissionsIn(statementsIn(texts[0]))
      if (first.some((one) => !isAllowed(needed, one))) expect(patterns).not.toEqual([])
      const accounts = new Set(given.map((one) => one.repository.split(':')[4]))
      for (const text of texts) {
        expect(text.length).toBeLessThanOrEqual(SESSION_POLICY_LENGTH)
        const allowed = permissionsIn(statementsIn(text))
        expect(needed.filter((one) => !isAllowed(allowed, one))).toEqual([])
        // No action that nothing needs, and no other account.
        const actions = new Set(needed.map(({ action }) => action))
        for (const { action, resource } of allowed) {
          expect(actions.has(action)).toBe(true)
          const known = needed.some((one) => one.resource === resource)
          if (!known) expect(accounts.has(resource.split(':')[4])).toBe(true)
        }
      }
    })
  })
})
