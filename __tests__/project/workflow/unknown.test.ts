// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { wholeWorkflow } from '../../../dev/docs.ts'
import { root } from '../../../dev/root.ts'
import { type Answer, parseWorkflows } from '../../../dev/workflow/parse.ts'
import { blocksFenced } from '../../support/document-workflows.ts'
import { localRuns, PUSH } from '../../support/local-run.ts'

// What dev/workflow does not know is an error: it is never left out. What is wrong in a workflow is told by GitHub's own
// parser and by the language service of its editor.

const runs = localRuns()
const job = (more: string) => `on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    ${more}`
const step = (more: string) => job(`steps:\n      - ${more}`)

const UNKNOWN: readonly (readonly [what: string, text: string, message: string])[] = [
  ['services', job('services: { db: { image: a } }\n    steps: [{ run: a }]'), 'job one has services'],
  ['a container', job('container: debian\n    steps: [{ run: a }]'), 'job one has container'],
  [
    'continue-on-error of a job',
    job('continue-on-error: true\n    steps: [{ run: a }]'),
    'has continue-on-error',
  ],
  ['a shell', step('{ run: a, shell: pwsh }'), 'does not know the shell pwsh'],
  ['an action', step('uses: actions/labeler@v6'), 'no stand-in for actions/labeler@v6'],
  [
    'an input of a stand-in',
    step('{ uses: actions/checkout@v7, with: { submodules: true } }'),
    'does not know submodules',
  ],
  ['another version of this project', step('uses: OWNER/ecr-build-push@v9'), 'there is v1 here'],
  ['a function', step('run: echo ${{ hashFiles(github.ref) }}'), 'hashFiles'],
  [
    'an input of the action',
    step('{ uses: OWNER/ecr-build-push/verify@v1, with: { tag: a } }'),
    "no input 'tag'",
  ],
  [
    'an empty matrix',
    job('strategy: { matrix: { a: "${{ fromJSON(\'[]\') }}" } }\n    steps: [{ run: a }]'),
    'no values for a',
  ],
  [
    'a filter',
    'on: { push: { paths: [a] } }\njobs: { one: { runs-on: a, steps: [{ run: a }] } }',
    'push has paths',
  ],
  [
    'a pattern',
    'on: { push: { branches: ["a?"] } }\njobs: { one: { runs-on: a, steps: [{ run: a }] } }',
    'a?',
  ],
  [
    'a workflow of others',
    'on: push\njobs: { one: { uses: "a/b/.github/workflows/c.yml@v1" } }',
    'Unable to find reusable workflow',
  ],
  ['a text with two quotes', step("run: echo ${{ 'it isn''t, or won''t' }}"), 'a text with two quotes'],
]
for (const [what, text] of UNKNOWN) runs.add(what, text)

describe('an error', () => {
  test.each(UNKNOWN)('is %s', async (what, _, message) => {
    await expect(runs.run(what)).rejects.toThrow(message)
  })
})

const WRONG: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  [
    'a job that is needed and not there',
    `${job('steps: [{ run: a }]')}\n  two: { needs: other, runs-on: a, steps: [{ run: a }] }`,
    /other/,
  ],
  [
    'a context that is not there',
    'on: push\njobs: { one: { uses: ./.github/workflows/verify.yml, with: { image: "${{ secrets.A }}" } } }',
    /secrets/,
  ],
  ['a key that GitHub does not have', job('step: []'), /step/],
  ['no expression', step('run: echo ${{ github.ref == }}'), /expression/i],
]
for (const [what, text] of WRONG) runs.add(what, text)

describe('GitHub’s parser refuses', () => {
  test.each(WRONG)('%s', async (what, _, message) => {
    await expect(runs.run(what)).rejects.toThrow(message)
  })
})

describe('an event', () => {
  runs.add(
    'filtered',
    'on: { push: { branches: [main, "release/**"], tags: ["v*"] } }\njobs: { one: { runs-on: a, steps: [{ run: "true" }] } }',
  )
  test.each([
    ['refs/heads/main', true],
    ['refs/heads/release/1/2', true],
    ['refs/tags/v1', true],
    ['refs/heads/other', false],
    ['refs/tags/v1/2', false],
  ])('of %s starts what its filters say', async (ref, started) => {
    const run = runs.run('filtered', { event: { ...PUSH, ref } })
    if (started) expect((await run).conclusion).toBe('success')
    else await expect(run).rejects.toThrow('does not start')
  })
})

describe('GitHub’s editor', () => {
  const folders = ['.github/workflows', 'examples/workflows']
  const names = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((file) => `${folder}/${file}`),
  )
  const text = (name: string) => readFileSync(path.join(root, name), 'utf8')
  const whole = Object.fromEntries(names.map((name) => [name, text(name)]))
  // A part of a workflow, with the rest of one around it.
  const inDocuments = Object.fromEntries(
    blocksFenced('yaml').map((block) => [`${block.file}, line ${block.line}`, wholeWorkflow(block.text)]),
  )
  const broken = {
    'output.yml': text('examples/workflows/ecs.yml').replace('image.outputs.digest', 'image.outputs.digset'),
    'needs.yml': text('examples/workflows/lambda.yml').replace('needs: image', ''),
    'input.yml': text('examples/workflows/lambda.yml').replace('repository-policy:', 'repository-polcy:'),
    'called.yml': text('examples/workflows/release.yml').replace('platforms:', 'platform:'),
    'step.yml': text('examples/workflows/scan.yml').replaceAll('steps.ecr.', 'steps.ecl.'),
    'matrix.yml': text('examples/workflows/eks.yml').replace('matrix.region', 'matrix.regoin'),
  }
  // Of all at once, as it takes its time to start.
  let answer: Answer
  beforeAll(async () => {
    answer = await parseWorkflows({ ...whole, ...inDocuments, ...broken }, { edited: true })
  }, 300_000)
  const marksIn = (files: object) =>
    Object.keys(files).flatMap((name) => {
      const { warnings = [], errors = [] } = answer[name] ?? {}
      return [...errors, ...warnings].map((one) => ({ name, ...one }))
    })

  test('marks nothing in any workflow or example', () => {
    expect(marksIn(whole)).toEqual([])
  })

  test('marks nothing in any document', () => {
    expect(Object.keys(inDocuments).length).toBeGreaterThan(40)
    expect(marksIn(inDocuments)).toEqual([])
  })

  test('marks a wrong name of each kind', () => {
    const marks = Object.keys(broken).map((name) => [
      name,
      marksIn({ [name]: '' })
        .map(({ message }) => message)
        .join('; '),
    ])
    expect(Object.fromEntries(marks)).toEqual({
      'output.yml': expect.stringContaining('digset'),
      'needs.yml': expect.stringContaining('image'),
      'input.yml': expect.stringContaining('repository-polcy'),
      'called.yml': expect.stringContaining('platform'),
      'step.yml': expect.stringContaining('ecl'),
      'matrix.yml': expect.stringContaining('regoin'),
    })
  })
})
