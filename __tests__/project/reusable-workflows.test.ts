// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import {
  collisions,
  evaluate,
  readWorkflow,
  type Shared,
  sharedBy,
  type Trigger,
  type Workflow,
} from '../support/workflows.ts'

// One run may call a reusable workflow more than once, in jobs of one caller or in its matrix: whatever the inputs
// are, the calls must have nothing in common but what they are told to write.

const REUSABLE = [
  'bake-platforms.yml',
  'bake.yml',
  'build-platforms.yml',
  'build-push.yml',
  'build-push-attest.yml',
  'promote.yml',
  'verify.yml',
].map((name) => `.github/workflows/${name}`)

/** Values that names are made of: some the same, some with one as a prefix of another, some with an asterisk. */
const value = fc.oneof(
  fc.constantFrom('', 'app', 'app-web', 'app-web-linux', 'main', '*', 'linux/amd64', 'a b'),
  fc.string({ maxLength: 12 }),
)

/** What two calls can differ in, and all that they cannot. */
const call = (names: readonly string[]) =>
  fc.record({
    inputs: fc.record(Object.fromEntries(names.map((name) => [name, value]))),
    platforms: fc.uniqueArray(fc.constantFrom('linux/amd64', 'linux/arm64', 'linux/arm/v7'), {
      minLength: 1,
    }),
  })

type Call = { readonly inputs: Record<string, string>; readonly platforms: readonly string[] }

/** The contexts of a called workflow: `github` is the caller's, and the same for both calls of a run. */
function contextsOf({ inputs, platforms }: Call, id: string) {
  const include = platforms.map((platform, index) => ({
    platform,
    index,
    name: platform.replaceAll('/', '-'),
    runner: 'ubuntu-latest',
  }))
  const github = {
    run_id: '42',
    run_attempt: '1',
    run_number: '7',
    workflow: 'Caller',
    ref: 'refs/heads/main',
    ref_name: 'main',
    sha: 'c0ffee',
    repository: 'acme/shop',
    event_name: 'push',
  }
  return {
    github,
    inputs,
    secrets: {},
    needs: { plan: { outputs: { matrix: JSON.stringify({ include }), id } }, build: { outputs: {} } },
    steps: {},
    job: {},
    runner: {},
    env: {},
  }
}

function inputsOf({ on }: Workflow): string[] {
  const { inputs = {} } = (on as Record<string, Trigger>)['workflow_call'] ?? {}
  return Object.keys(inputs)
}

/** Ids as a first job could make them: never the same, but one may begin with the other. */
const id = fc.stringMatching(/^[0-9a-f]{1,8}$/)
const ids = fc.uniqueArray(id, { minLength: 2, maxLength: 2 })

/** What some two calls get in each other's way with; nothing if no two calls do. */
function collisionsIn(workflow: Workflow): string[] {
  const one = call(inputsOf(workflow))
  let found: string[] = []
  const property = fc.property(one, one, fc.boolean(), ids, (first, second, same, [id1 = '', id2 = '']) => {
    const other = same ? first : second
    const both = [contextsOf(first, id1), contextsOf(other, id2)].map((all) => sharedBy(workflow, all))
    const some = collisions(...(both as [Shared, Shared]))
    if (some.length > 0) found = some
    return some.length === 0
  })
  fc.check(property, { numRuns: 500 })
  return found
}

describe.each(REUSABLE)('two calls of %s in one run', (file) => {
  test('share no artifact, pattern, cache or concurrency group, whatever the inputs', () => {
    expect(collisionsIn(readWorkflow(file))).toEqual([])
  })
})

describe.each(REUSABLE)('%s', (file) => {
  const workflow = readWorkflow(file)

  test('uses every input that it takes', () => {
    const used = JSON.stringify(workflow.jobs)
    expect(inputsOf(workflow).filter((name) => !new RegExp(`inputs\\.${name}(?![\\w-])`).test(used))).toEqual(
      [],
    )
  })

  test('lets the caller choose the instance of Sigstore wherever it signs or verifies', () => {
    const steps = Object.values(workflow.jobs).flatMap(({ steps = [] }) => steps)
    const given = steps.map((step) => step.with ?? {})
    const asking = given.filter((one) => 'attest' in one || 'require-provenance' in one)
    for (const one of asking) expect(one['sigstore']).toBe('${{ inputs.sigstore }}')
  })
})

describe('what two calls share would be found', () => {
  const workflow = (text: string) =>
    parse(
      `on:\n  workflow_call:\n    inputs:\n      repository: { type: string }\n      context: { type: string }\n${text}`,
    ) as Workflow
  const job = (...steps: string[]) =>
    `jobs:\n  a:\n    runs-on: x\n    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`

  test.each([
    ['an artifact of a fixed name', job('uses: actions/upload-artifact@v7\n        with: { name: digest }')],
    ['an artifact without a name', job('uses: actions/upload-artifact@v7')],
    [
      'an artifact named after the job, which is that of the called workflow',
      job('uses: actions/upload-artifact@v7\n        with: { name: "digest-${{ github.job }}" }'),
    ],
    [
      'an artifact named after the inputs, which may be the same',
      job(
        'uses: actions/upload-artifact@v7\n        with: { name: "digest-${{ inputs.repository }}-${{ inputs.context }}" }',
      ),
    ],
    [
      'an artifact named after the run, which is the same',
      job(
        'uses: actions/upload-artifact@v7\n        with: { name: "digest-${{ github.run_id }}-${{ github.run_attempt }}" }',
      ),
    ],
    [
      'names of their own, read by a pattern that fits both',
      job(
        'uses: actions/upload-artifact@v7\n        with: { name: "digest-${{ needs.plan.outputs.id }}" }',
        'uses: actions/download-artifact@v8\n        with: { pattern: "digest-*" }',
      ),
    ],
    [
      'names of their own, read by a pattern of which one is a prefix of the other',
      job(
        'uses: actions/upload-artifact@v7\n        with: { name: "${{ needs.plan.outputs.id }}-amd64" }',
        'uses: actions/download-artifact@v8\n        with: { pattern: "${{ needs.plan.outputs.id }}*" }',
      ),
    ],
    [
      'names of their own, all read',
      job(
        'uses: actions/upload-artifact@v7\n        with: { name: "digest-${{ needs.plan.outputs.id }}" }',
        'uses: actions/download-artifact@v8',
      ),
    ],
    ['a cache', job('uses: actions/cache@v5\n        with: { path: a, key: "${{ inputs.repository }}" }')],
    [
      'a concurrency group of the inputs and the branch',
      'concurrency:\n  group: ecr-${{ inputs.repository }}-${{ inputs.context }}-${{ github.ref }}\njobs: {}',
    ],
    ['a concurrency group of a job', 'jobs:\n  a:\n    concurrency: ${{ github.workflow }}\n    steps: []'],
  ])('%s', (_, text) => {
    expect(collisionsIn(workflow(text))).toContainEqual(
      expect.stringMatching(/^the (?:artifact|cache|group) |reads the other's /),
    )
  })

  test('but not names and groups that have an id of the call between fixed ends', () => {
    const apart = workflow(
      `concurrency: group-\${{ needs.plan.outputs.id }}-end\n${job(
        'uses: actions/upload-artifact@v7\n        with: { name: "digest-${{ needs.plan.outputs.id }}-amd64" }',
        'uses: actions/download-artifact@v8\n        with: { pattern: "digest-${{ needs.plan.outputs.id }}-*" }',
      )}`,
    )
    expect(collisionsIn(apart)).toEqual([])
  })
})

describe('expressions', () => {
  test.each([
    ["${{ inputs.a && 'x' || 'y' }}", { inputs: { a: '' } }, 'y'],
    [
      '${{ needs.build.outputs.digest-3 }}',
      { needs: { build: { outputs: { 'digest-3': 'sha256:1' } } } },
      'sha256:1',
    ],
    ['a-${{ matrix.index }}-b', { matrix: { index: 2 } }, 'a-2-b'],
  ])('%s', (text, contexts, expected) => {
    expect(evaluate(text, contexts)).toBe(expected)
  })

  test('a context that is not there is an error', () => {
    expect(() => evaluate('${{ inptus.a }}', { inputs: {} })).toThrow('inptus')
  })
})
