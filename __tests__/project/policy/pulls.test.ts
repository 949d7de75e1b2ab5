// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { describe, expect, test } from '@jest/globals'
import { onlyRole, policyOf, ROLE, workflowOf } from '../../support/policy.ts'

// The base images in ECR that a step pulls, in the policies that `npm run policy` prints.

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const OTHER_HOST = '210987654321.dkr.ecr.us-east-1.amazonaws.com'
const arn = (name: string, place = 'eu-west-1:123456789012') => `arn:aws:ecr:${place}:repository/${name}`
const ON = { push: { branches: ['main'] } }

/** What each role may pull from, and all notes. */
function pulling(Dockerfile: string | null, inputs: object = {}, job: object = {}) {
  const files: Record<string, string> = Dockerfile === null ? {} : { Dockerfile }
  const { roles } = policyOf(workflowOf({ on: ON, inputs, job }), { files })
  const from = (role: string) =>
    (roles.find((one) => one.role === role)?.permissions.Statement ?? [])
      .filter(({ Action }) => [Action].flat().includes('ecr:BatchGetImage'))
      .flatMap(({ Resource }) => Resource)
      .filter((one) => one !== arn('demo'))
  return { from, notes: roles.flatMap((role) => role.notes) }
}

test.each<[what: string, dockerfile: string, inputs: object, pulled: string[]]>([
  ['none', 'FROM alpine:3\n', {}, []],
  ['its own', `FROM ${HOST}/base/node:22\n`, {}, [arn('base/node')]],
  ['of another registry', `FROM ${OTHER_HOST}/base:1\n`, {}, [arn('base', 'us-east-1:210987654321')]],
  ['by its ARG', `ARG REGISTRY=${HOST}\nFROM $REGISTRY/base:1\n`, {}, [arn('base')]],
  ['by a build argument', 'ARG BASE\nFROM $BASE\n', { 'build-args': `BASE=${HOST}/base:1` }, [arn('base')]],
  [
    'by an expression in the account',
    'ARG REGISTRY\nFROM $REGISTRY/base:1\n',
    { 'build-args': 'REGISTRY=${{ vars.ACCOUNT }}.dkr.ecr.eu-west-1.amazonaws.com' },
    [arn('base', 'eu-west-1:*')],
  ],
  [
    'by an expression in the name',
    'ARG NAME\nFROM $NAME\n',
    { 'build-args': `NAME=${HOST}/team/\${{ vars.NAME }}` },
    [arn('team/*')],
  ],
  [
    'by an expression in the tag',
    `ARG TAG\nFROM ${HOST}/base:$TAG\n`,
    { 'build-args': 'TAG=${{ vars.TAG }}' },
    [arn('base')],
  ],
])('a base image, %s: by name', (_, dockerfile, inputs, pulled) => {
  expect(pulling(dockerfile, inputs).from(ROLE)).toEqual(pulled)
})

test('a build that is not pushed needs the role for its base image alone', () => {
  const made = policyOf(workflowOf({ on: 'pull_request', inputs: { push: 'false' } }), {
    files: { Dockerfile: `FROM ${HOST}/base:1\n` },
  })
  expect(onlyRole(made).permissions.Statement).toEqual([
    { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    { Effect: 'Allow', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: arn('base') },
  ])
  expect(policyOf(workflowOf({ on: 'pull_request', inputs: { push: 'false' } })).roles).toEqual([])
})

test('the role of pull-registries pulls what is there', () => {
  const role = 'arn:aws:iam::210987654321:role/base'
  const { from } = pulling(`FROM ${OTHER_HOST}/base:1\n`, {
    'pull-registries': `210987654321/us-east-1 ${role}`,
  })
  expect(from(ROLE)).toEqual([])
  // The input says the registry, and so there may be more than the Dockerfile of this checkout.
  expect(from(role)).toEqual(['*', 'base'].map((name) => arn(name, 'us-east-1:210987654321')))
})

test('a dry run pulls nothing', () => {
  expect(pulling(`FROM ${HOST}/base:1\n`, { 'dry-run': 'true' }).from(ROLE)).toEqual([])
})

describe('what nobody knows is told, and in no policy', () => {
  test.each<[what: string, dockerfile: string, inputs: object, told: string]>([
    ['the file', 'FROM scratch\n', { file: '${{ vars.A }}' }, "which Dockerfile it is ('file')"],
    ['the context', 'FROM scratch\n', { context: 'a/${{ vars.A }}' }, "which Dockerfile it is ('context')"],
    ['a file that docker fetches', '', { context: 'https://github.com/a/b.git' }, 'is not in this checkout'],
    ['build-args', 'ARG A=x\nFROM $A\n', { 'build-args': '${{ vars.A }}' }, "the input 'build-args'"],
    [
      'where the image is',
      'ARG A\nFROM $A/base:1\n',
      { 'build-args': 'A=${{ vars.A }}' },
      'where the base image ${{ vars.A }}/base:1 is',
    ],
    ['where it is, but for the builder', 'FROM $TARGETARCH/base:1\n', {}, 'where the base image …/base:1 is'],
  ])('%s', (_, dockerfile, inputs, told) => {
    const { from, notes } = pulling(dockerfile, inputs)
    expect(notes).toEqual([expect.stringContaining(told)])
    expect(from(ROLE)).toEqual([])
  })

  test('nothing, of a build-arg that no image depends on', () => {
    expect(pulling('ARG A\nFROM alpine\n', { 'build-args': 'A=${{ vars.A }}' }).notes).toEqual([])
  })
})

test('what only a pull-through cache takes is told, by the images that may be of one', () => {
  const notes = (image: string) =>
    pulling(`FROM ${HOST}/${image}\n`).notes.filter((note) => note.includes('pull-through'))
  expect(notes('docker-hub/library/node:22')).toEqual([
    expect.stringContaining(`in their name: ${arn('docker-hub/library/node')}. Only the first pull`),
  ])
  expect(notes('base:1')).toEqual([])
})

test('of a base image of another account is told that its own policy has to allow the role', () => {
  const other = `${arn('base', 'us-east-1:210987654321')} (docs/iam.md`
  expect(pulling(`FROM ${OTHER_HOST}/base:1\n`).notes).toContainEqual(expect.stringContaining(other))
  expect(pulling(`FROM ${HOST}/base:1\n`).notes).toEqual([])
})

test('a dry run asks for the token of ECR Public that a run would log in with', () => {
  const actions = (Dockerfile: string, inputs: object) => {
    const workflow = workflowOf({ on: ON, inputs })
    return onlyRole(policyOf(workflow, { files: { Dockerfile } }))
      .permissions.Statement.flatMap(({ Action }) => Action)
      .filter((action) => /public|Bearer/.test(action))
  }
  const token = ['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken']
  for (const inputs of [{}, { 'dry-run': true }]) {
    expect(actions('FROM public.ecr.aws/docker/library/node:22\n', inputs)).toEqual(token)
    expect(actions('FROM scratch\n', inputs)).toEqual([])
  }
})

test.each([true, false])(
  'the platform of an image is read in ECR if no builder says it: summary %s',
  (summary) => {
    const actions = (more: object) =>
      onlyRole(policyOf(workflowOf({ on: ON, inputs: { summary, ...more } }))).permissions.Statement.flatMap(
        ({ Action }) => Action,
      )
    expect(actions({})).toContain('ecr:GetDownloadUrlForLayer')
  },
)
