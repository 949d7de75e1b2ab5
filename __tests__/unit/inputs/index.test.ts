import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { NO_SETTINGS } from '../../../src/ecr/settings/settings.ts'
import { type Inputs, readInputs } from '../../../src/inputs/index.ts'
import { InputError } from '../../../src/shared/errors.ts'

const SHA = 'a'.repeat(40)
const URI = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/demo-service'
let cwd: string

beforeAll(() => {
  cwd = mkdtempSync(path.join(os.tmpdir(), 'inputs-'))
  writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
  writeFileSync(path.join(cwd, 'a-file'), '')
  mkdirSync(path.join(cwd, 'empty'))
  mkdirSync(path.join(cwd, 'with space'))
  writeFileSync(path.join(cwd, 'with space', 'Dockerfile'), 'FROM scratch\n')
})

afterAll(() => rmSync(cwd, { recursive: true }))

function read(given: Record<string, string>, env: Record<string, string> = { GITHUB_SHA: SHA }): Inputs {
  return readInputs({ get: (name) => given[name] ?? '', env, cwd })
}

function problems(given: Record<string, string>, env?: Record<string, string>): string {
  try {
    read(given, env)
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
  return ''
}

const NAME_RULE =
  'a repository name is 2 to 256 lower-case letters and digits, with single dots, hyphens, underscores or slashes between them (team/demo-service)'
const TAG_RULE =
  'a tag is 1 to 128 letters, digits, underscores, dots and hyphens, and does not start with a dot or a hyphen'
const BUILD_ARG_RULE =
  'must be KEY=value, or KEY for the value in the environment; the key without blanks and quotes'

describe('a wrong input', () => {
  const demo = { repository: 'demo-service' }
  const wrong: [string, Record<string, string>, string][] = [
    [
      'a word for dry-run',
      { ...demo, 'dry-run': 'perhaps' },
      "Input 'dry-run': 'perhaps': must be true or false",
    ],
    [
      'dry-run of a build that is not pushed',
      { ...demo, 'dry-run': 'true', push: 'false' },
      "Input 'dry-run': 'true': tells what a push would do, and with push: false there is none; leave one of them out",
    ],
    [
      'dry-run of a call',
      { ...demo, 'dry-run': 'true', call: 'check' },
      "Input 'dry-run': 'true': tells what a push would do, and with call: check there is none; leave one of them out",
    ],
    [
      'no repository',
      {},
      "Input 'repository': is required: an ECR repository's name or URI, such as demo-service",
    ],
    [
      'upper case',
      { repository: 'Demo-Service' },
      `Input 'repository': 'Demo-Service': ${NAME_RULE}; did you mean demo-service?`,
    ],
    ['one letter', { repository: 'a' }, `Input 'repository': 'a': ${NAME_RULE}`],
    [
      '257 letters',
      { repository: 'a'.repeat(257) },
      `Input 'repository': '… (257 characters)': ${NAME_RULE}`,
    ],
    ...[
      'docker.io',
      'index.docker.io',
      'registry.hub.docker.com',
      'ghcr.io',
      'quay.io',
      'gcr.io',
      'eu.gcr.io',
      'europe-west1-docker.pkg.dev',
      'registry.gitlab.com',
      'mcr.microsoft.com',
      'acme.azurecr.io',
    ].map((host): [string, Record<string, string>, string] => [
      `a repository of ${host}`,
      { repository: `${host}/team/demo` },
      `Input 'repository': '${host}/team/demo': ${host} is another registry, and the image goes to ECR: give the name of a repository in ECR, such as team/demo; one that is really called ${host}/team/demo is given as its URI`,
    ]),
    ['a leading slash', { repository: '/demo' }, `Input 'repository': '/demo': ${NAME_RULE}`],
    [
      'a trailing slash',
      { repository: 'demo/' },
      "Input 'repository': 'demo/': ends with a slash, and a repository name does not; did you mean demo?",
    ],
    [
      'a trailing slash behind the URI',
      { repository: `${URI}/` },
      `Input 'repository': '${URI}/': ends with a slash, and a repository name does not; did you mean ${URI}?`,
    ],
    ['two slashes', { repository: 'team//demo' }, `Input 'repository': 'team//demo': ${NAME_RULE}`],
    ['a trailing hyphen', { repository: 'demo-' }, `Input 'repository': 'demo-': ${NAME_RULE}`],
    ['two dots', { repository: 'de..mo' }, `Input 'repository': 'de..mo': ${NAME_RULE}`],
    ['a space', { repository: 'demo service' }, `Input 'repository': 'demo service': ${NAME_RULE}`],
    ['an option', { repository: '--push' }, `Input 'repository': '--push': ${NAME_RULE}`],
    ['a line break', { repository: 'demo\nservice' }, `Input 'repository': 'demo\nservice': ${NAME_RULE}`],
    [
      'a scheme',
      { repository: `https://${URI}` },
      `Input 'repository': 'https://${URI}': must be without https://: a name or ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`,
    ],
    [
      'a tag behind the name',
      { repository: 'demo-service:v1' },
      "Input 'repository': 'demo-service:v1': must be without a tag or digest; tags go into the input 'tags'",
    ],
    [
      'a tag behind the URI',
      { repository: `${URI}:v1` },
      `Input 'repository': '${URI}:v1': must be without a tag or digest; tags go into the input 'tags'`,
    ],
    [
      'a digest',
      { repository: `demo@sha256:${'0'.repeat(64)}` },
      `Input 'repository': 'demo@sha256:${'0'.repeat(64)}': must be without a tag or digest; tags go into the input 'tags'`,
    ],
    [
      'a registry alone',
      { repository: '123456789012.dkr.ecr.us-east-1.amazonaws.com' },
      "Input 'repository': '123456789012.dkr.ecr.us-east-1.amazonaws.com': is a registry; name the repository too: 123456789012.dkr.ecr.us-east-1.amazonaws.com/NAME",
    ],
    [
      'a registry and a slash',
      { repository: '123456789012.dkr.ecr.us-east-1.amazonaws.com/' },
      "Input 'repository': '123456789012.dkr.ecr.us-east-1.amazonaws.com/': is a registry; name the repository too: 123456789012.dkr.ecr.us-east-1.amazonaws.com/NAME",
    ],
    [
      'a registry with a short account',
      { repository: '12345678901.dkr.ecr.us-east-1.amazonaws.com/demo' },
      "Input 'repository': '12345678901.dkr.ecr.us-east-1.amazonaws.com/demo': 12345678901.dkr.ecr.us-east-1.amazonaws.com is no registry: ACCOUNT.dkr.ecr.REGION.amazonaws.com is one",
    ],
    [
      'an account without its first zero',
      { ...demo, 'registry-id': '12345678901' },
      "Input 'registry-id': '12345678901': an AWS account id is 12 digits, and these are 11; quote it, since YAML takes a zero from the beginning of a number: registry-id: '012345678901'",
    ],
    [
      'a short account',
      { ...demo, 'registry-id': '12345' },
      "Input 'registry-id': '12345': an AWS account id is 12 digits",
    ],
    [
      'an account with dashes',
      { ...demo, 'registry-id': '1234-5678-9012' },
      "Input 'registry-id': '1234-5678-9012': an AWS account id is 12 digits",
    ],
    [
      'an account name',
      { ...demo, 'registry-id': 'production' },
      "Input 'registry-id': 'production': an AWS account id is 12 digits",
    ],
    [
      'another account than in the URI',
      { repository: URI, 'registry-id': '210987654321' },
      "Input 'registry-id': '210987654321': contradicts the repository URI, which says 123456789012; give only one of them",
    ],
    [
      'another region than in the URI',
      { repository: URI, 'aws-region': 'us-east-1' },
      "Input 'aws-region': 'us-east-1': contradicts the repository URI, which says ap-northeast-2; give only one of them",
    ],
    [
      'a city',
      { ...demo, 'aws-region': 'Seoul' },
      "Input 'aws-region': 'Seoul': must be a region code, such as ap-northeast-2",
    ],
    [
      'an availability zone',
      { ...demo, 'aws-region': 'ap-northeast-2a' },
      "Input 'aws-region': 'ap-northeast-2a': must be a region code, such as ap-northeast-2",
    ],
    [
      'a region that is a host',
      { ...demo, 'aws-region': 'evil.example/#' },
      "Input 'aws-region': 'evil.example/#': must be a region code, such as ap-northeast-2",
    ],
    ['a tag with a space', { ...demo, tags: 'my tag' }, `Input 'tags': 'my tag': ${TAG_RULE}`],
    ['a tag with a slash', { ...demo, tags: 'feature/x' }, `Input 'tags': 'feature/x': ${TAG_RULE}`],
    [
      'a tag with a leading dot',
      { ...demo, tags: '.v1' },
      `Input 'tags': '.v1': gives '.v1' (3 characters); ${TAG_RULE}`,
    ],
    [
      'a tag with a leading hyphen',
      { ...demo, tags: '-v1' },
      `Input 'tags': '-v1': gives '-v1' (3 characters); ${TAG_RULE}`,
    ],
    [
      'a tag of 129 characters',
      { ...demo, tags: 'x'.repeat(129) },
      `Input 'tags': '${'x'.repeat(129)}': gives '${'x'.repeat(129)}' (129 characters); ${TAG_RULE}`,
    ],
    ['a tag with a plus', { ...demo, tags: '1.0.0+build' }, `Input 'tags': '1.0.0+build': ${TAG_RULE}`],
    [
      'a whole image reference as a tag',
      { ...demo, tags: `${URI}:v1` },
      `Input 'tags': '${URI}:v1': ${TAG_RULE}; give the tag alone (v1): the registry and the repository are added to it`,
    ],
    ['one bad tag of three', { ...demo, tags: 'v1,v 2,v3' }, `Input 'tags': 'v 2': ${TAG_RULE}`],
    ['an unclosed quote', { ...demo, tags: '"v1' }, 'is not CSV: a quote is not closed'],
    ['a word for a boolean', { ...demo, push: 'yes' }, "Input 'push': 'yes': must be true or false"],
    [
      'a number for a boolean',
      { ...demo, 'create-repository': '1' },
      "Input 'create-repository': '1': must be true or false",
    ],
    ['a mixed-case boolean', { ...demo, summary: 'tRUE' }, "Input 'summary': 'tRUE': must be true or false"],
    [
      'off for a boolean',
      { ...demo, 'keep-login': 'off' },
      "Input 'keep-login': 'off': must be true or false",
    ],
    [
      'a context that is not there',
      { ...demo, context: 'nowhere' },
      "Input 'context': 'nowhere': does not exist; must be a folder, relative to CWD (is there an actions/checkout step before this one?)",
    ],
    [
      'a context that is a file',
      { ...demo, context: 'a-file' },
      "Input 'context': 'a-file': is not a folder; must be a folder, relative to CWD",
    ],
    [
      'a context that is an option',
      { ...demo, context: '--push' },
      "Input 'context': '--push': does not exist; must be a folder, relative to CWD (is there an actions/checkout step before this one?)",
    ],
    [
      'no Dockerfile in the context',
      { ...demo, context: 'empty' },
      "Input 'context': 'empty': has no Dockerfile (CWD/empty/Dockerfile); name the Dockerfile's path in 'file', or another folder, both relative to CWD",
    ],
    [
      'a Dockerfile that is not there',
      { ...demo, file: 'Dockerfile.prod' },
      "Input 'file': 'Dockerfile.prod': does not exist (CWD/Dockerfile.prod); must be the Dockerfile's path, relative to CWD",
    ],
    [
      'a Dockerfile that is a folder',
      { ...demo, file: 'empty' },
      "Input 'file': 'empty': is a folder; must be the Dockerfile's path, relative to CWD",
    ],
    [
      'a target with a space',
      { ...demo, target: 'my stage' },
      "Input 'target': 'my stage': must be the name of a stage of the Dockerfile (letters, digits, '.', '_' and '-')",
    ],
    [
      'a target that is an option',
      { ...demo, target: '--push' },
      "Input 'target': '--push': must be the name of a stage of the Dockerfile (letters, digits, '.', '_' and '-')",
    ],
    [
      'a build argument without a name',
      { ...demo, 'build-args': '=x' },
      `Input 'build-args': '=x': ${BUILD_ARG_RULE}`,
    ],
    [
      'a build argument with a space in its name',
      { ...demo, 'build-args': 'A B=x' },
      `Input 'build-args': 'A B=x': ${BUILD_ARG_RULE}`,
    ],
    [
      'a build argument written as YAML',
      { ...demo, 'build-args': 'VERSION: 1' },
      `Input 'build-args': 'VERSION: 1': ${BUILD_ARG_RULE}`,
    ],
    ...[`'A=x'`, `"'A=x'"`, `'A'=x`, `A'=x`, '"""A""=x"'].map(
      (line): [string, Record<string, string>, string] => [
        `a quote in the name of a build argument: ${line}`,
        { ...demo, 'build-args': line },
        BUILD_ARG_RULE,
      ],
    ),
    ['a label without a value', { ...demo, labels: 'team' }, "Input 'labels': 'team': must be key=value"],
    ['a label without a key', { ...demo, labels: '=x' }, "Input 'labels': '=x': must be key=value"],
  ]

  test.each(wrong)('%s', (_, given, expected) => {
    expect(problems(given)).toContain(expected.replaceAll('CWD', cwd))
  })

  test('the table has at least 40 of them, each with a message of its own input', () => {
    expect(wrong.length).toBeGreaterThanOrEqual(40)
  })

  test('all are reported at once', () => {
    const given = {
      repository: 'Demo',
      tags: 'a b',
      push: 'yes',
      call: 'check',
      'dry-run': 'true',
      context: 'nowhere',
      labels: 'x',
      'registry-id': '1',
    }
    const inputs = problems(given)
      .split('\n')
      .map((line) => /^Input '([a-z-]+)'/.exec(line)?.[1])
    expect(inputs.sort()).toEqual([
      'context',
      'dry-run',
      'labels',
      'push',
      'registry-id',
      'repository',
      'tags',
    ])
  })
})

describe('a right input', () => {
  test('the defaults', () => {
    expect(read({ repository: 'demo-service' })).toEqual({
      repository: {
        name: 'demo-service',
        host: null,
        registryType: 'private',
        alias: null,
        registryId: null,
        region: null,
      },
      settings: NO_SETTINGS,
      dryRun: false,
      updateRepository: false,
      role: null,
      allowedAccounts: [],
      ifImageExists: 'push',
      registries: [],
      pullRegistries: [],
      createRepository: true,
      metadata: { context: 'workflow', tags: [], flavor: [], labels: [], annotations: [] },
      build: {
        context: cwd,
        file: path.join(cwd, 'Dockerfile'),
        target: null,
        platforms: [],
        buildArgs: [],
        buildContexts: [],
        secrets: [],
        pullLogins: [],
        ssh: [],
        cacheFrom: [],
        cacheTo: [],
        cache: null,
        noCache: false,
        noCacheFilters: [],
        pull: false,
        addHosts: [],
        allow: [],
        attests: [],
        builder: null,
        call: null,
        cgroupParent: null,
        network: null,
        outputs: [],
        compression: null,
        load: false,
        reproducible: false,
        shmSize: null,
        ulimits: [],
        stallSeconds: 300,
      },
      expressions: null,
      buildArgValues: new Map(),
      push: true,
      pushByDigest: false,
      keepLogin: false,
      maxSize: null,
      after: {
        failOnSeverity: null,
        scan: { onlyFixable: false, minScore: null, ignore: [], baseline: null, report: null },
        scanTimeoutSeconds: 900,
        gate: 'after-push',
        waitForReplication: false,
        replicationTimeoutSeconds: 1800,
        waitForSigning: false,
        signingTimeoutSeconds: 600,
      },
      attest: { what: [], sbom: null, sigstore: 'auto', signingConfig: null, trustedRoot: null },
      summary: true,
      notices: [],
    })
  })

  test.each([
    [URI, '123456789012', 'ap-northeast-2'],
    ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/demo-service', '123456789012', 'us-gov-west-1'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/demo-service', '123456789012', 'cn-north-1'],
    ['123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/demo-service', '123456789012', 'us-iso-east-1'],
    ['123456789012.dkr-ecr.eu-west-1.on.aws/demo-service', '123456789012', 'eu-west-1'],
  ])('a URI says account and region: %s', (repository, registryId, region) => {
    const host = repository.slice(0, repository.indexOf('/'))
    expect(read({ repository }).repository).toEqual({
      name: 'demo-service',
      host,
      registryType: 'private',
      alias: null,
      registryId,
      region,
    })
  })

  test.each(['team/demo-service', 'a/b/c', 'a.b_c-d', 'demo--service'.replace('--', '-'), '0a'])(
    'the name %s',
    (repository) => {
      expect(read({ repository }).repository.name).toBe(repository)
    },
  )

  test('tags: lines, commas, quotes, comments, doubles', () => {
    const tags = 'v1,v2\n# not a tag\n"v3"\n\nv1\n_x.y-z\n'
    expect(read({ repository: 'demo-service', tags }).metadata.tags).toEqual(['v1,v2', 'v3', 'v1', '_x.y-z'])
  })

  test('build arguments and labels keep commas, quotes and equals signs in their values', () => {
    const given = {
      repository: 'demo-service',
      'build-args': 'A=1,2\nB\nC=x=y\n"D=quoted, with a comma"',
      labels: 'a.b=c, d\nempty=',
    }
    const {
      build: { buildArgs },
      metadata: { labels },
    } = read(given)
    expect(buildArgs).toEqual(['A=1,2', 'B', 'C=x=y', 'D=quoted, with a comma'])
    expect(labels).toEqual(['a.b=c, d', 'empty='])
  })

  test('the Dockerfile is the context’s, or relative to the workspace', () => {
    expect(read({ repository: 'demo-service', context: 'with space' }).build.file).toBe(
      path.join(cwd, 'with space', 'Dockerfile'),
    )
    expect(read({ repository: 'demo-service', context: 'empty', file: 'Dockerfile' }).build.file).toBe(
      path.join(cwd, 'Dockerfile'),
    )
  })

  test.each([
    ['True', true],
    ['FALSE', false],
    ['true', true],
  ])('push: %s', (push, expected) => {
    expect(read({ repository: 'demo-service', push }).push).toBe(expected)
  })
})

test.each(['my.app/web', 'docker.io', 'docker/web', 'ghcr.io.mirror/web', 'team/ghcr.io/web', 'xgcr.io/web'])(
  'ECR takes the name %s, dots and all',
  (repository) => expect(read({ repository }).repository.name).toBe(repository),
)

test('a name that begins as another registry is taken behind the host of ECR', () => {
  const repository = URI.replace('demo-service', 'ghcr.io/acme/web')
  expect(read({ repository }).repository.name).toBe('ghcr.io/acme/web')
})

describe('push-by-digest', () => {
  const digest = { repository: 'demo-service', 'push-by-digest': 'true' }

  test('needs no tags', () => {
    expect(read(digest).pushByDigest).toBe(true)
  })

  test.each([
    [{ tags: 'v1' }, "Input 'tags': 'v1': goes with an image that has tags"],
    [{ flavor: 'latest=false' }, "Input 'flavor': 'latest=false': is about tags"],
    [{ 'if-image-exists': 'skip' }, "Input 'if-image-exists': 'skip': asks for tags"],
    [{ outputs: 'type=registry' }, "Input 'outputs': 'type=registry': is another way to push"],
    [
      { gate: 'before-tags', 'fail-on-severity': 'high' },
      "Input 'gate': 'before-tags': goes with an image that has tags; with push-by-digest give it to the merge action",
    ],
  ])('excludes %j', (more, message) => {
    expect(() => read({ ...digest, ...more })).toThrow(message)
  })

  test('goes with what else is said of it', () => {
    const more = { 'if-image-exists': 'push', outputs: 'type=oci,dest=image.tar', gate: 'after-push' }
    expect(() => read({ ...digest, ...more })).not.toThrow()
  })
})

describe('gate: before-tags', () => {
  const gated = { repository: 'demo-service', gate: 'before-tags', 'fail-on-severity': 'high' }

  test.each(['type=registry', 'type=image,name=host/app:v1,push=true'])(
    'excludes the output %s',
    (outputs) => {
      expect(() => read({ ...gated, outputs })).toThrow(
        'is another way to push; leave it out with gate: before-tags',
      )
    },
  )

  test('has nothing against what a pull request builds, nor against other outputs', () => {
    expect(() => read({ ...gated, outputs: 'type=oci,dest=image.tar' })).not.toThrow()
    expect(read({ ...gated, push: 'false' }).notices.join()).toMatch(/: fail-on-severity, gate$/)
  })
})
