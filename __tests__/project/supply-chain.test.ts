import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { neededBy } from '../../dev/dist-packages.ts'
import { root } from '../../dev/runner.ts'

const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

/** What a bundle under Apache-2.0 may hold without asking anybody. */
const LICENCES = ['Apache-2.0', 'MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0']

interface Locked {
  readonly version: string
  readonly integrity?: string
  readonly resolved?: string
  readonly license?: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
}

const packages = Object.entries(
  (JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }).packages,
).filter(([where]) => where !== '')
const runtime = packages.filter(([, { dev }]) => dev !== true)

describe('the lock file', () => {
  test('knows the content of every package, and no address of one', () => {
    expect(packages.length).toBeGreaterThan(100)
    const loose = packages.filter(
      ([, { integrity, resolved }]) => !integrity?.startsWith('sha512-') || resolved !== undefined,
    )
    expect(loose).toEqual([])
  })

  test('has no runtime dependency that runs something when it is installed', () => {
    expect(runtime.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([])
  })
})

describe('the licences of the bundle', () => {
  test('all allow to hand it on', () => {
    expect(runtime.length).toBeGreaterThan(20)
    const others = runtime.filter(([, { license }]) => !LICENCES.includes(license ?? ''))
    expect(others.map(([where, { license }]) => `${where}: ${license}`)).toEqual([])
  })

  const nameOf = (where: string) => where.slice(where.lastIndexOf('node_modules/') + 13)

  /** The packages that a licenses.txt names. */
  function namesIn(file: string): string[] {
    // ncc writes blocks of a name, a licence and its text, with an empty line between them.
    const blocks = read(file)
      .split(/\n\n+/)
      .map((block) => block.split('\n'))
      .filter(
        ([name = '', licence = '']) => /^(?:@[\w.-]+\/)?[\w.-]+$/.test(name) && LICENCES.includes(licence),
      )
    return blocks.map(([name]) => name as string)
  }

  test('are in dist/licenses.txt, for all that is in dist/ and nothing else', () => {
    const known = new Set(runtime.map(([where]) => nameOf(where)))
    // ncc's own few lines are in every bundle.
    known.add('@vercel/ncc')
    const names = namesIn('dist/licenses.txt')
    expect(names).toEqual(expect.arrayContaining(['@actions/core', '@aws-sdk/client-ecr', 'semver']))
    expect(names.filter((name) => !known.has(name))).toEqual([])
    const direct = Object.keys((JSON.parse(read('package.json')) as { dependencies: object }).dependencies)
    expect(direct.filter((name) => !names.includes(name))).toEqual([])
  })

  test('of the local ECR, in local-ecr/dist/licenses.txt, allow it too, and nothing there runs when it is installed', () => {
    const locked = Object.fromEntries(packages)
    const development = [...neededBy(['selfsigned'], locked)]
    for (const where of development) {
      expect(LICENCES).toContain(locked[where]?.license)
      expect(locked[where]?.hasInstallScript).toBeUndefined()
    }
    const known = new Set(
      [...development, ...runtime.map(([where]) => where)].map(nameOf).concat('@vercel/ncc'),
    )
    const names = namesIn('local-ecr/dist/licenses.txt')
    expect(names).toEqual(
      expect.arrayContaining(['@aws-sdk/client-ecr', '@aws-sdk/client-sts', 'selfsigned']),
    )
    expect(names.filter((name) => !known.has(name))).toEqual([])
  })
})

interface Job {
  readonly 'timeout-minutes'?: number
  readonly permissions?: Readonly<Record<string, string>>
  readonly uses?: string
  readonly steps?: readonly {
    readonly uses?: string
    readonly run?: string
    readonly with?: Readonly<Record<string, unknown>>
  }[]
}

const workflows = readdirSync(path.join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`)

describe.each(workflows)('%s', (file) => {
  const text = read(file)
  const workflow = parse(text) as { permissions: object; jobs: Record<string, Job> }
  const jobs = Object.entries(workflow.jobs)
  const steps = jobs.flatMap(([, job]) => job.steps ?? [])

  test('gives nothing that a job does not ask for, and every job ends', () => {
    expect(workflow.permissions).toEqual({})
    // A job that calls a workflow takes no limit: the jobs of that workflow have theirs.
    const own = jobs.filter(([, { uses }]) => uses === undefined)
    expect(own.filter(([, job]) => typeof job['timeout-minutes'] !== 'number')).toEqual([])
  })

  test('names every action of others by its commit, and says which version that is', () => {
    const foreign = [...text.matchAll(/^.*\buses: *(.*)$/gm)]
      .map(([, used = '']) => used)
      .filter((used) => !used.startsWith('./') && !used.startsWith('OWNER/ecr-build-push'))
    expect(foreign.filter((used) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used))).toEqual(
      [],
    )
  })

  test('starts BuildKit from an image that is named by its version and its digest', () => {
    const opts = steps
      .filter(({ uses }) => uses?.startsWith('docker/setup-buildx-action@'))
      .map((step) => String(step.with?.['driver-opts']))
    expect(
      opts.filter((given) => !/^image=moby\/buildkit:v\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/.test(given)),
    ).toEqual([])
  })

  test('leaves no token in a checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([])
  })

  test('puts nothing of an event into a script', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([])
  })
})

test('what a workflow installs from PyPI is of one version', () => {
  const named = workflows.flatMap((file) =>
    [...read(file).matchAll(/--requirement (\S+)/g)].map(([, name]) => name),
  )
  expect(named).toEqual(['.github/zizmor/requirements.txt'])
  for (const name of named) expect(read(name as string)).toMatch(/^(?:[\w-]+==\d+\.\d+\.\d+\n)+$/)
})

describe('the release', () => {
  const { on, jobs } = parse(read('.github/workflows/release.yml')) as {
    on: { push: { tags: string[] } }
    jobs: Record<string, Job & { needs?: string; environment?: string }>
  }

  test('is of a whole version, tested first, signed next, published last', () => {
    expect(on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } })
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['test', undefined],
      ['provenance', 'test'],
      ['publish', 'provenance'],
    ])
    expect(jobs['test']?.steps?.at(-1)?.run).toBe('npm test')
    expect(jobs['publish']?.environment).toBe('release')
  })

  test('has no permission to write where packages of others run', () => {
    for (const { permissions = {}, steps = [] } of Object.values(jobs)) {
      const runsPackages = steps.some(({ run }) => run && /\bnp[mx]\b|\bnode\b/.test(run))
      const writes = Object.values(permissions).includes('write')
      expect(runsPackages && writes).toBe(false)
    }
  })

  test('signs for all that a runner loads', () => {
    const attest = jobs['provenance']?.steps?.find(({ uses }) => uses?.startsWith('actions/attest@'))
    const subjects = String(attest?.with?.['subject-path']).trim().split('\n')
    const actions = [
      'action.yml',
      'merge/action.yml',
      'promote/action.yml',
      'verify/action.yml',
      'bake/action.yml',
      'local-ecr/action.yml',
    ]
    const loaded = actions.flatMap((file) => {
      const { runs } = parse(read(file)) as { runs: { main: string; post?: string } }
      return [runs.main, runs.post]
        .filter((script) => script !== undefined)
        .map((script) => path.posix.join(path.posix.dirname(file), script))
    })
    expect(loaded).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'merge/index.js',
        'promote/index.js',
        'verify/index.js',
        'bake/index.js',
        'local-ecr/dist/index.js',
      ]),
    )
    for (const script of loaded) {
      expect(
        subjects.some((subject) => subject === script || subject === `${path.posix.dirname(script)}/*`),
      ).toBe(true)
    }
  })
})
