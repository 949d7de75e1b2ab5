import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Inputs, readInputs } from '../../../src/inputs/index.ts'
import { InputError } from '../../../src/shared/errors.ts'

const rule = {
  rulePriority: 1,
  description: 'images that nobody has pulled for a long time go',
  selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
  action: { type: 'expire' },
}
const lifecycle = JSON.stringify({ rules: [rule] })
const withRule = (change: object) => JSON.stringify({ rules: [{ ...rule, ...change }] })
const selecting = (change: object) => withRule({ selection: { ...rule.selection, ...change } })
const statement = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }
const policyWith = (change: object) => JSON.stringify({ Statement: [{ ...statement, ...change }] })
const ROLE = 'arn:aws:iam::123456789012:role/ci'

let folder: string
let cwd: string

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-inputs-'))
  cwd = path.join(folder, 'workspace')
  mkdirSync(path.join(cwd, 'policies'), { recursive: true })
  writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
  writeFileSync(path.join(cwd, 'policies', 'lifecycle.json'), JSON.stringify(JSON.parse(lifecycle), null, 2))
  writeFileSync(path.join(cwd, 'policies', 'marked.json'), `\ufeff${lifecycle}`)
  writeFileSync(path.join(cwd, 'broken.json'), '{"rules": [')
  writeFileSync(path.join(folder, 'outside.json'), lifecycle)
  symlinkSync(path.join(folder, 'outside.json'), path.join(cwd, 'link.json'))
})

afterAll(() => rmSync(folder, { recursive: true }))

function read(given: Record<string, string>, env: Record<string, string> = {}): Inputs {
  const all: Record<string, string> = { repository: 'demo-service', tags: 'v1', ...given }
  return readInputs({ get: (name) => all[name] ?? '', env, cwd })
}

function problems(given: Record<string, string>): string[] {
  try {
    read(given)
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n')
    throw error
  }
  return []
}

const MODES = 'must be MUTABLE, IMMUTABLE, MUTABLE_WITH_EXCLUSION or IMMUTABLE_WITH_EXCLUSION'
const EXCLUSION =
  "an exclusion is 1 to 128 letters, digits, dots, hyphens and underscores, with at most two '*' for any characters"
const excluding = { 'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION' }

describe('a wrong input', () => {
  const wrong: [what: string, given: Record<string, string>, input: string, message: string][] = [
    ['a mutability', { 'image-tag-mutability': 'immutable' }, 'image-tag-mutability', MODES],
    [
      'exclusions without the mode',
      { 'image-tag-mutability': 'IMMUTABLE', 'image-tag-mutability-exclusions': 'latest' },
      'image-tag-mutability-exclusions',
      'needs image-tag-mutability: IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION',
    ],
    [
      'exclusions alone',
      { 'image-tag-mutability-exclusions': 'latest' },
      'image-tag-mutability-exclusions',
      'needs image-tag-mutability: IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION',
    ],
    [
      'the mode without exclusions',
      excluding,
      'image-tag-mutability',
      'needs image-tag-mutability-exclusions, with 1 to 5 patterns',
    ],
    [
      'six exclusions',
      { ...excluding, 'image-tag-mutability-exclusions': 'a,b,c,d,e,f' },
      'image-tag-mutability-exclusions',
      'ECR allows 5 exclusions, and these are 6',
    ],
    [
      'three wildcards',
      { ...excluding, 'image-tag-mutability-exclusions': 'a*b*c*' },
      'image-tag-mutability-exclusions',
      EXCLUSION,
    ],
    [
      'a slash in an exclusion',
      { ...excluding, 'image-tag-mutability-exclusions': 'feature/*' },
      'image-tag-mutability-exclusions',
      EXCLUSION,
    ],
    ['a word for scan-on-push', { 'scan-on-push': 'yes' }, 'scan-on-push', 'must be true or false'],
    [
      'a word for update-repository',
      { 'update-repository': 'always' },
      'update-repository',
      'must be true or false',
    ],
    ['an encryption', { 'encryption-type': 'aes256' }, 'encryption-type', 'must be AES256, KMS or KMS_DSSE'],
    [
      'a key with AES256',
      { 'encryption-type': 'AES256', 'kms-key': 'alias/ci' },
      'kms-key',
      'needs encryption-type: KMS or KMS_DSSE',
    ],
    ['a key alone', { 'kms-key': 'alias/ci' }, 'kms-key', 'needs encryption-type: KMS or KMS_DSSE'],
    [
      'a key that is none',
      { 'encryption-type': 'KMS', 'kms-key': 'my key' },
      'kms-key',
      "must be a KMS key's ARN, its id, or its alias (alias/NAME)",
    ],
    ['a tag without a value', { 'repository-tags': 'team' }, 'repository-tags', 'must be key=value'],
    ['a tag without a key', { 'repository-tags': '=x' }, 'repository-tags', 'must be key=value'],
    [
      'a reserved tag',
      { 'repository-tags': 'aws:x=y' },
      'repository-tags',
      'a key that starts with aws: is reserved',
    ],
    ['a tag twice', { 'repository-tags': 'a=1\na=2' }, 'repository-tags', 'a is given twice'],
    [
      'a sign in a tag',
      { 'repository-tags': 'a=<b>' },
      'repository-tags',
      'a key and a value are letters, digits, spaces and _ . : / = + - @',
    ],
    [
      'a long tag',
      { 'repository-tags': `a=${'x'.repeat(257)}` },
      'repository-tags',
      'a key has at most 128 characters, a value 256',
    ],
    [
      '51 tags',
      { 'repository-tags': Array.from({ length: 51 }, (_, at) => `k${at}=v`).join('\n') },
      'repository-tags',
      'AWS allows 50 tags, and these are 51',
    ],
    [
      'a policy that is no JSON',
      { 'lifecycle-policy': '{rules}' },
      'lifecycle-policy',
      'is not valid JSON: ',
    ],
    [
      'a file that is no JSON',
      { 'lifecycle-policy': 'broken.json' },
      'lifecycle-policy',
      'is not valid JSON: ',
    ],
    [
      'a policy that has a member twice',
      { 'repository-policy': '{"Statement": [], "Version": "2012-10-17", "Statement": []}' },
      'repository-policy',
      "has 'Statement' twice in one object",
    ],
    [
      'a file that is not there',
      { 'lifecycle-policy': 'nowhere.json' },
      'lifecycle-policy',
      'must be JSON, or the path of a file in the workspace: there is no such file',
    ],
    [
      'a folder',
      { 'repository-policy': 'policies' },
      'repository-policy',
      'must be JSON, or the path of a file in the workspace: this is a folder',
    ],
    [
      'a file outside of the workspace',
      { 'lifecycle-policy': '../outside.json' },
      'lifecycle-policy',
      'must be inside of the workspace (CWD)',
    ],
    [
      'a link that leads outside',
      { 'lifecycle-policy': 'link.json' },
      'lifecycle-policy',
      'must be inside of the workspace (CWD)',
    ],
    [
      'the file of an absolute path',
      { 'repository-policy': '/etc/passwd' },
      'repository-policy',
      'must be inside of the workspace (CWD)',
    ],
    [
      'a lifecycle policy without rules',
      { 'lifecycle-policy': '{"Rules": []}' },
      'lifecycle-policy',
      "must have 'rules', a list with at least one rule",
    ],
    [
      'a priority twice',
      { 'lifecycle-policy': JSON.stringify({ rules: [rule, rule] }) },
      'lifecycle-policy',
      'rule 2: rulePriority 1 is taken already',
    ],
    [
      'a priority of 0',
      { 'lifecycle-policy': withRule({ rulePriority: 0 }) },
      'lifecycle-policy',
      'rule 1: rulePriority must be a whole number from 1',
    ],
    [
      'a tag status',
      { 'lifecycle-policy': selecting({ tagStatus: 'all' }) },
      'lifecycle-policy',
      'rule 1: selection.tagStatus must be tagged, untagged or any',
    ],
    [
      'tagged without patterns',
      { 'lifecycle-policy': selecting({ tagStatus: 'tagged' }) },
      'lifecycle-policy',
      'rule 1: selection needs either tagPatternList or tagPrefixList if tagStatus is tagged',
    ],
    [
      'a count type',
      { 'lifecycle-policy': selecting({ countType: 'older' }) },
      'lifecycle-policy',
      'rule 1: selection.countType must be one of imageCountMoreThan, sinceImagePushed, sinceImagePulled, sinceImageTransitioned',
    ],
    [
      'a count of 0',
      { 'lifecycle-policy': selecting({ countNumber: 0 }) },
      'lifecycle-policy',
      'rule 1: selection.countNumber must be a whole number from 1',
    ],
    [
      'no unit',
      { 'lifecycle-policy': selecting({ countUnit: undefined }) },
      'lifecycle-policy',
      'rule 1: selection.countUnit must be days if countType is sinceImagePushed',
    ],
    [
      'an action',
      { 'lifecycle-policy': withRule({ action: { type: 'delete' } }) },
      'lifecycle-policy',
      'rule 1: action.type must be expire or transition',
    ],
    [
      'a transition to nowhere',
      { 'lifecycle-policy': withRule({ action: { type: 'transition' } }) },
      'lifecycle-policy',
      'rule 1: action.targetStorageClass is required if action.type is transition',
    ],
    [
      'a repository policy without statements',
      { 'repository-policy': '{"Statement": []}' },
      'repository-policy',
      "must have 'Statement', with at least one statement",
    ],
    [
      'an effect',
      { 'repository-policy': policyWith({ Effect: 'allow' }) },
      'repository-policy',
      'statement 1: Effect must be Allow or Deny',
    ],
    [
      'no principal',
      { 'repository-policy': JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ecr:*' } }) },
      'repository-policy',
      'statement 1: needs a Principal',
    ],
    [
      'no action',
      { 'repository-policy': JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*' } }) },
      'repository-policy',
      'statement 1: needs an Action',
    ],
    [
      'what to do with an image',
      { 'if-image-exists': 'overwrite' },
      'if-image-exists',
      'must be push, skip or fail',
    ],
    [
      'a role by its name',
      { 'role-to-assume': 'ci' },
      'role-to-assume',
      "must be an IAM role's ARN: arn:aws:iam::ACCOUNT:role/NAME",
    ],
    [
      'a user as a role',
      { 'role-to-assume': 'arn:aws:iam::123456789012:user/ci' },
      'role-to-assume',
      "must be an IAM role's ARN: arn:aws:iam::ACCOUNT:role/NAME",
    ],
    [
      'a session name with a space',
      { 'role-to-assume': ROLE, 'role-session-name': 'my run' },
      'role-session-name',
      'a session name is 2 to 64 letters, digits and _ + = , . @ -',
    ],
    [
      'a duration too short',
      { 'role-to-assume': ROLE, 'role-duration-seconds': '899' },
      'role-duration-seconds',
      'must be a whole number from 900 to 43200',
    ],
    [
      'a duration in words',
      { 'role-to-assume': ROLE, 'role-duration-seconds': '1h' },
      'role-duration-seconds',
      'must be a whole number from 900 to 43200',
    ],
    [
      'a session name without a role',
      { 'role-session-name': 'x1' },
      'role-session-name',
      'needs role-to-assume',
    ],
    ['an audience without a role', { audience: 'x' }, 'audience', 'needs role-to-assume'],
    ['a registry type', { 'registry-type': 'Public' }, 'registry-type', 'must be private or public'],
    [
      'a private registry by a public URI',
      { repository: 'public.ecr.aws/a1b2c3d4/demo', 'registry-type': 'private' },
      'registry-type',
      'contradicts the repository URI, which is that of a public registry',
    ],
    [
      'a public registry in another region',
      { 'registry-type': 'public', 'aws-region': 'eu-west-1' },
      'aws-region',
      'ECR Public has its API in us-east-1 only; leave it empty',
    ],
    [
      'an account for a public registry',
      { 'registry-type': 'public', 'registry-id': '123456789012' },
      'registry-id',
      'is for private registries; ECR Public takes images into the registry of the credentials only; leave it empty',
    ],
    [
      'a push by digest to a public registry',
      { 'registry-type': 'public', 'push-by-digest': 'true', tags: '' },
      'push-by-digest',
      'needs a private registry, as the merge action does',
    ],
    [
      'a setting that public repositories do not have',
      { 'registry-type': 'public', 'scan-on-push': 'true' },
      'scan-on-push',
      'is of private repositories only; leave it empty with registry-type: public',
    ],
    [
      'a public URI without a repository',
      { repository: 'public.ecr.aws/a1b2c3d4' },
      'repository',
      'is a registry; name the repository too: public.ecr.aws/a1b2c3d4/NAME',
    ],
    [
      'a public registry alone',
      { repository: 'public.ecr.aws' },
      'repository',
      'is a registry; name the repository too: public.ecr.aws/ALIAS/NAME',
    ],
  ]

  test.each(wrong)('%s', (_, given, input, message) => {
    const found = problems(given)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`Input '${input}': `)
    expect(found[0]).toContain(message.replaceAll('CWD', cwd))
  })

  test('all at once', () => {
    const given = {
      'image-tag-mutability': 'FIXED',
      'kms-key': 'alias/ci',
      'lifecycle-policy': '{',
      'role-to-assume': 'ci',
      'if-image-exists': 'no',
    }
    expect(problems(given)).toHaveLength(5)
  })
})

describe('a right input', () => {
  test('every setting', () => {
    const { settings } = read({
      'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION',
      'image-tag-mutability-exclusions': 'latest, dev-*\nlatest',
      'scan-on-push': 'True',
      'encryption-type': 'KMS_DSSE',
      'kms-key': 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      'repository-tags': 'team=tools\npath=a/b=c',
      'lifecycle-policy': 'policies/lifecycle.json',
      'repository-policy': policyWith({}),
    })
    expect(settings).toEqual({
      mutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'dev-*'] },
      scanOnPush: true,
      encryption: {
        type: 'KMS_DSSE',
        key: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
      resourceTags: new Map([
        ['team', 'tools'],
        ['path', 'a/b=c'],
      ]),
      lifecyclePolicy: lifecycle,
      repositoryPolicy: policyWith({}),
    })
  })

  test.each(['policies/marked.json', `\ufeff${lifecycle}`])(
    'a byte order mark is no part of a policy: %j',
    (given) => {
      expect(read({ 'lifecycle-policy': given }).settings.lifecyclePolicy).toBe(lifecycle)
    },
  )

  test('scan-on-push: false is not the same as nothing', () => {
    expect(read({ 'scan-on-push': 'false' }).settings.scanOnPush).toBe(false)
    expect(read({}).settings.scanOnPush).toBeNull()
  })

  test('a role, with what a run makes of its defaults', () => {
    expect(read({ 'role-to-assume': ROLE }, { GITHUB_RUN_ID: '42' }).role).toEqual({
      arn: ROLE,
      through: [],
      sessionName: 'ecr-build-push-42',
      seconds: null,
      audience: 'sts.amazonaws.com',
      externalId: null,
      sessionPolicy: null,
    })
    expect(
      read({
        'role-to-assume': 'arn:aws-cn:iam::123456789012:role/path/ci',
        'role-session-name': 'release',
        'role-duration-seconds': '900',
        audience: 'sts.amazonaws.com.cn',
      }).role,
    ).toMatchObject({ sessionName: 'release', seconds: 900, audience: 'sts.amazonaws.com.cn' })
  })

  test.each([
    ['public.ecr.aws/a1b2c3d4/team/demo', '', 'team/demo', 'a1b2c3d4', 'public.ecr.aws'],
    ['ecr-public.aws.com/a1b2c3d4/demo', 'public', 'demo', 'a1b2c3d4', 'ecr-public.aws.com'],
    ['demo-service', 'public', 'demo-service', null, null],
  ])('public: %s', (repository, type, name, alias, host) => {
    expect(read({ repository, 'registry-type': type }).repository).toEqual({
      name,
      alias,
      host,
      registryType: 'public',
      registryId: null,
      region: 'us-east-1',
    })
  })
})
