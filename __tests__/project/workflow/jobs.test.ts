// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { describe, expect, test } from '@jest/globals'
import { jobOfRun } from '../../../dev/workflow/index.ts'
import { localRuns, PUSH, resultsOf } from '../../support/local-run.ts'

// dev/workflow runs jobs as GitHub does: order, conditions, matrices, called workflows, permissions, attempts.

const runs = localRuns()

/** A job of one script, in flow style. */
const job = (run: string, more = '') =>
  `{ runs-on: ubuntu-latest, ${more} steps: [{ run: ${JSON.stringify(run)} }] }`

describe('needs and if', () => {
  runs.add(
    'order',
    `on: push
jobs:
  last: ${job('true', 'needs: [first, fails], if: always(),')}
  first: ${job('true')}
  fails: ${job('false')}
  hindered: ${job('true', 'needs: fails,')}
  behind: ${job('true', 'needs: hindered, if: "!cancelled()",')}
  skipped: ${job('true', `if: "github.ref == 'refs/heads/other'",`)}
  after-skipped: ${job('true', 'needs: skipped,')}
  told: ${job('true', 'needs: [first, fails], if: failure(),')}
  always: ${job('true', 'needs: skipped, if: always(),')}
  through: ${job('true', 'needs: always,')}
  results:
    needs: [first, fails, hindered, skipped]
    if: always()
    runs-on: ubuntu-latest
    outputs: { all: "\${{ toJSON(needs) }}" }
    steps: [{ run: "true" }]
`,
  )

  test('run what GitHub runs, after what it needs', async () => {
    const run = await runs.run('order')
    expect(run.conclusion).toBe('failure')
    expect(run.jobs.map(({ path }) => path)).toEqual([
      ...['first', 'fails', 'last', 'behind', 'told', 'always', 'results'],
    ])
    expect(JSON.parse(jobOfRun(run, 'results').outputs['all'] ?? '')).toEqual({
      first: { result: 'success', outputs: {} },
      fails: { result: 'failure', outputs: {} },
      hindered: { result: 'skipped', outputs: {} },
      skipped: { result: 'skipped', outputs: {} },
    })
  })
})

describe('a matrix', () => {
  runs.add(
    'matrix',
    `on: push
jobs:
  plan:
    runs-on: ubuntu-latest
    outputs: { matrix: "\${{ steps.plan.outputs.matrix }}" }
    steps:
      - id: plan
        run: |
          echo 'matrix={"include":[{"platform":"linux/amd64","index":0},{"platform":"linux/arm64","index":1}]}' >> "$GITHUB_OUTPUT"
  build:
    needs: plan
    name: built on \${{ matrix.platform }}
    runs-on: ubuntu-latest
    strategy:
      matrix: \${{ fromJSON(needs.plan.outputs.matrix) }}
    outputs:
      digest-0: \${{ matrix.index == 0 && steps.one.outputs.of || '' }}
      digest-1: \${{ matrix.index == 1 && steps.one.outputs.of || '' }}
      last: \${{ steps.one.outputs.of }}
    steps:
      - id: one
        env: { PLATFORM: "\${{ matrix.platform }} of \${{ strategy.job-total }}" }
        run: echo "of=$PLATFORM" >> "$GITHUB_OUTPUT"
  read:
    needs: build
    runs-on: ubuntu-latest
    outputs: { all: "\${{ toJSON(needs.build.outputs) }}" }
    steps: [{ run: "true" }]
`,
  )
  test('from fromJSON has a job for each row; what is empty in one replaces nothing', async () => {
    const run = await runs.run('matrix')
    expect(run.jobs.map(({ name }) => name)).toEqual([
      ...['plan', 'built on linux/amd64', 'built on linux/arm64', 'read'],
    ])
    expect(JSON.parse(jobOfRun(run, 'read').outputs['all'] ?? '')).toEqual({
      'digest-0': 'linux/amd64 of 2',
      'digest-1': 'linux/arm64 of 2',
      last: 'linux/arm64 of 2',
    })
  })

  const failing = (more: string) => `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    strategy: { ${more} matrix: { os: [a, b], size: [1, 2], exclude: [{ os: a, size: 2 }], include: [{ os: b, fast: true }, { os: c }] } }
    steps: [{ run: 'test "\${{ matrix.os }}" != b' }]
`
  runs.add('fail-fast', failing(''))
  runs.add('fail-slow', failing('fail-fast: false,'))
  test('crosses its lists, less exclude, with include; the first failure cancels the others', async () => {
    const fast = await runs.run('fail-fast')
    expect(resultsOf(fast)).toEqual({ 'build (a, 1)': 'success', 'build (b, 1, true)': 'failure' })
    const slow = await runs.run('fail-slow')
    expect(resultsOf(slow)).toEqual({
      'build (a, 1)': 'success',
      'build (b, 1, true)': 'failure',
      'build (b, 2, true)': 'failure',
      'build (c)': 'success',
    })
    expect([fast.conclusion, slow.conclusion]).toEqual(['failure', 'failure'])
  })
})

describe('a called workflow', () => {
  runs.add(
    'called',
    `on:
  workflow_call:
    inputs:
      text: { type: string, default: none }
      flag: { type: boolean }
      count: { type: number, default: 7 }
    secrets:
      passed: { required: true }
      other: {}
    outputs:
      said: { value: "\${{ jobs.say.outputs.said }}" }
env: { WHERE: called }
jobs:
  say:
    runs-on: ubuntu-latest
    outputs: { said: "\${{ steps.say.outputs.said }}", inputs: "\${{ toJSON(inputs) }}" }
    steps:
      - id: say
        env:
          SECRETS: passed \${{ secrets.passed != '' }}, other \${{ secrets.other != '' }}, mine \${{ secrets.MINE != '' }}
        run: echo "said=$SECRETS $WHERE \${CALLER:-nothing}" >> "$GITHUB_OUTPUT"
`,
  )
  const calling = (more: string, permissions = '') => `on: push
env: { CALLER: of the caller }
jobs:
  image:
    ${permissions}
    uses: ./.github/workflows/called.yml
    ${more}
  read:
    needs: image
    runs-on: ubuntu-latest
    outputs: { said: "\${{ needs.image.outputs.said }}" }
    steps: [{ run: "true" }]
`
  const PASSED = 'secrets: { passed: "${{ secrets.MINE }}" }'
  runs.add('calling', calling(`with: { text: 5, flag: "\${{ github.ref_name == 'main' }}" }\n    ${PASSED}`))
  runs.add('inheriting', calling('secrets: inherit'))
  const secrets = { MINE: 'my secret', OTHER: 'another one' }

  test('has the inputs with their types, the secrets that are passed, and its own environment', async () => {
    const run = await runs.run('calling', { secrets })
    expect(run.problems).toEqual([])
    const said = 'passed true, other false, mine false called nothing'
    expect(jobOfRun(run, 'read').outputs['said']).toBe(said)
    const { inputs = '' } = jobOfRun(run, 'image/say').outputs
    expect(JSON.parse(inputs)).toEqual({ text: '5', flag: true, count: 7 })
  })

  test('has with inherit every secret, by the caller’s names', async () => {
    const run = await runs.run('inheriting', { secrets })
    expect(jobOfRun(run, 'image/say').outputs['said']).toMatch(/passed false, other true, mine true/)
  })

  // GitHub's parser knows these by itself: the error has its words.
  runs.add('unknown-input', calling(`with: { txt: a }\n    ${PASSED}`))
  runs.add('unknown-secret', calling('secrets: { passed: a, psased: b }'))
  runs.add('no-secret', calling('with: { text: a }'))
  runs.add('wrong-type', calling(`with: { count: many }\n    ${PASSED}`))
  test.each([
    ['unknown-input', 'txt'],
    ['unknown-secret', 'psased'],
    ['no-secret', 'passed'],
    ['wrong-type', 'count|number'],
  ])('is not called with %s', async (name, what) => {
    await expect(runs.run(name, { secrets })).rejects.toThrow(new RegExp(what))
  })

  runs.add('evaluated-type', calling(`with: { count: "\${{ github.ref }}" }\n    ${PASSED}`))
  test('takes no text for a number, also if it is evaluated', async () => {
    await expect(runs.run('evaluated-type', { secrets })).rejects.toThrow(
      'called.yml, input count is a number, and is given "refs/heads/main"',
    )
  })
})

describe('permissions', () => {
  runs.add(
    'token',
    `on: [push, pull_request]
permissions: { contents: read }
jobs:
  with: ${job('echo "$ID_TOKEN"', 'permissions: { id-token: write }, environment: production,')}
  without: ${job('echo "none: $ID_TOKEN"')}
`,
  )
  test('a job gets an OIDC token only with id-token: write, with its environment in it', async () => {
    const run = await runs.run('token')
    expect(JSON.parse(jobOfRun(run, 'with').steps[0]?.log ?? '')).toMatchObject({
      sub: 'repo:acme/shop:environment:production',
      environment: 'production',
      job_workflow_ref: 'acme/shop/.github/workflows/token.yml@refs/heads/main',
      runner_environment: 'github-hosted',
      sha: PUSH.sha,
    })
    expect(jobOfRun(run, 'without').steps[0]?.log).toBe('none: ')
    expect(jobOfRun(run, 'without').permissions).toEqual({ contents: 'read' })
  })

  test('a pull request from a fork gets no token and no secrets', async () => {
    const event = { ...PUSH, name: 'pull_request', ref: 'refs/pull/7/merge' } as const
    const own = await runs.run('token', { event })
    expect(jobOfRun(own, 'with').steps[0]?.log).toContain('"base_ref":"main"')
    const fork = await runs.run('token', { event: { ...event, fromFork: true } })
    expect(jobOfRun(fork, 'with').steps[0]?.log).toBe('')
    expect(jobOfRun(fork, 'with').permissions).toEqual({ 'id-token': 'none' })
  })

  runs.add(
    'asking',
    `on: workflow_call
jobs:
  sign: ${job('true', 'permissions: { id-token: write, contents: read },')}
`,
  )
  const caller = (permissions: string) =>
    `on: push\njobs:\n  image:\n    permissions: ${permissions}\n    uses: ./.github/workflows/asking.yml\n`
  runs.add('too-few', caller('{ contents: write }'))
  runs.add('enough', caller('{ contents: write, id-token: write }'))
  test('a called job that asks for more than its caller has is not started, and nothing else is', async () => {
    expect(await runs.run('too-few')).toMatchObject({
      conclusion: 'startup_failure',
      jobs: [],
      problems: [
        ".github/workflows/asking.yml, job sign is requesting 'id-token: write', but is only allowed 'id-token: none'",
      ],
    })
    expect((await runs.run('enough')).conclusion).toBe('success')
  })
})

describe('secrets in outputs', () => {
  runs.add(
    'dropped',
    `on: push
jobs:
  image:
    runs-on: ubuntu-latest
    outputs:
      uri: \${{ steps.put.outputs.uri }}
      name: \${{ steps.put.outputs.name }}
      masked: \${{ steps.put.outputs.masked }}
    steps:
      - id: put
        run: |
          echo "::add-mask::hidden"
          echo "uri=\${{ secrets.ACCOUNT }}.dkr.ecr/demo" >> "$GITHUB_OUTPUT"
          echo "name=demo" >> "$GITHUB_OUTPUT"
          echo "masked=is hidden" >> "$GITHUB_OUTPUT"
          echo "\${{ secrets.ACCOUNT }} is hidden"
  read:
    needs: image
    runs-on: ubuntu-latest
    outputs: { all: "\${{ toJSON(needs.image.outputs) }}" }
    steps: [{ run: "true" }]
`,
  )
  test('are dropped between jobs, and masked in logs', async () => {
    const run = await runs.run('dropped', { secrets: { ACCOUNT: '123456789012' } })
    const image = jobOfRun(run, 'image')
    expect(image.dropped).toEqual(['uri', 'masked'])
    expect(image.steps[0]?.log).toBe('*** is ***')
    expect(JSON.parse(jobOfRun(run, 'read').outputs['all'] ?? '')).toEqual({ name: 'demo' })
  })
})

describe('a run that is started by hand', () => {
  runs.add(
    'by-hand',
    `on:
  workflow_dispatch:
    inputs:
      version: { description: which, type: string, required: true }
      stage: { description: where, type: string, default: production }
concurrency: "\${{ inputs.stage }}"
jobs:
  all:
    runs-on: ubuntu-latest
    outputs: { all: "\${{ toJSON(inputs) }}", again: "\${{ github.event.inputs.version }}" }
    steps: [{ run: "true" }]
`,
  )
  const byHand = (inputs: Record<string, string>) =>
    runs.run('by-hand', { event: { ...PUSH, name: 'workflow_dispatch', inputs } })

  test('has the inputs that were filled in, and the defaults of the others', async () => {
    const run = await byHand({ version: '1.4.2' })
    expect(run.concurrency).toBe('production')
    const { all = '', again } = jobOfRun(run, 'all').outputs
    expect(JSON.parse(all)).toEqual({ version: '1.4.2', stage: 'production' })
    expect(again).toBe('1.4.2')
  })

  test.each([
    ['needs the input version', {}],
    ['has no input versoin', { versoin: '1', version: '1' }],
  ])('%s: an error', async (message, inputs) => {
    await expect(byHand(inputs)).rejects.toThrow(message)
  })
})

describe('concurrency and environments', () => {
  runs.add(
    'noted',
    `on: push
concurrency: { group: "image-\${{ github.ref }}", cancel-in-progress: true }
jobs:
  deploy: ${job('true', 'concurrency: production, environment: { name: "to-${{ github.ref_name }}", url: "https://example.com" },')}
`,
  )
  test('are noted', async () => {
    const run = await runs.run('noted')
    expect(run.concurrency).toBe('image-refs/heads/main')
    expect(jobOfRun(run, 'deploy')).toMatchObject({ concurrency: 'production', environment: 'to-main' })
  })
})

describe('a cancelled run', () => {
  runs.add(
    'cancelled',
    `on: push
jobs:
  first:
    runs-on: ubuntu-latest
    steps:
      - run: echo begun; exec sleep 600
      - run: echo not reached
      - if: always()
        run: echo cleaned
  second: ${job('true', 'needs: first,')}
  at-the-end: ${job('echo the end', 'needs: first, if: always(),')}
`,
  )
  test('ends the step that runs, and then runs only what asks for it', async () => {
    const cancel = new AbortController()
    const onLine = (line: string) => {
      if (line === 'begun') cancel.abort()
    }
    const run = await runs.run('cancelled', { cancel: cancel.signal, onLine })
    expect(run.conclusion).toBe('cancelled')
    expect(resultsOf(run)).toEqual({ first: 'cancelled', 'at-the-end': 'success' })
    const outcomes = jobOfRun(run, 'first').steps.map(({ outcome, log }) => [outcome, log])
    expect(outcomes).toEqual([
      ['cancelled', 'begun'],
      ['skipped', ''],
      ['success', 'cleaned'],
    ])
  })

  runs.add(
    'cancelled-matrix',
    `on: push
jobs:
  some:
    runs-on: ubuntu-latest
    strategy: { matrix: { at: [0, 1] } }
    steps: [{ run: "echo begun; exec sleep 600" }]
`,
  )
  test('begins no other combination of a matrix', async () => {
    const cancel = new AbortController()
    const run = await runs.run('cancelled-matrix', { cancel: cancel.signal, onLine: () => cancel.abort() })
    expect([run.conclusion, resultsOf(run)]).toEqual(['cancelled', { 'some (0)': 'cancelled' }])
  })
})

describe('an attempt of the jobs that failed', () => {
  runs.add(
    'again',
    `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    strategy: { fail-fast: false, matrix: { at: [0, 1] } }
    outputs: { of-0: "\${{ matrix.at == 0 && steps.id.outputs.of || '' }}", of-1: "\${{ matrix.at == 1 && steps.id.outputs.of || '' }}" }
    steps:
      - id: id
        run: echo "of=attempt \${{ github.run_attempt }}" >> "$GITHUB_OUTPUT"
      - run: test "\${{ matrix.at }}" = 0 || test "$GITHUB_RUN_ATTEMPT" = 2
  name:
    needs: build
    runs-on: ubuntu-latest
    outputs: { all: "\${{ toJSON(needs.build.outputs) }}" }
    steps: [{ run: "true" }]
  apart: ${job('true')}
`,
  )
  test('takes the others’ outputs from the one before', async () => {
    const first = await runs.run('again')
    expect([first.conclusion, first.attempt]).toEqual(['failure', 1])
    const second = await runs.run('again', { again: first })
    expect([second.conclusion, second.attempt]).toEqual(['success', 2])
    expect(second.jobs.map(({ path, reused }) => [path, reused])).toEqual([
      ['build (0)', true],
      ['build (1)', false],
      ['name', false],
      ['apart', true],
    ])
    const outputs = { 'of-0': 'attempt 1', 'of-1': 'attempt 2' }
    expect(JSON.parse(jobOfRun(second, 'name').outputs['all'] ?? '')).toEqual(outputs)
  })
})
