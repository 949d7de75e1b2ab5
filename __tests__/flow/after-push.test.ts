import { ScanStatus } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  callerOf,
  inProcess,
  invoke,
  type ReplicationPlan,
  type ScanPlan,
  Service,
  Store,
  type Vulnerability,
} from '../../local-ecr/index.ts'
import { run } from '../../src/actions/build-push/run.ts'
import { EXPLAINED, SENTENCES } from '../../src/after-push/scan-statuses.ts'
import { connectPrivateEcr } from '../../src/ecr/private/connect.ts'
import type { AfterInputs } from '../../src/inputs/after-push.ts'
import type { Inputs } from '../../src/inputs/index.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { explain } from '../../src/shared/errors.ts'
import type { World } from '../../src/world.ts'
import { ABLE_ENGINE } from '../support/engine.ts'
import { type Front, openFront } from '../support/front.ts'
import { inRegion, mainInputs } from '../support/inputs.ts'
import { JOB_WITHOUT_TOKEN } from '../support/signing-job.ts'
import { digest, imageManifest, imageType, indexType } from '../unit/local-ecr/images.ts'

// What follows the push, over the local ECR's operations and the real SDK, on a clock that only sleeping moves.

const caller = callerOf()
const repositoryName = 'app'
const place = { account: caller.account, region: caller.region, repository: repositoryName }
const URI = `${caller.account}.dkr.ecr.${caller.region}.amazonaws.com/app`

let service: Service
let front: Front
let store: Store
let now: number
let outputs: Record<string, string>
let log: string[]
let summary: string
let built: boolean

beforeEach(async () => {
  store = new Store()
  service = new Service(store)
  front = await openFront(service)
  now = 0
  outputs = {}
  log = []
  summary = ''
  built = false
  await invoke(store, caller, 'CreateRepository', { repositoryName })
})

afterEach(() => front.close())

const scanOnPush = (scanOnPush: boolean) =>
  invoke(store, caller, 'PutImageScanningConfiguration', {
    repositoryName,
    imageScanningConfiguration: { scanOnPush },
  })

const enhanced = (scanFrequency: 'CONTINUOUS_SCAN' | 'SCAN_ON_PUSH', filter: string) =>
  invoke(store, caller, 'PutRegistryScanningConfiguration', {
    scanType: 'ENHANCED',
    rules: [{ scanFrequency, repositoryFilters: [{ filter, filterType: 'WILDCARD' }] }],
  })

/** What a push leaves in ECR: an image under the tag. */
async function pushImage(): Promise<string> {
  const manifest = await imageManifest(store, store.get(place), 'one')
  await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: manifest, imageTag: 'v1' })
  return digest(manifest)
}

const LINUX = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }))
const WINDOWS = ['10.0.17763.5458', '10.0.20348.587'].map((version) => ({
  os: 'windows',
  architecture: 'amd64',
  'os.version': version,
}))

/**
 * An index of two platforms, with the attestation that buildx writes beside each.
 * @param annotated false: without the annotation of the attestations, which some tools drop
 */
async function pushIndex(platforms: readonly object[] = LINUX, annotated = true): Promise<string> {
  const children = []
  for (const platform of platforms) {
    const name = platform === LINUX[1] ? 'arm64' : JSON.stringify(platform)
    const manifest = await imageManifest(store, store.get(place), name)
    const attestation = await imageManifest(store, store.get(place), `attestation of ${name}`)
    for (const imageManifest of [manifest, attestation])
      await invoke(store, caller, 'PutImage', { repositoryName, imageManifest })
    children.push(
      {
        mediaType: imageType,
        digest: digest(manifest),
        size: manifest.length,
        platform,
      },
      {
        mediaType: imageType,
        digest: digest(attestation),
        size: attestation.length,
        platform: { os: 'unknown', architecture: 'unknown' },
        ...(annotated
          ? {
              annotations: {
                'vnd.docker.reference.type': 'attestation-manifest',
                'vnd.docker.reference.digest': digest(manifest),
              },
            }
          : {}),
      },
    )
  }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: children })
  await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: index, imageTag: 'v1' })
  return digest(index)
}

/** @returns why it failed, or nothing */
async function step(
  after: Partial<AfterInputs>,
  push = pushImage,
  change: Partial<Inputs> = {},
): Promise<string | undefined> {
  const world: World = {
    connectEcr: () => {
      const { accessKeyId, secretAccessKey, sessionToken = '' } = store.issueCredentials(caller.account)
      const credentials = { accessKeyId, secretAccessKey, sessionToken }
      const client = { requestHandler: inProcess(service), credentials }
      return connectPrivateEcr({
        region: caller.region,
        registryId: change.repository?.registryId ?? null,
        mask: () => undefined,
        client,
      })
    },
    openRegistry: (login) => front.open(login),
    docker: {
      begin: () => undefined,
      inspect: async () => ABLE_ENGINE,
      login: async () => undefined,
      build: async () => {
        built = true
        return { digest: await push(), imageId: `sha256:${'1'.repeat(64)}`, metadata: {} }
      },
      findInEngine: async () => null,
      digestsInEngine: async () => null,
      close: async () => undefined,
    },
    setOutputs: (some) => Object.assign(outputs, some),
    summarize: async (facts) => {
      summary = renderSummary(facts)
    },
    log: (line) => log.push(line),
    debug: () => undefined,
    notice: (line) => log.push(line),
    warn: (line) => log.push(`warning: ${line}`),
    job: JOB_WITHOUT_TOKEN,
    github: { event: async () => readEventContext({}, {}, new Date()), lookups: {} },
    clock: () => now,
    began: now,
    sleep: async (milliseconds) => {
      now += milliseconds
    },
  }
  const usual = mainInputs(inRegion(caller.region))
  const inputs = { ...usual, after: { ...usual.after, ...after }, ...change }
  return run(inputs, world).then(() => undefined, explain)
}

const calls = (operation: string) => service.recorder.operations().filter((one) => one === operation).length

const high: Vulnerability = {
  name: 'CVE-2026-1111',
  severity: 'HIGH',
  package: 'openssl',
  version: '3.0.1',
  epoch: 1,
  release: 'r2',
  fixedIn: '1:3.0.2-r0',
}
const low: Vulnerability = { name: 'CVE-2026-2222', severity: 'LOW', package: 'zlib', version: '1.3' }
const plan = (given: ScanPlan, of = repositoryName) => store.scanPlans.set(of, given)

test('without the inputs, nothing of it is asked', async () => {
  expect(await step({})).toBeUndefined()
  for (const operation of [
    'GetRegistryScanningConfiguration',
    'DescribeImageScanFindings',
    'DescribeRegistry',
  ])
    expect(calls(operation)).toBe(0)
  expect(outputs['scan-status']).toBeUndefined()
})

describe('fail-on-severity', () => {
  test('basic scanning on push: waits, counts, passes below the threshold', async () => {
    await scanOnPush(true)
    plan({ underWay: 3, findings: [low, high] })
    expect(await step({ failOnSeverity: 'CRITICAL' })).toBeUndefined()
    expect(outputs).toMatchObject({ 'scan-status': 'COMPLETE', 'scan-findings': '{"HIGH":1,"LOW":1}' })
    expect(calls('DescribeImageScanFindings')).toBe(4)
    expect(calls('StartImageScan')).toBe(0)
    // 2, 3 and 4.5 seconds.
    expect(now).toBe(9500)
    expect(log).toContain('Scanned in 9.5 s: found HIGH 1, LOW 1')
    expect(log).toContain('| HIGH     | CVE-2026-1111 | openssl | 3.0.1     |')
    expect(summary).toContain(
      '- ✅ Passed: Scan: found HIGH 1, LOW 1 (<code>fail-on-severity: critical</code>)\n\n<details><summary>Details of the check</summary>\n\n| Severity | Vulnerability | Package | Installed |\n| --- | --- | --- | --- |\n| <code>HIGH</code> | <code>CVE-2026-1111</code> | <code>openssl</code> | <code>3.0.1</code> |',
    )
  })

  test.each<[AfterInputs['failOnSeverity'], string, boolean]>([
    ['CRITICAL', 'HIGH', false],
    ['HIGH', 'HIGH', true],
    ['MEDIUM', 'HIGH', true],
    ['LOW', 'INFORMATIONAL', false],
    ['INFORMATIONAL', 'INFORMATIONAL', true],
    ['INFORMATIONAL', 'UNDEFINED', false],
    ['UNDEFINED', 'UNDEFINED', true],
    ['UNDEFINED', 'UNTRIAGED', true],
    ['INFORMATIONAL', 'UNTRIAGED', false],
  ])('%s, where there is a finding of severity %s: fails: %s', async (failOnSeverity, severity, fails) => {
    await scanOnPush(true)
    plan({ findings: [{ ...low, severity }] })
    expect((await step({ failOnSeverity })) !== undefined).toBe(fails)
  })

  test('fails at the threshold, with outputs and summary in place', async () => {
    await enhanced('SCAN_ON_PUSH', 'app')
    const more = [{ ...high, name: 'CVE-2026-0001', severity: 'CRITICAL' }, low]
    plan({ findings: [...more, high, { ...high, name: 'CVE-hidden', status: 'SUPPRESSED' }] })
    expect(await step({ failOnSeverity: 'HIGH' })).toBe(
      `ECR found 2 vulnerabilities of HIGH severity or worse in ${URI}@${outputs['digest']}: CRITICAL 1, HIGH 1.\nWhat to do: update the packages that have a fixed version (the table in the log names them), build on a newer base image, raise fail-on-severity or list what is accepted in scan-ignore, with the reason. The image is in ECR already: do not deploy it.`,
    )
    expect(outputs).toMatchObject({
      pushed: 'true',
      'image-uri': `${URI}:v1`,
      'scan-status': 'COMPLETE',
      'scan-findings': '{"CRITICAL":1,"HIGH":1,"LOW":1}',
    })
    expect(summary).toMatch(/^### ⛔ Pushed, but not to be deployed: /)
    expect(summary).toContain('- ❌ Failed: Scan: found CRITICAL 1, HIGH 1, LOW 1')
    expect(summary).not.toMatch(/What now|docker pull|<details><summary>De/)
    const rows = summary.split('\n').filter((line) => line.includes('CVE-'))
    const row = (...cells: string[]) =>
      `| ${cells.map((cell) => cell && `<code>${cell}</code>`).join(' | ')} |`
    expect(rows).toEqual([
      row('CRITICAL', 'CVE-2026-0001', 'openssl', '1:3.0.1-r2', '1:3.0.2-r0'),
      row('HIGH', 'CVE-2026-1111', 'openssl', '1:3.0.1-r2', '1:3.0.2-r0'),
      row('LOW', 'CVE-2026-2222', 'zlib', '1.3', ''),
    ])
  })

  test.each<[AfterInputs['failOnSeverity'], string]>([
    [
      'HIGH',
      'update the packages that these vulnerabilities are in, build on a newer base image, raise fail-on-severity or list what is accepted in scan-ignore, with the reason.',
    ],
    [
      'CRITICAL',
      'update the packages that these vulnerabilities are in, build on a newer base image or list what is accepted in scan-ignore, with the reason.',
    ],
  ])('basic scanning tells no fixed version, and neither does the remedy: %s', async (threshold, remedy) => {
    await scanOnPush(true)
    plan({ findings: [{ ...high, severity: 'CRITICAL' }] })
    const said = await step({ failOnSeverity: threshold })
    expect(said).toContain(`\nWhat to do: ${remedy} The image is in ECR already`)
    expect(summary).not.toContain('Fixed in')
  })

  test('a scan that finds nothing says that it did', async () => {
    await scanOnPush(true)
    plan({ findings: [] })
    expect(await step({ failOnSeverity: 'LOW' })).toBeUndefined()
    expect(summary).toContain('- ✅ Passed: Scan: found nothing (')
  })

  test('continuous scanning: ACTIVE counts', async () => {
    await enhanced('CONTINUOUS_SCAN', 'a*')
    plan({ underWay: 1, findings: [low] })
    expect(await step({ failOnSeverity: 'LOW' })).toContain(
      'ECR found 1 vulnerability of LOW severity or worse',
    )
    expect(outputs['scan-status']).toBe('ACTIVE')
    expect(log.filter((line) => line.startsWith('Scan of'))).toEqual([
      `Scan of ${outputs['digest']}: PENDING (Pending start of the image scan.)`,
      `Scan of ${outputs['digest']}: ACTIVE (Continuous scan is selected for image.)`,
    ])
  })

  test('an enhanced scan that is reported as ended before its findings are there is waited for', async () => {
    await enhanced('SCAN_ON_PUSH', 'app')
    plan({ hollow: 3, findings: [high] })
    expect(await step({ failOnSeverity: 'HIGH' })).toContain('ECR found 1 vulnerability')
  })

  test('an ended scan without any sign of findings counts as clean once it stays so', async () => {
    await enhanced('SCAN_ON_PUSH', 'app')
    plan({ hollow: 1000 })
    expect(await step({ failOnSeverity: 'UNDEFINED' })).toBeUndefined()
    expect(outputs).toMatchObject({ 'scan-status': 'COMPLETE', 'scan-findings': '{}' })
    expect(now).toBeGreaterThanOrEqual(30_000)
    expect(now).toBeLessThan(60_000)
    // Nobody is to take it for one of which ECR says that it found nothing.
    const note = `ECR calls the scan of ${outputs['digest']} ended, and has shown no finding in the 30 s since: what has none looks the same`
    expect(log).toContain(note)
    expect(summary).toContain('has shown no finding in the 30 s since')
  })

  test('more findings than a page holds are all read; the table is short', async () => {
    await scanOnPush(true)
    const many = Array.from({ length: 1500 }, (_, index) => ({ ...low, name: `CVE-${10_000 + index}` }))
    plan({ findings: [...many, high] })
    expect(await step({ failOnSeverity: 'HIGH' })).toContain('HIGH 1.')
    expect(calls('DescribeImageScanFindings')).toBe(2)
    expect(summary).toContain('<code>CVE-2026-1111</code>')
    expect(summary.split('\n').filter((line) => line.includes('CVE-'))).toHaveLength(20)
    expect(summary).toContain('… and 1481 more, in ECR.')
  })

  test('basic scanning without scan on push: the scan is started', async () => {
    plan({ underWay: 2, findings: [high] })
    expect(await step({ failOnSeverity: 'MEDIUM' })).toContain('ECR found 1 vulnerability')
    expect(calls('StartImageScan')).toBe(1)
    expect(log).toContain(`ECR knows of no scan of ${outputs['digest']}: starting one`)
  })

  test('a started scan whose answer is lost is not called refused, whatever ECR says to the retry', async () => {
    plan({ underWay: 10_000 })
    const lost = { kind: 'drop', when: 'before the answer' } as const
    service.faults.order({ match: { operation: 'StartImageScan' }, effect: lost })
    const failed = await step({ failOnSeverity: 'MEDIUM' })
    const started = service.recorder.requests.filter(({ operation }) => operation === 'StartImageScan')
    expect(started.map(({ status, error }) => [status, error])).toEqual([
      [0, 'Dropped'],
      [400, 'LimitExceededException'],
    ])
    expect(failed).toMatch(/has not ended within scan-timeout/)
    expect(failed).not.toMatch(/refused/)
  })

  test('an image that was scanned today: what that scan found', async () => {
    await pushImage()
    await invoke(store, caller, 'StartImageScan', { repositoryName, imageId: { imageTag: 'v1' } })
    plan({ findings: [high] })
    const again = async () => digest(await imageManifest(store, store.get(place), 'one'))
    expect(await step({ failOnSeverity: 'HIGH' }, again)).toContain('ECR found 1 vulnerability')
    expect(calls('StartImageScan')).toBe(0)
  })

  test('an image that was there before scan on push: the scan is started after a while', async () => {
    await pushImage()
    await scanOnPush(true)
    plan({ findings: [high] })
    const again = async () => digest(await imageManifest(store, store.get(place), 'one'))
    expect(await step({ failOnSeverity: 'HIGH' }, again)).toContain('ECR found 1 vulnerability')
    expect(calls('StartImageScan')).toBe(1)
    expect(now).toBeGreaterThanOrEqual(15_000)
  })

  test('if-image-exists: skip is no way around the gate', async () => {
    await scanOnPush(true)
    plan({ findings: [high] })
    expect(await step({ failOnSeverity: 'HIGH' })).toContain('ECR found 1 vulnerability')
    built = false
    const again = await step({ failOnSeverity: 'HIGH' }, pushImage, { ifImageExists: 'skip' })
    expect(again).toContain('ECR found 1 vulnerability')
    expect(built).toBe(false)
    expect(outputs).toMatchObject({
      pushed: 'false',
      'scan-status': 'COMPLETE',
      'scan-findings': '{"HIGH":1}',
    })
    expect(await step({ failOnSeverity: 'CRITICAL' }, pushImage, { ifImageExists: 'skip' })).toBeUndefined()
  })

  test('enhanced scanning without a rule for the repository: before the build', async () => {
    await enhanced('SCAN_ON_PUSH', 'other')
    const said = await step({ failOnSeverity: 'HIGH' })
    expect(said).toContain(`Scans are off for ${URI}: the registry uses enhanced scanning`)
    expect(said).toContain('What to do: add a rule with a filter that matches')
    expect(built).toBe(false)
  })

  describe('of a repository that does not exist yet', () => {
    const app2 = (after: Partial<AfterInputs>) =>
      step(after, pushImage, {
        createRepository: true,
        repository: {
          name: 'team/app2',
          host: null,
          registryType: 'private',
          alias: null,
          registryId: null,
          region: caller.region,
        },
      })
    const exists = () => store.find({ ...place, repository: 'team/app2' }) !== undefined

    test.each([['other'], ['team/*/x'], ['*app'], ['app2*']])(
      'without a rule (%s) nothing is created',
      async (filter) => {
        await enhanced('SCAN_ON_PUSH', filter)
        expect(await app2({ failOnSeverity: 'HIGH' })).toContain('Scans are off for team/app2: ')
        expect(exists()).toBe(false)
      },
    )

    test.each([['app'], ['team/*'], ['*2'], ['*'], ['t*a*2']])('with a rule (%s) it is', async (filter) => {
      await enhanced('SCAN_ON_PUSH', filter)
      await app2({ failOnSeverity: 'HIGH' })
      expect(exists()).toBe(true)
    })

    test('without a replication rule nothing is created', async () => {
      expect(await app2({ waitForReplication: true })).toContain(
        "has no replication rule that matches 'team/app2'.",
      )
      expect(exists()).toBe(false)
    })
  })

  describe('an index', () => {
    test('is scanned by its platforms’ images, without attestations', async () => {
      await scanOnPush(true)
      plan({ underWay: 1, findings: [high, low] })
      expect(await step({ failOnSeverity: 'HIGH' }, () => pushIndex())).toContain('HIGH 2.')
      expect(outputs).toMatchObject({ 'scan-status': 'COMPLETE', 'scan-findings': '{"HIGH":2,"LOW":2}' })
      const asked = service.recorder.requests.filter(
        ({ operation }) => operation === 'DescribeImageScanFindings',
      )
      const digests = new Set(
        asked.map(({ input }) => (input as { imageId: { imageDigest: string } }).imageId.imageDigest),
      )
      expect(digests.size).toBe(2)
      expect(digests.has(outputs['digest'] as string)).toBe(false)
      // One row for what both have.
      expect(summary).toContain('<code>3.0.1</code> | <code>linux/amd64 linux/arm64</code> |')
      expect(log.some((line) => /^Scan of sha256:\w+ \(linux\/arm64\): COMPLETE/.test(line))).toBe(true)
    })

    test('attestations without their annotation are none of its images either', async () => {
      expect(await step({ failOnSeverity: 'HIGH' }, () => pushIndex(LINUX, false))).toBeUndefined()
      expect(calls('StartImageScan')).toBe(2)
    })

    test('two versions of Windows have names that tell them apart', async () => {
      await scanOnPush(true)
      plan({ findings: [high] })
      await step({ failOnSeverity: 'CRITICAL' }, () => pushIndex(WINDOWS))
      expect(summary).toContain(
        '<code>windows&#40;10.0.17763.5458&#41;/amd64 windows&#40;10.0.20348.587&#41;/amd64</code>',
      )
      expect(log.filter((line) => line.includes('(windows(10.0.20348.587)/amd64)'))).not.toEqual([])
    })

    test('started scans are those of its images, for ECR refuses the index', async () => {
      expect(await step({ failOnSeverity: 'HIGH' }, () => pushIndex())).toBeUndefined()
      expect(calls('StartImageScan')).toBe(2)
    })

    test('one platform that cannot be scanned ends the waiting', async () => {
      await scanOnPush(true)
      const arm = digest(await imageManifest(store, store.get(place), 'arm64'))
      plan({ underWay: 100 })
      plan(
        { status: 'FAILED', description: 'UnsupportedImageError: The operating system is not supported.' },
        arm,
      )
      const said = await step({ failOnSeverity: 'HIGH' }, () => pushIndex())
      expect(said).toContain(
        `ECR has no scan result for ${URI}@${arm} (linux/arm64): the scan failed (FAILED: UnsupportedImageError: The operating system is not supported).\nWhat to do: basic scanning reads the packages of some distributions only`,
      )
      expect(outputs['scan-status']).toBe('FAILED')
      expect(outputs['scan-findings']).toBeUndefined()
      expect(now).toBe(0)
    })
  })

  test.each<[ScanStatus, string]>([
    ['FAILED', 'look at the image in the Amazon Inspector console of this region, and run the job again.'],
    ['UNSUPPORTED_IMAGE', 'Amazon Inspector does not know this operating system'],
    ['FINDINGS_UNAVAILABLE', 'check in the Amazon Inspector console'],
    ['LIMIT_EXCEEDED', 'raise the quota (Service Quotas'],
    ['SCAN_ELIGIBILITY_EXPIRED', 'the image is older than Amazon Inspector'],
    ['IMAGE_ARCHIVED', 'restore the image'],
  ])('a scan that ends as %s is no result, and has its own remedy', async (status, remedy) => {
    await enhanced('SCAN_ON_PUSH', 'app')
    plan({ underWay: 1, status, description: 'So it is.' })
    const said = await step({ failOnSeverity: 'CRITICAL' })
    expect(said).toContain(
      `ECR has no scan result for ${URI}@${outputs['digest']}: ${SENTENCES[status]} (${status}: So it is).`,
    )
    expect(said).toContain(`What to do: ${remedy}`)
    expect(outputs['scan-status']).toBe(status)
    expect(summary).toContain(`- ❔ Not known: Scan: <code>${status}</code>`)
  })

  test('basic scanning looks at an image once a day, which the remedy of a failed scan says', async () => {
    await scanOnPush(true)
    plan({ status: 'FAILED' })
    expect(await step({ failOnSeverity: 'CRITICAL' })).toContain(
      'What to do: run the job again; ECR scans an image once in 24 hours (basic scanning), so a new build may be needed.',
    )
  })

  test('every word that the SDK has for a scan’s status is told apart', () => {
    const waited = ['IN_PROGRESS', 'PENDING', 'COMPLETE', 'ACTIVE']
    expect([...EXPLAINED, ...waited].sort()).toEqual(Object.values(ScanStatus).sort())
  })

  test('scan-timeout ends the waiting', async () => {
    await scanOnPush(true)
    plan({ underWay: 1000 })
    const said = await step({ failOnSeverity: 'HIGH', scanTimeoutSeconds: 60 })
    expect(said).toBe(
      `The scan of ${URI}@${outputs['digest']} has not ended within scan-timeout (60 s): the scan is running (IN_PROGRESS).\nWhat to do: raise scan-timeout, or look at the image in the ECR console.`,
    )
    expect(now).toBe(60_000)
    expect(outputs['scan-status']).toBe('IN_PROGRESS')
  })

  test('no scan at all: the time is over, and the error says why none came', async () => {
    await enhanced('SCAN_ON_PUSH', 'app')
    const bare = async () => {
      const pushed = await pushImage()
      delete store.get(place).images.get(pushed)?.scan
      return pushed
    }
    const said = await step({ failOnSeverity: 'HIGH', scanTimeoutSeconds: 60 }, bare)
    expect(said).toContain('has not ended within scan-timeout (60 s): ECR knows of no scan of it.')
    expect(said).toContain("let the registry scan 'app' on push")
    expect(outputs['scan-status']).toBe('SCAN_NOT_FOUND')
  })

  test('a role that may not read the scanning configuration still waits for the scan', async () => {
    await scanOnPush(true)
    const match = { operation: 'GetRegistryScanningConfiguration' }
    service.faults.order({ match, effect: { kind: 'deny' } })
    plan({ findings: [high] })
    expect(await step({ failOnSeverity: 'HIGH' })).toContain('ECR found 1 vulnerability')
    expect(log.join('\n')).toContain(
      'What scans app is not known: ecr:GetRegistryScanningConfiguration failed',
    )
  })

  test('a role that may not read findings: the permission is named', async () => {
    await scanOnPush(true)
    service.faults.order({ match: { operation: 'DescribeImageScanFindings' }, effect: { kind: 'deny' } })
    const said = await step({ failOnSeverity: 'HIGH' })
    expect(said).toContain('"Action":"ecr:DescribeImageScanFindings"')
    expect(outputs['pushed']).toBe('true')
    expect(summary).toContain('### ⛔ Pushed, but not to be deployed')
    expect(summary).toContain('#### What was checked\n\n- ❔ Not known: Scan\n')
  })
})

describe('wait-for-replication', () => {
  const rules = (...filters: string[]) =>
    invoke(store, caller, 'PutReplicationConfiguration', {
      replicationConfiguration: {
        rules: [
          {
            destinations: [
              { region: 'us-east-1', registryId: caller.account },
              { region: caller.region, registryId: '210987654321' },
            ],
            ...(filters.length === 0
              ? {}
              : {
                  repositoryFilters: filters.map((filter) => ({
                    filter,
                    filterType: 'PREFIX_MATCH' as const,
                  })),
                }),
          },
        ],
      },
    })
  const plan = (destination: string, given: ReplicationPlan) => store.replicationPlans.set(destination, given)
  const US = '123456789012/us-east-1'

  test('waits for every destination, also one that ECR does not list yet', async () => {
    await rules()
    plan(US, { absent: 2, underWay: 1 })
    expect(await step({ waitForReplication: true })).toBeUndefined()
    expect(calls('DescribeImageReplicationStatus')).toBe(4)
    expect(log.filter((line) => line.startsWith('Replication'))).toEqual([
      'Replication to us-east-1 of account 123456789012: ABSENT',
      'Replication to ap-northeast-2 of account 210987654321: COMPLETE',
      'Replication to us-east-1 of account 123456789012: IN_PROGRESS',
      'Replication to us-east-1 of account 123456789012: COMPLETE',
    ])
    expect(summary).toContain(
      'Replicated to us-east-1 of account 123456789012, ap-northeast-2 of account 210987654321.',
    )
  })

  test('a failed copy names its destination and ECR’s code', async () => {
    await rules('ap', 'team/')
    plan(US, { underWay: 1, failureCode: 'KMS_FAILURE' })
    expect(await step({ waitForReplication: true })).toContain(
      `ECR could not replicate ${URI}@${outputs['digest']} to us-east-1 of account 123456789012 (KMS_FAILURE).\nWhat to do: look at that destination`,
    )
    expect(outputs['pushed']).toBe('true')
    expect(summary).toContain('- ❌ Failed: Replication\n')
    expect(summary).not.toMatch(/What now|docker pull/)
  })

  test('the time is over', async () => {
    await rules()
    plan(US, { underWay: 1000 })
    expect(await step({ waitForReplication: true, replicationTimeoutSeconds: 30 })).toContain(
      'is not complete within replication-timeout (30 s): us-east-1 of account 123456789012 is IN_PROGRESS.',
    )
    expect(now).toBe(30_000)
    expect(summary).toContain('- ❔ Not known: Replication\n')
  })

  test.each<[string, string[] | null]>([
    ['no rule', null],
    ['no rule for the repository', ['other/']],
  ])('%s: before the build', async (_, filters) => {
    if (filters !== null) await rules(...filters)
    const said = await step({ waitForReplication: true })
    expect(said).toContain(
      `the registry ${place.account} in ${place.region} has no replication rule that matches 'app'.`,
    )
    expect(built).toBe(false)
  })

  test('together with a scan: both are waited for at once, and both are said', async () => {
    await rules()
    await scanOnPush(true)
    plan(US, { underWay: 2, failureCode: 'FORBIDDEN' })
    store.scanPlans.set(repositoryName, { underWay: 4, findings: [high] })
    const said = await step({ waitForReplication: true, failOnSeverity: 'HIGH' })
    expect(said).toContain('ECR found 1 vulnerability of HIGH severity or worse')
    expect(said).toContain('(FORBIDDEN).')
    expect(said?.match(/What to do: /g)).toHaveLength(2)
  })
})

describe('a permission that is missing is named, with the smallest statement', () => {
  const app = `arn:aws:ecr:${caller.region}:${caller.account}:repository/app`
  const rules = [{ destinations: [{ region: 'us-east-1', registryId: caller.account }] }]
  const scan: Partial<AfterInputs> = { failOnSeverity: 'HIGH' }
  const replication: Partial<AfterInputs> = { waitForReplication: true }

  test.each<[string, Partial<AfterInputs>, () => Promise<string>, string, boolean]>([
    ['DescribeImageScanFindings', scan, pushImage, app, true],
    ['StartImageScan', scan, pushImage, app, true],
    ['BatchGetImage', scan, pushIndex, app, true],
    ['DescribeRegistry', replication, pushImage, '*', false],
    ['DescribeImageReplicationStatus', replication, pushImage, app, true],
  ])('ecr:%s', async (operation, after, push, resource, afterThePush) => {
    await invoke(store, caller, 'PutReplicationConfiguration', { replicationConfiguration: { rules } })
    service.faults.order({ match: { operation }, times: Infinity, effect: { kind: 'deny' } })
    const statement = JSON.stringify({ Effect: 'Allow', Action: `ecr:${operation}`, Resource: resource })
    const said = await step(after, push)
    expect(said).toContain(`ecr:${operation} failed for `)
    expect(said).toContain(`add this statement to the policy of the identity in use: ${statement}`)
    expect([built, outputs['pushed']]).toEqual([afterThePush, String(afterThePush)])
    // Denied is never retried.
    expect(calls(operation)).toBe(1)
  })
})

describe('settings of the registry that surprise', () => {
  test('signing on push: what ECR attaches to the image is neither read back nor scanned', async () => {
    await scanOnPush(true)
    const signed = async () => {
      const pushed = await pushImage()
      const subject = { mediaType: imageType, digest: pushed, size: 1 }
      const signature = { ...JSON.parse(await imageManifest(store, store.get(place), 'signature')), subject }
      const text = JSON.stringify(signature)
      await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: text })
      return pushed
    }
    expect(await step({ failOnSeverity: 'HIGH' }, signed)).toBeUndefined()
    expect(calls('DescribeImageScanFindings')).toBe(1)
    expect(outputs).toMatchObject({ pushed: 'true', 'scan-status': 'COMPLETE' })
  })

  test('a pull-through cache: a tag that is not there is absent, also where ECR asks the other registry', async () => {
    service.faults.order(
      { match: { operation: 'DescribeImages' }, times: Infinity, effect: { kind: 'deny' } },
      {
        match: { operation: 'BatchGetImage' },
        times: 2,
        effect: { kind: 'error', name: 'UnableToGetUpstreamImageException', message: 'Not there either.' },
      },
    )
    await invoke(store, caller, 'PutImageTagMutability', { repositoryName, imageTagMutability: 'IMMUTABLE' })
    const metadata = { tags: ['v1', 'v2'], flavor: [], labels: [], annotations: [] }
    expect(await step({}, pushImage, { metadata })).toBeUndefined()
    expect([...store.get(place).tags.keys()]).toEqual(['v1', 'v2'])
    expect(service.faults.pending).toEqual([])
  })

  test('an archived image under the tag does not hinder a push; its scan has its own error', async () => {
    await scanOnPush(true)
    const archived = async () => {
      const pushed = await pushImage()
      const image = store.get(place).images.get(pushed)
      if (image !== undefined) image.status = 'ARCHIVED'
      return pushed
    }
    expect(await step({}, archived)).toBeUndefined()
    expect(outputs['pushed']).toBe('true')
    const again = async () => outputs['digest'] as string
    expect(await step({ failOnSeverity: 'HIGH' }, again)).toContain('What to do: restore the image')
    expect(outputs['scan-status']).toBe('IMAGE_ARCHIVED')
  })

  test('another account’s registry: what it scans and where it replicates is not known, and waited for', async () => {
    const owner = callerOf('210987654321')
    await invoke(store, owner, 'CreateRepository', { repositoryName })
    const Statement = [{ Effect: 'Allow', Principal: { AWS: caller.account }, Action: 'ecr:*' }]
    await invoke(store, owner, 'SetRepositoryPolicy', {
      repositoryName,
      policyText: JSON.stringify({ Statement }),
    })
    const shared = { ...place, account: owner.account }
    store.get(shared).scanOnPush = true
    const rules = [{ destinations: [{ region: 'us-east-1', registryId: owner.account }] }]
    await invoke(store, owner, 'PutReplicationConfiguration', { replicationConfiguration: { rules } })
    plan({ underWay: 1, findings: [high] })
    const there = async () => {
      const manifest = await imageManifest(store, store.get(shared), 'one')
      await invoke(store, owner, 'PutImage', { repositoryName, imageManifest: manifest, imageTag: 'v1' })
      return digest(manifest)
    }
    const repository = {
      name: repositoryName,
      host: null,
      registryType: 'private' as const,
      alias: null,
      registryId: owner.account,
      region: caller.region,
    }
    const after = { failOnSeverity: 'HIGH' as const, waitForReplication: true }
    expect(await step(after, there, { repository })).toContain(
      'ECR found 1 vulnerability of HIGH severity or worse',
    )
    expect(log).toContain('What scans app is not known: account 210987654321 configures its scans')
    expect(log).toContain('Replication to us-east-1 of account 210987654321: COMPLETE')
  })
})
