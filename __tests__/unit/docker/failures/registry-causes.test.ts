import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ProcessError } from '../../../../src/docker/exec.ts'
import { explainDockerFailure } from '../../../../src/docker/failures/explain.ts'
import type { PullAttempt } from '../../../../src/docker/port.ts'
import type { BuildFailure } from '../../../../src/shared/build-failure.ts'
import { type ActionError, explain } from '../../../../src/shared/errors.ts'
import { explainedBuild, HOST } from '../../../support/explained-build.ts'

const ARN = 'arn:aws:ecr:ap-northeast-2:123456789012:repository'

const explained = explainedBuild

const failed = (name: string, reason: string) =>
  [
    `#7 ${name}`,
    `#7 ERROR: ${reason}`,
    '------',
    ` > ${name}:`,
    '------',
    `ERROR: failed to build: failed to solve: ${reason}`,
    '',
  ].join('\n')

/** The statement that a remedy shows. */
const statement = ({ remedy }: ActionError) =>
  JSON.parse(/\{"Effect".*?\}(?=[^\]},"]|$)/.exec(remedy)?.[0] ?? 'null')

const PUSH = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
  'ecr:BatchGetImage',
]

describe('a push that is denied', () => {
  const reason = `failed to push ${HOST}/app:v1: unexpected status from POST request to https://${HOST}/v2/app/blobs/uploads/: 403 Forbidden`

  test('has the statement for its repository, and nothing of base images', async () => {
    const error = await explained(failed('exporting to image', reason))
    expect(error.message).toMatch(/^The push failed at exporting to image\. The registry denies the push\./)
    expect(statement(error)).toEqual({ Effect: 'Allow', Action: PUSH, Resource: `${ARN}/app` })
    expect(error.remedy).not.toContain('base image')
    expect((error as BuildFailure).details.doing).toBe('The push')
  })

  test('names the one action if the registry does', async () => {
    const said = `denied: User: arn:aws:sts::123456789012:assumed-role/ci/x is not authorized to perform: ecr:InitiateLayerUpload on resource: ${ARN}/app because no identity-based policy allows the ecr:InitiateLayerUpload action`
    const wanted = { Effect: 'Allow', Action: 'ecr:InitiateLayerUpload', Resource: `${ARN}/app` }
    expect(statement(await explained(failed('exporting to image', said)))).toEqual(wanted)
    const pushed = explainDockerFailure(`The push of ${HOST}/app:v1`, new ProcessError('docker', 1, '', said))
    expect(statement(pushed)).toEqual(wanted)
  })

  test('of docker alone, and in ECR Public', () => {
    const push = (reference: string) =>
      explainDockerFailure(`The push of ${reference}`, new ProcessError('docker', 1, '', 'denied: no'))
    expect(statement(push(`${HOST}/team/app:v1`)).Resource).toBe(`${ARN}/team/app`)
    expect(statement(push('public.ecr.aws/alias/app:v1'))).toEqual({
      Effect: 'Allow',
      Action: PUSH.map((action) => action.replace('ecr:', 'ecr-public:')),
      Resource: 'arn:aws:ecr-public::*:repository/app',
    })
    expect(push('registry.example/app:v1').remedy).toBe(
      `the identity in use needs ${PUSH.join(', ')} on registry.example/app.`,
    )
  })

  test('is not what an expired token is', async () => {
    const error = await explained(
      failed('exporting to image', 'denied: Your authorization token has expired. Reauthenticate'),
    )
    expect(error.message).toContain('says that the token has expired')
  })
})

describe('a base image that is denied', () => {
  test.each([
    [
      '[internal] load metadata for',
      'unexpected status from HEAD request to https://x/v2/base/manifests/1: 403 Forbidden',
    ],
    [
      '[1/2] FROM',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
  ])('%s: in ECR, a pull needs two actions', async (step, reason) => {
    const error = await explained(failed(`${step} ${HOST}/base:1`, `${HOST}/base:1: ${reason}`))
    expect(error.message).toContain(`The registry denies the pull of ${HOST}/base.`)
    expect(statement(error)).toEqual({
      Effect: 'Allow',
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: `${ARN}/base`,
    })
    expect(error.remedy).not.toMatch(/PutImage|LayerUpload/)
  })

  test('elsewhere, it may not exist', async () => {
    const reason =
      'busybax: failed to resolve source metadata for docker.io/library/busybax:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'
    const error = await explained(
      failed('[internal] load metadata for docker.io/library/busybax:latest', reason),
    )
    expect(error.message).toContain(
      'docker.io denies the pull of docker.io/library/busybax: it does not exist, or needs a login.',
    )
    expect(error.remedy).toMatch(/^correct the FROM line.*log in to docker\.io/)
  })
})

describe('a base image in the ECR of another account', () => {
  const OTHER = '210987654321.dkr.ecr.eu-west-1.amazonaws.com'
  const ROLE = 'arn:aws:iam::210987654321:role/pull'
  const attempt: PullAttempt = {
    registry: OTHER,
    region: 'eu-west-1',
    registryId: '210987654321',
    as: null,
    refused: null,
  }
  const pull = (said: string, ...pullAttempts: readonly PullAttempt[]) =>
    explained(failed(`[internal] load metadata for ${OTHER}/base:1`, said), { pullAttempts })
  const NO_LOGIN = `${OTHER}/base:1: no basic auth credentials`
  const FORBIDDEN = `unexpected status from HEAD request to https://${OTHER}/v2/base/manifests/1: 403 Forbidden`
  const NAMED = `denied: User: arn:aws:sts::123456789012:assumed-role/ci/x is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:210987654321:repository/base because no resource-based policy allows the ecr:BatchGetImage action`
  const GIVE =
    "give that registry a role of its account in the input pull-registries: '210987654321/eu-west-1 arn:aws:iam::210987654321:role/NAME'"
  const NEEDS =
    'that role needs ecr:GetAuthorizationToken on *, and ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on arn:aws:ecr:eu-west-1:210987654321:repository/base'

  test.each<[string, PullAttempt[], string, RegExp, string]>([
    [
      "the step's credentials get no token",
      [{ ...attempt, refused: 'No credentials.' }],
      NO_LOGIN,
      /denies the pull of 210987654321\S+\/base, to which the step is not logged in: the step's credentials get no token there \(No credentials\)\./,
      `${GIVE}; ${NEEDS}.`,
    ],
    [
      'the role gets none',
      [{ ...attempt, as: ROLE, refused: 'cannot be assumed' }],
      NO_LOGIN,
      /: arn:aws:iam::210987654321:role\/pull gets no token there \(cannot be assumed\)\./,
      `correct that role, which pull-registries, registries or role-to-assume name; ${NEEDS}.`,
    ],
    [
      'a role of a registry whose host nobody knows gets none',
      [{ ...attempt, registry: 'ECR in eu-west-1', registryId: null, as: ROLE, refused: 'no' }],
      NO_LOGIN,
      /: arn:aws:iam::210987654321:role\/pull gets no token there \(no\)\./,
      'correct that role',
    ],
    [
      'what was tried is another registry',
      [{ ...attempt, registry: 'ECR in eu-west-1', registryId: null, as: ROLE.replace('2109', '3109') }],
      NO_LOGIN,
      /wants a login for the pull of \S+\/base, and the step found no reason to log in there\./,
      "name that registry in the input pull-registries: '210987654321/eu-west-1', with the ARN",
    ],
    [
      'nothing was tried',
      [],
      NO_LOGIN,
      /^.*210987654321\S+ wants a login for the pull of/s,
      "name that registry in the input pull-registries: '210987654321/eu-west-1', with the ARN",
    ],
    [
      'it has a token, and no policy allows the pull',
      [attempt],
      FORBIDDEN,
      /The registry denies the pull of 210987654321\S+\/base\./,
      "If another account than 210987654321 has that identity, the repository's own policy must allow it too.",
    ],
    ['the same, and what to do instead', [attempt], FORBIDDEN, /denies the pull/, `Or ${GIVE}.`],
    [
      'with the role of that account, there is no other',
      [{ ...attempt, as: ROLE }],
      FORBIDDEN,
      /The registry denies the pull of \S+ as arn:aws:iam::210987654321:role\/pull\./,
      '"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:eu-west-1:210987654321:repository/base"',
    ],
    [
      "an expired login of the user's counts",
      [attempt],
      'denied: Your authorization token has expired. Reauthenticate and try again.',
      /210987654321\S+ takes no login that docker has for the pull of \S+\/base\./,
      "or name that registry in the input pull-registries ('210987654321/eu-west-1'), so that the step's token counts",
    ],
    [
      "a helper of the user's that has no login counts",
      [attempt],
      NO_LOGIN,
      /210987654321\S+ takes no login that docker has for the pull of \S+\/base\./,
      'docker logout 210987654321.dkr.ecr.eu-west-1.amazonaws.com',
    ],
    [
      'what expired is no login that the step has tried',
      [],
      'denied: Your authorization token has expired. Reauthenticate and try again.',
      /A registry says that the token has expired/,
      'one of ECR with pull-registries',
    ],
    [
      'ECR names the policy that is missing',
      [attempt],
      NAMED,
      /The registry denies the pull/,
      'ecr:BatchGetImage',
    ],
  ])('%s', async (_, attempts, said, what, remedy) => {
    const error = await pull(said, ...attempts)
    expect(error.message).toMatch(what)
    expect(error.remedy).toContain(remedy)
  })

  test('with the role of that account, no other role is named', async () => {
    expect((await pull(FORBIDDEN, { ...attempt, as: ROLE })).remedy).not.toContain('pull-registries')
  })

  test('one that is not there may be one of a pull-through cache', async () => {
    const { remedy } = await pull(`${OTHER}/base:1: not found`, attempt)
    expect(remedy).toContain('ecr:BatchImportUpstreamImage and, for a new repository, ecr:CreateRepository.')
  })
})

describe('a base image that does not exist', () => {
  const image = 'docker.io/library/busybox:9.99'
  const what = 'There is no tag 9.99 in docker.io/library/busybox, or no such repository.'
  const OLD = [
    `#3 [internal] load metadata for ${image}`,
    `#3 ERROR: ${image}: not found`,
    '------',
    ` > [internal] load metadata for ${image}:`,
    '------',
    `failed to solve with frontend dockerfile.v0: failed to create LLB definition: ${image}: not found`,
  ].join('\n')

  test.each([
    [
      'BuildKit',
      failed(
        `[internal] load metadata for ${image}`,
        `busybox:9.99: failed to resolve source metadata for ${image}: ${image}: not found`,
      ),
      '',
    ],
    [
      'the metadata of a named context',
      failed(
        `[context base] load metadata for ${image}`,
        `busybox:9.99: failed to resolve source metadata for ${image}: ${image}: not found`,
      ),
      '',
    ],
    ['the image of a named context', failed(`[context base] ${image}`, `${image}: not found`), ''],
    ['Docker 20.10', OLD, ''],
    [
      'the legacy builder',
      'manifest for busybox:9.99 not found: manifest unknown: manifest unknown',
      'Step 1/2 : FROM --platform=linux/amd64 busybox:9.99 AS x\n',
    ],
  ])('%s', async (_, stderr, stdout) => {
    const error = await explained(stderr, { stdout })
    expect(error.message).toContain(what)
    expect(error.remedy).toBe(
      'correct the FROM line (or --from=) in the Dockerfile, or the build argument or the named context that it comes from.',
    )
    // Once at the step, once in the reason.
    expect(error.message.split('busybox:9.99').length - 1).toBeLessThanOrEqual(2)
  })

  test('is shown beside its line, also by a builder that shows none', async () => {
    const workspace = mkdtempSync(path.join(os.tmpdir(), 'base-'))
    try {
      const file = path.join(workspace, 'Dockerfile')
      writeFileSync(file, 'ARG V=1\nFROM busybox:$V\nRUN true\n')
      const error = await explained(OLD, { workspace, context: workspace, file, buildArgs: ['V=9.99'] })
      expect(error.location).toEqual({ file: 'Dockerfile', line: 2, endLine: 2 })
      expect(error.message).toContain('in Dockerfile, line 2')
    } finally {
      rmSync(workspace, { recursive: true })
    }
  })

  test('of a frontend, another line is to be corrected', async () => {
    const frontend = 'docker-image://docker.io/docker/dockerfile:99'
    const error = await explained(
      failed(`resolve image config for ${frontend}`, 'docker.io/docker/dockerfile:99: not found'),
    )
    expect(explain(error)).toMatch(
      /no tag 99 in docker\.io\/docker\/dockerfile.*[\s\S]*correct the line "# syntax="/,
    )
  })

  test('for the platform', async () => {
    const error = await explained(
      failed(
        `[internal] load metadata for ${image}`,
        `busybox:9.99: failed to resolve source metadata for ${image}: no match for platform in manifest: not found`,
      ),
    )
    expect(error.message).toContain('docker.io/library/busybox:9.99 has no image for the platform')
    expect(error.message).not.toContain('There is no')
  })

  test('what a command prints is not about one', async () => {
    expect(explain(await explained(failed('[2/2] RUN x', `${image}: not found`)))).not.toContain(
      'There is no',
    )
  })
})

test('a whole instruction is named by its lines, in log and summary', async () => {
  const ruler = '-'.repeat(20)
  const stderr = `${failed('[2/2] RUN x', 'no')}Dockerfile:5\n${ruler}\n   5 | >>> RUN a \\\n   6 | >>>   b\n${ruler}\nERROR: no\n`
  expect((await explained(stderr, { file: '/app/Dockerfile' })).message).toContain(
    'in Dockerfile, lines 5 to 6',
  )
})

test('a message beyond the limit of gRPC', async () => {
  const said =
    'rpc error: code = ResourceExhausted desc = grpc: received message larger than max (4194999 vs. 4194304)'
  const error = await explained(`ERROR: failed to build: failed to solve: ${said}\n`)
  expect(error.message).toContain('A message is larger than the builder takes')
  expect(error.remedy).toMatch(/^shorten the Dockerfile/)
})

test('what is said several times in a line is said once', () => {
  const said =
    'ERROR: failed to solve: unsupported request frontend.lint: unsupported request frontend.lint: unsupported request frontend.lint'
  const { message } = explainDockerFailure('The call check', new ProcessError('docker', 1, '', said))
  expect(message).toBe(
    "The call check failed. The builder's Dockerfile frontend does not know this call: unsupported request frontend.lint",
  )
})
