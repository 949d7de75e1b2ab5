import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { CommandError } from '../command/errors.ts'
import { root, type StepResult } from '../runner.ts'
import { ACCOUNT, REGION, type Stage } from '../stage.ts'
import { BRANCH, dockerfile, HOSTILE } from './hostile.ts'
import { signedRuns } from './signed-runs.ts'

/** A run whose summary is shown. */
export interface Shown {
  /** The name of its pictures. */
  readonly name: string
  /** What a reader is told above them. */
  readonly title: string
  readonly summary: string
  /** Whether what is folded at first is shown open. */
  readonly open: boolean
}

/** What each summary is to say first: a picture of another verdict would mislead. */
const VERDICTS: Readonly<Record<string, string>> = {
  'first-push': '✅ Pushed ',
  unchanged: '✅ Unchanged: ',
  changed: '✅ Pushed ',
  skip: '✅ Exists already: ',
  'not-pushed': '✅ Built, not pushed: ',
  asked: '✅ Asked, not built: ',
  'failed-build': '❌ Failed: ',
  'missing-permission': '❌ Failed: ',
  scan: '⛔ Pushed, but not to be deployed: ',
  'before-tags': '⛔ Not tagged, and not to be deployed: ',
  'scan-accepted': '⛔ Pushed, but not to be deployed: ',
  attested: '✅ Pushed ',
  verified: '✅ Verified ',
  'verify-refused': '⛔ Refused, not to be deployed: ',
  cancelled: '⛔ Cancelled: ',
  'attestation-failed': '⛔ Pushed, but not to be deployed: ',
  'managed-signing': '✅ Pushed ',
  promoted: '✅ Promoted ',
  merged: '✅ Merged ',
  registries: '✅ Pushed ',
  'registry-refuses': '❌ Failed: ',
  hostile: '✅ Pushed ',
  'hostile-failed': '❌ Failed: ',
}

/** The runs that build something, so that not every step may come from the cache. */
const BUILT: readonly string[] = ['first-push', 'changed']
const ALL_CACHED = /(\d+) of \1 build steps from the cache/

const SHA = '4f1c9e2d8b7a6054e3d2c1b0a99887766554433a'
const APP = 'team/demo-service'
const MERGE = path.join(root, 'merge')
const PROMOTE = path.join(root, 'promote')

/**
 * Gives each stage of a Dockerfile what no build before has had: of what the builder has in its cache from earlier
 * pictures, the same content with other times, nothing is taken.
 */
async function startAnew(dockerfile: string): Promise<void> {
  const text = await readFile(dockerfile, 'utf8')
  await writeFile(dockerfile, text.replace(/^FROM .*$/gm, `$&\nENV DRAWN=${Date.now()}`))
}

/**
 * The kinds of runs that a person meets, each a run of the step itself on the local ECR.
 * @param docker of the engine, for what the pictures need besides
 * @param log is told of each run
 */
export async function runs(stage: Stage, docker: string, log: (line: string) => void): Promise<Shown[]> {
  const shown: Shown[] = []
  const env = await job(stage, 'main', 'A TODO list')
  const step = (inputs: Readonly<Record<string, string>>, action?: string) =>
    stage.main(
      { repository: APP, 'aws-region': REGION, ...inputs },
      { env, ...(action === undefined ? {} : { action }) },
    )
  const show = (name: string, title: string, result: StepResult, exitCode = 0): StepResult => {
    const verdict = VERDICTS[name]
    if (
      result.exitCode !== exitCode ||
      verdict === undefined ||
      (BUILT.includes(name) && ALL_CACHED.test(result.summary)) ||
      !result.summary.startsWith(`### ${verdict}`)
    ) {
      throw unexpected(title, result)
    }
    log(title)
    const { summary } = result
    shown.push({ name, title, summary, open: name.startsWith('hostile') })
    if (name === 'changed' || name === 'attested')
      shown.push({ name: `${name}-open`, title: `${title}, unfolded`, summary, open: true })
    return result
  }
  const demo = path.join(stage.folder, 'demo')
  await cp(path.join(root, 'examples', 'demo-service'), demo, { recursive: true })
  await startAnew(path.join(demo, 'Dockerfile'))
  const build = {
    context: 'demo',
    tags: 'v1\nlatest',
    'build-args': `BASE=${stage.baseImage}\nVERSION=v1`,
  }

  show('first-push', 'A first push', await step(build))
  show('unchanged', 'The same again', await step(build))
  await writeFile(path.join(demo, 'src', 'news.txt'), 'twelve new lines\n'.repeat(120_000))
  show('changed', 'A change', await step(build))
  show('skip', 'if-image-exists: skip', await step({ ...build, 'if-image-exists': 'skip' }))
  show('not-pushed', 'push: false', await step({ ...build, push: 'false' }))
  show('asked', 'call: targets', await step({ ...build, call: 'targets' }))

  const broken = path.join(stage.folder, 'broken')
  await mkdir(broken)
  const lines = [
    `FROM ${stage.baseImage}`,
    'WORKDIR /app',
    'COPY . .',
    'RUN grep -q ready state.txt && touch done',
    'EXPOSE 8080',
  ]
  await writeFile(path.join(broken, 'Dockerfile'), `${lines.join('\n')}\n`)
  show('failed-build', 'A build that fails', await step({ ...build, context: 'broken', 'build-args': '' }), 1)

  await writeFile(path.join(broken, 'Dockerfile'), `FROM ${stage.baseImage}\nRUN sleep 600\n`)
  const cancelled = await stage.main(
    { 'aws-region': REGION, ...build, repository: APP, context: 'broken', 'build-args': '' },
    // Its progress names the step as soon as it runs.
    { env, cancel: { on: /^#\d+ \[2\/2\] RUN sleep/ } },
  )
  show('cancelled', 'A job that is cancelled during the build', cancelled, 130)

  const denied = stage.ecr.faults.order({
    match: { operation: 'CreateRepository' },
    effect: { kind: 'deny' },
    times: Number.POSITIVE_INFINITY,
  })
  show(
    'missing-permission',
    'A permission that is missing',
    await step({ ...build, repository: 'team/new' }),
    1,
  )
  denied.withdraw()

  const caller = callerOf(ACCOUNT, REGION)
  await invoke(stage.ecr.store, caller, 'PutRegistryScanningConfiguration', {
    scanType: 'BASIC',
    rules: [
      { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: 'team/*', filterType: 'WILDCARD' }] },
    ],
  })
  stage.ecr.store.scanPlans.set('team/scanned', { underWay: 1, findings: FINDINGS })
  const scanned = await step({ ...build, repository: 'team/scanned', 'fail-on-severity': 'high' })
  show('scan', 'A scan over the threshold', scanned, 1)
  stage.ecr.store.scanPlans.set('team/gated', { underWay: 1, findings: FINDINGS })
  const gate = { 'fail-on-severity': 'high', gate: 'before-tags' }
  const gated = await step({ ...build, repository: 'team/gated', ...gate })
  show('before-tags', 'The same with gate: before-tags', gated, 1)
  show(
    'scan-accepted',
    'Findings that are accepted, and one that is new',
    await accepted(stage, build, step),
    1,
  )

  await signedRuns(stage, { env, build, show })

  const promoted = await step({ source: 'v1', tags: 'prod' }, PROMOTE)
  show('promoted', 'A promotion', promoted)

  const parts: string[] = []
  for (const platform of ['linux/amd64', 'linux/arm64']) {
    const [, architecture = ''] = platform.split('/')
    await cp(demo, path.join(stage.folder, architecture), { recursive: true })
    const file = `FROM scratch\nCOPY src /www\nCOPY src/index.html /for-${architecture}\n`
    await writeFile(path.join(stage.folder, architecture, 'Dockerfile'), file)
    const part = await step({
      context: architecture,
      platforms: platform,
      'push-by-digest': 'true',
      repository: 'team/many',
    })
    if (part.exitCode !== 0) throw unexpected(`A push for ${platform}`, part)
    parts.push(part.outputs['digest'] as string)
  }
  const merge = { repository: 'team/many', digests: parts.join('\n'), platforms: 'linux/amd64,linux/arm64' }
  show('merged', 'Two platforms, merged', await step({ ...merge, tags: 'v1' }, MERGE))
  const everywhere = {
    repository: 'team/everywhere',
    context: 'arm64',
    platforms: 'linux/amd64,linux/arm64',
    registries: 'us-east-1\neu-west-1',
  }
  const registries = await step({ ...everywhere, tags: 'v1\nlatest' })
  show('registries', 'Two platforms in three registries', registries)
  const refusing = stage.ecr.faults.order({
    match: { side: 'registry', region: 'eu-west-1', method: 'PUT', path: /\/manifests\/v2$/ },
    effect: { kind: 'deny' },
    times: Number.POSITIVE_INFINITY,
  })
  show('registry-refuses', 'One of them refuses a tag', await step({ ...everywhere, tags: 'v2' }), 1)
  refusing.withdraw()

  const hostile = path.join(stage.folder, 'hostile')
  await mkdir(hostile)
  await writeFile(path.join(hostile, 'Dockerfile'), dockerfile(stage.baseImage))
  const attack = await stage.main(
    {
      repository: 'team/hostile',
      'aws-region': REGION,
      context: 'hostile',
      tags: 'type=ref,event=branch\ntype=raw,value=v1',
      labels: `org.example.note=${HOSTILE}`,
    },
    { env: await job(stage, BRANCH, HOSTILE) },
  )
  show('hostile', 'Hostile names', attack)
  await writeFile(path.join(hostile, 'Dockerfile'), `${dockerfile(stage.baseImage)}RUN exit 3 # ${HOSTILE}\n`)
  const failed = await step({ repository: 'team/hostile', context: 'hostile', tags: 'v2' })
  show('hostile-failed', 'Hostile lines in a build that fails', failed, 1)
  await promisify(execFile)(docker, ['image', 'prune', '--force'], { env: { ...stage.env } })
  return shown
}

function unexpected(title: string, { exitCode, log }: StepResult): CommandError {
  console.error(log)
  return new CommandError(
    `'${title}' ended with exit code ${exitCode}, or its summary has another verdict than it is to show.`,
    'its log is above, and says what to do; npm run build makes dist/ anew.',
  )
}

const FINDINGS = [
  { name: 'CVE-2026-1001', severity: 'CRITICAL', package: 'openssl', version: '3.0.1', fixedIn: '3.0.2' },
  { name: 'CVE-2026-1002', severity: 'HIGH', package: 'zlib', version: '1.3', fixedIn: '1.3.1' },
  { name: 'CVE-2026-1003', severity: 'LOW', package: 'busybox', version: '1.35' },
] as const

/** A push whose enhanced scan finds what the image before had, what is accepted, and something new. */
async function accepted(
  stage: Stage,
  build: Readonly<Record<string, string>>,
  step: (inputs: Record<string, string>) => Promise<StepResult>,
): Promise<StepResult> {
  const findings = [
    { ...FINDINGS[0], score: 9.8, exploit: 'YES' },
    { ...FINDINGS[1], score: 7.5, exploit: 'NO' },
    { ...FINDINGS[2], score: 3.1, exploit: 'NO' },
  ] as const
  const repository = 'team/accepted'
  const filter = { filter: 'team/*', filterType: 'WILDCARD' } as const
  await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutRegistryScanningConfiguration', {
    scanType: 'ENHANCED',
    rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [filter] }],
  })
  const before = await step({ ...build, repository, labels: 'build=1' })
  stage.ecr.store.scanPlans.set(before.outputs['digest'] as string, { findings: findings.slice(1, 2) })
  stage.ecr.store.scanPlans.set(repository, { findings })
  return step({
    ...build,
    repository,
    labels: 'build=2',
    'fail-on-severity': 'low',
    'scan-ignore': 'CVE-2026-1003 package=busybox until=2099-12-31 nothing calls this applet',
    'scan-baseline': 'previous',
  })
}

/** What GitHub's runner says of a push, as far as the action reads it. */
async function job(stage: Stage, branch: string, description: string): Promise<Record<string, string>> {
  const event = path.join(stage.temp, `event-${branch.length}.json`)
  const repository = {
    name: 'demo-service',
    full_name: 'octo/demo-service',
    html_url: 'https://github.com/octo/demo-service',
    description,
    default_branch: 'main',
    license: { spdx_id: 'Apache-2.0' },
  }
  // Without the commit's date, the image would be dated to the run, and no rerun would make the same.
  const commit = { id: SHA, timestamp: '2026-01-01T12:00:00Z' }
  const pushed = { ref: `refs/heads/${branch}`, after: SHA, head_commit: commit, repository }
  await writeFile(event, JSON.stringify(pushed))
  return {
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: event,
    GITHUB_REF: `refs/heads/${branch}`,
    GITHUB_REPOSITORY: repository.full_name,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: SHA,
  }
}
