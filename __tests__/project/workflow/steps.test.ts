// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { jobOfRun, type StandIn } from '../../../dev/workflow/index.ts'
import { localRuns, PUSH } from '../../support/local-run.ts'

// dev/workflow runs steps as GitHub does: scripts, environments, conditions, limits, actions and their post steps.

const runs = localRuns()
const workflow = (steps: string, more = '') =>
  `on: push\n${more}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n${steps.replace(/^/gm, '      ')}`

/** The logs of the steps of the one job. */
async function logsOf(name: string, options: Parameters<typeof runs.run>[1] = {}) {
  const { steps } = jobOfRun(await runs.run(name, options), 'one')
  return steps.map(({ log }) => log)
}

describe('a script', () => {
  runs.add(
    'shells',
    workflow(`- run: 'false | true; echo reached'
- run: |
    false
    echo not reached
  continue-on-error: true
- { run: 'false | true; echo not reached', shell: bash, continue-on-error: true }
- run: |
    cat <<'END'
    '{0}' \${{ github.ref_name }} {\${{ github.event_name }}}
      it isn''t
    END
- { run: pwd, working-directory: .. }
`),
  )
  test('is ended by its first failure; with shell: bash, by that of a pipe too', async () => {
    const [plain, ends, pipes, text, folder] = await logsOf('shells')
    expect([plain, ends, pipes]).toEqual(['reached', '', ''])
    expect(text).toBe("'{0}' main {push}\n  it isn''t")
    expect(folder).toMatch(/job-\w+$/)
  })

  runs.add(
    'defaults',
    workflow(
      `- run: 'false | true; echo not reached'\n  continue-on-error: true\n- run: basename "$PWD"`,
      'defaults: { run: { shell: bash, working-directory: .. } }',
    ),
  )
  test('has the defaults of the workflow', async () => {
    const [pipe, folder] = await logsOf('defaults')
    expect([pipe, folder]).toEqual(['', expect.stringMatching(/^job-/)])
  })
})

describe('the environment', () => {
  runs.add(
    'environment',
    `on: push
env: { A: workflow, B: workflow, C: workflow, D: workflow }
jobs:
  one:
    runs-on: ubuntu-latest
    env: { B: job, C: job, D: "\${{ github.ref_name }}" }
    steps:
      - run: |
          echo "B=a step" >> "$GITHUB_ENV"
          mkdir programs
          printf '#!/bin/sh\\necho of a step\\n' > programs/mine
          chmod +x programs/mine
          echo "$PWD/programs" >> "$GITHUB_PATH"
      - env: { C: "\${{ env.B }} and more" }
        run: echo "$A, $B, $C, $D"; mine
      - run: echo "$C $GITHUB_REPOSITORY $GITHUB_REF_NAME $CI \${GITHUB_TOKEN-none} $(basename "$GITHUB_EVENT_PATH")"
`,
  )
  test('is that of workflow, job, earlier steps and step, in this order', async () => {
    const [, second, third] = await logsOf('environment')
    expect(second).toBe('workflow, a step, a step and more, main\nof a step')
    expect(third).toBe('job acme/shop main true none event.json')
  })
})

describe('conditions', () => {
  runs.add(
    'conditions',
    workflow(`- { id: soft, run: exit 3, continue-on-error: true }
- { run: 'echo "\${{ steps.soft.outcome }} \${{ steps.soft.conclusion }} \${{ job.status }}"' }
- { run: exit 4 }
- { run: echo not reached }
- { run: echo failed, if: failure() }
- { run: echo always, if: always() }
- { run: 'echo "so far \${{ job.status }}"', if: "!cancelled() && steps.soft.outcome == 'failure'" }
`),
  )
  test('see outcome and conclusion', async () => {
    const run = await runs.run('conditions')
    const { steps, result } = jobOfRun(run, 'one')
    expect(result).toBe('failure')
    expect(steps.map(({ conclusion, log }) => [conclusion, log])).toEqual([
      ['success', ''],
      ['success', 'failure success success'],
      ['failure', ''],
      ['skipped', ''],
      ['success', 'failed'],
      ['success', 'always'],
      ['success', 'so far failure'],
    ])
  })
})

describe('limits', () => {
  const sleeping = '{ run: exec sleep 600, timeout-minutes: 0.001 }'
  runs.add('step-limit', workflow(`- ${sleeping}\n- { run: echo failed, if: failure() }`))
  runs.add(
    'job-limit',
    `on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    timeout-minutes: 0.001\n    steps: [{ run: exec sleep 600 }, { run: echo over, if: cancelled() }]`,
  )
  test('a step over its limit fails, a job over its limit is cancelled', async () => {
    const step = jobOfRun(await runs.run('step-limit'), 'one')
    expect([step.result, ...step.steps.map(({ outcome }) => outcome)]).toEqual([
      'failure',
      'failure',
      'success',
    ])
    const job = jobOfRun(await runs.run('job-limit'), 'one')
    expect([job.result, ...job.steps.map(({ outcome }) => outcome)]).toEqual([
      ...['cancelled', 'cancelled', 'success'],
    ])
  })
})

describe('actions', () => {
  const said: string[] = []
  const standIn =
    (name: string): StandIn =>
    async ({ with: given, env }) => {
      said.push(`${name} ${JSON.stringify(given)} ${env['OF']}`)
      if (given['driver-opts'] === 'broken') throw new Error('it is broken')
      return {
        outputs: { name },
        exported: { [name]: 'set' },
        post: async () => void said.push(`post ${name}`),
      }
    }
  const standIns = {
    'docker/setup-buildx-action': standIn('buildx'),
    'aws-actions/configure-aws-credentials': standIn('aws'),
  }
  runs.add(
    'actions',
    workflow(`- { id: one, uses: docker/setup-buildx-action@v4, with: { driver-opts: "a\${{ github.ref_name }}" }, env: { OF: step } }
- { uses: aws-actions/configure-aws-credentials@v6, with: { aws-region: eu-west-1 } }
- run: echo "$buildx $aws \${{ steps.one.outputs.name }}"; exit 1
`),
  )
  test('have stand-ins, whose post steps run in reverse order, also after a failure', async () => {
    const run = await runs.run('actions', { standIns })
    expect(said).toEqual([
      'buildx {"driver-opts":"amain"} step',
      'aws {"aws-region":"eu-west-1"} undefined',
      'post aws',
      'post buildx',
    ])
    const { steps } = jobOfRun(run, 'one')
    expect(steps[2]?.log).toBe('set set buildx')
    expect(steps.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['one', 'success'],
      ['aws-actions/configure-aws-credentials@v6', 'success'],
      ['run', 'failure'],
      ['post aws-actions/configure-aws-credentials', 'success'],
      ['post docker/setup-buildx-action', 'success'],
    ])
  })

  runs.add('broken', workflow('- { uses: docker/setup-buildx-action@v4, with: { driver-opts: broken } }'))
  test('of which one fails fail the job, and say why', async () => {
    const run = await runs.run('broken', { standIns })
    expect(jobOfRun(run, 'one')).toMatchObject({
      result: 'failure',
      steps: [{ annotations: [{ kind: 'error', message: 'it is broken' }] }],
    })
  })

  // It runs dist/: its error is about its inputs, so that it needs neither an engine nor AWS.
  runs.add(
    'own',
    workflow(
      '- { uses: OWNER/ecr-build-push/merge@v1, with: { repository: demo, digests: none } }\n- { uses: ./merge, if: failure() }',
    ),
  )
  test('of this project are what dist/ has', async () => {
    const { steps } = jobOfRun(await runs.run('own'), 'one')
    expect(steps.map(({ outcome }) => outcome)).toEqual(['failure', 'failure'])
    expect(steps[0]?.annotations[0]?.message).toContain('digests')
    expect(steps[1]?.annotations[0]?.message).toContain('repository')
  })

  runs.add(
    'no-token',
    workflow(
      '- uses: OWNER/ecr-build-push/promote@v1\n  with: { source: a, tags: b, repository: demo, aws-region: eu-west-1, role-to-assume: "arn:aws:iam::123456789012:role/ci" }',
      'permissions: { contents: read }',
    ),
  )
  test('of this project say which permission the job lacks', async () => {
    const { result, steps } = jobOfRun(await runs.run('no-token'), 'one')
    expect(result).toBe('failure')
    expect(steps[0]?.annotations.map(({ message }) => message).join()).toMatch(
      /permissions:\n +id-token: write/,
    )
  })
})

describe('checkout and artifacts', () => {
  let checkout = ''
  let sha = ''
  beforeAll(() => {
    checkout = mkdtempSync(path.join(tmpdir(), 'checkout-'))
    const git = (...args: string[]) => execFileSync('git', args, { cwd: checkout, encoding: 'utf8' })
    git('init', '--quiet')
    writeFileSync(path.join(checkout, 'file'), 'committed\n')
    git('add', '.')
    git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message=one')
    sha = git('rev-parse', 'HEAD').trim()
  })
  afterAll(() => rmSync(checkout, { recursive: true }))

  runs.add(
    'artifacts',
    `on: push
permissions: { contents: read }
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - { uses: actions/checkout@v7, with: { persist-credentials: false } }
      - run: cat file; git rev-parse HEAD; mkdir out; cp file out/copy
      - { uses: actions/upload-artifact@v7, with: { name: mine, path: out/* } }
      - { uses: actions/upload-artifact@v7, with: { name: mine, path: out/* }, continue-on-error: true }
  two:
    needs: one
    permissions: {}
    runs-on: ubuntu-latest
    steps:
      - { uses: actions/download-artifact@v8, with: { name: mine, path: in } }
      - run: cat in/copy
      - { uses: actions/download-artifact@v8, with: { name: other }, continue-on-error: true }
      - { uses: actions/checkout@v7, with: { persist-credentials: false } }
`,
  )
  test('are those of the commit and of the run', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'run-'))
    try {
      const run = await runs.run('artifacts', { checkout, folder, event: { ...PUSH, sha } })
      const one = jobOfRun(run, 'one')
      expect(one.steps[1]?.log).toBe(`committed\n${sha}`)
      expect(one.steps.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success', 'failure'])
      const two = jobOfRun(run, 'two')
      expect(two.steps.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'failure', 'failure'])
      expect(two.steps[1]?.log).toBe('committed')
      expect(two.steps[3]?.log).toContain('no permission contents: read')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  runs.add(
    'persisted',
    workflow(
      '- uses: actions/checkout@v7\n- run: git config --includes http.https://github.com/.extraheader\n- { run: "cat .git/config" }',
    ),
  )
  test('of a checkout that says nothing else, Git has the token until the job ends', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'run-'))
    try {
      const run = await runs.run('persisted', { checkout, folder, event: { ...PUSH, sha } })
      const { steps } = jobOfRun(run, 'one')
      expect(steps[1]?.log).toBe('AUTHORIZATION: basic ***')
      expect(steps[2]?.log).not.toContain('AUTHORIZATION')
      expect(steps.at(-1)).toMatchObject({ name: 'post actions/checkout', outcome: 'success' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
