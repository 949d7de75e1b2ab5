import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { ANY_ENGINE, client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { EVERY_VARIANT, variant } from '../support/variants.ts'

jest.setTimeout(120_000)

const HIGH = {
  name: 'CVE-2026-1111',
  severity: 'HIGH',
  package: 'openssl',
  version: '3.0.1',
  fixedIn: '3.0.2',
}
const LOW = { name: 'CVE-2026-2222', severity: 'LOW', package: 'zlib', version: '1.3' }

describe.each(ANY_ENGINE)('after the push, on the %s engine', (name) => {
  let stage: Stage
  let count = 0
  const ecr = (...args: string[]) => {
    const endpoint = stage.env['AWS_ENDPOINT_URL']
    return client(parts().aws, [...(endpoint ? ['--endpoint-url', endpoint] : []), 'ecr', ...args], stage.env)
  }
  const step = (inputs: Record<string, string>, variables: Record<string, string> = {}) =>
    stage.main(
      { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1,v2', ...inputs },
      { env: { ...stage.env, ...variables } },
    )
  const scanning = (
    scanType: 'BASIC' | 'ENHANCED',
    scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN',
    filter: string,
  ) =>
    invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutRegistryScanningConfiguration', {
      scanType,
      rules: [{ scanFrequency, repositoryFilters: [{ filter, filterType: 'WILDCARD' }] }],
    })

  beforeAll(async () => {
    stage = await stageOn(name)
    mkdirSync(path.join(stage.folder, 'app'))
  })

  // Each test pushes an image of its own: ECR scans what is new to it.
  beforeEach(() => {
    count += 1
    const dockerfile = `FROM scratch\nCOPY Dockerfile /${name}-${count}\n`
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), dockerfile)
  })

  afterAll(() => stage?.close())

  test('a basic scan is waited for and told, and below the threshold all is well', async () => {
    await scanning('BASIC', 'SCAN_ON_PUSH', 'app')
    stage.ecr.store.scanPlans.set('app', { underWay: 2, findings: [LOW, HIGH] })
    const result = await step({ 'fail-on-severity': 'critical' })
    expectSuccess(result)
    expect(result.outputs).toMatchObject({
      'scan-status': 'COMPLETE',
      'scan-findings': '{"HIGH":1,"LOW":1}',
      pushed: 'true',
    })
    expect(result.log).toContain(`Scan of ${result.outputs['digest']}: IN_PROGRESS`)
    expect(result.log).toContain('| HIGH     | CVE-2026-1111 | openssl | 3.0.1     |')
    expect(result.summary).toContain('- ✅ Passed: Scan: found HIGH 1, LOW 1')
    // What the AWS CLI reads of the same scan.
    const read = ['--repository-name', 'app', '--image-id', 'imageTag=v1', '--output', 'json']
    const { imageScanStatus, imageScanFindings } = JSON.parse(
      await ecr('describe-image-scan-findings', ...read),
    )
    expect(imageScanStatus.status).toBe('COMPLETE')
    expect(imageScanFindings.findingSeverityCounts).toEqual({ HIGH: 1, LOW: 1 })
  })

  // Variant: flow/scan-gate.test.ts; below, what is found in an index fails the step, whose image is pushed
  variant('an enhanced scan fails the step at the threshold; outputs and summary are there', async () => {
    await scanning('ENHANCED', 'CONTINUOUS_SCAN', 'a*')
    stage.ecr.store.scanPlans.set('app', { underWay: 1, findings: [LOW, HIGH] })
    const result = await step({ 'fail-on-severity': 'Medium' })
    expect(result.exitCode).toBe(1)
    const uri = `${stage.ecr.registryHost(ACCOUNT, REGION)}/app@${result.outputs['digest']}`
    expect(errorOf(result)).toContain(
      `ECR found 1 vulnerability of MEDIUM severity or worse in ${uri}: HIGH 1.\nWhat to do: update the packages`,
    )
    expect(result.outputs).toMatchObject({
      'scan-status': 'ACTIVE',
      'scan-findings': '{"HIGH":1,"LOW":1}',
      'digest-uri': uri,
      pushed: 'true',
    })
    const cells = ['HIGH', 'CVE-2026-1111', 'openssl', '3.0.1', '3.0.2']
    expect(result.summary).toContain(`| ${cells.map((cell) => `<code>${cell}</code>`).join(' | ')} |`)
    expect(result.summary).toContain('### ⛔ Pushed, but not to be deployed: <code>app</code>')
    expect(result.summary).toContain('> ` ECR found 1 vulnerability of MEDIUM severity or worse')
    expect(result.summary).not.toMatch(/What now|docker pull/)
  })

  // Variant: flow/after-push.test.ts: enhanced scanning without a rule
  variant('scans that are off end the step before the build', async () => {
    await scanning('ENHANCED', 'SCAN_ON_PUSH', 'other')
    const result = await step({ 'fail-on-severity': 'high' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain('Scans are off for ')
    expect(result.log).not.toContain('[command]docker build')
    expect(result.outputs['pushed']).toBe('false')
  })

  // Variant: flow/after-push.test.ts: basic scanning without scan on push, and scan-timeout
  variant('a basic scan is started where nothing scans on push, and its time is bounded', async () => {
    await scanning('BASIC', 'SCAN_ON_PUSH', 'other')
    stage.ecr.store.scanPlans.set('app', { underWay: 1000 })
    const result = await step({ 'fail-on-severity': 'high', 'scan-timeout': '3' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain(
      'has not ended within scan-timeout (3 s): the scan is running (IN_PROGRESS).\nWhat to do: raise scan-timeout',
    )
    expect(result.outputs['scan-status']).toBe('IN_PROGRESS')
    expect(stage.ecr.service.recorder.operations()).toContain('StartImageScan')
  })

  // Variant: flow/after-push.test.ts: one platform that cannot be scanned ends the waiting
  variant('an image that ECR cannot scan is not a clean one', async () => {
    await scanning('BASIC', 'SCAN_ON_PUSH', 'app')
    const description =
      'UnsupportedImageError: The operating system and/or package manager are not supported.'
    stage.ecr.store.scanPlans.set('app', { status: 'FAILED', description })
    const result = await step({ 'fail-on-severity': 'critical' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain(
      `: the scan failed (FAILED: ${description.replace(/\.$/, '')}).\nWhat to do: basic scanning reads the packages of some distributions only`,
    )
    expect(result.outputs).toMatchObject({ 'scan-status': 'FAILED', pushed: 'true' })
    expect(result.outputs['scan-findings']).toBeUndefined()
  })

  // Without buildx there is one platform only.
  if (name === 'current') {
    test('an index is scanned by its platforms’ images, and not by its attestations', async () => {
      await scanning('BASIC', 'SCAN_ON_PUSH', 'app')
      stage.ecr.store.scanPlans.set('app', { underWay: 1, findings: [HIGH] })
      const result = await step({
        'fail-on-severity': 'high',
        platforms: 'linux/amd64,linux/arm64',
        provenance: 'true',
      })
      expect(result.exitCode).toBe(1)
      const asked = [stage.ecr.store, callerOf(ACCOUNT, REGION)] as const
      const app = { repositoryName: 'app' }
      const { images } = await invoke(...asked, 'BatchGetImage', { ...app, imageIds: [{ imageTag: 'v1' }] })
      const { manifests } = JSON.parse(images?.[0]?.imageManifest ?? '{}')
      expect(manifests).toHaveLength(4)
      expect(result.outputs).toMatchObject({ 'scan-status': 'COMPLETE', 'scan-findings': '{"HIGH":2}' })
      expect(result.summary).toContain('<code>linux/amd64 linux/arm64</code>')
      for (const { digest, platform } of manifests) {
        const scanned = result.log.includes(`Scan of ${digest} (linux/${platform.architecture}): COMPLETE`)
        expect([platform.architecture, scanned]).toEqual([platform.architecture, platform.os === 'linux'])
      }
      // ECR itself has nothing to say of the index.
      const index = { ...app, imageId: { imageTag: 'v1' } }
      const { imageScanStatus } = await invoke(...asked, 'DescribeImageScanFindings', index)
      expect(imageScanStatus).toMatchObject({
        status: 'FAILED',
        description: expect.stringMatching(/^Unsupported/),
      })
    })
  }

  test('replication to every destination is waited for, and a failed copy is an error', async () => {
    const rules = [{ destinations: [{ region: 'us-east-1', registryId: ACCOUNT }] }]
    await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutReplicationConfiguration', {
      replicationConfiguration: { rules },
    })
    stage.ecr.store.replicationPlans.set(`${ACCOUNT}/us-east-1`, { absent: 1, underWay: 1 })
    const result = await step({ 'wait-for-replication': 'true' })
    expectSuccess(result)
    expect(result.log).toContain(`Replication to us-east-1 of account ${ACCOUNT}: COMPLETE`)
    expect(result.summary).toContain(`Replicated to us-east-1 of account ${ACCOUNT}.`)
    // Variant: flow/after-push.test.ts has a copy that fails, and what the step says of it.
    if (!EVERY_VARIANT) return
    // A second image, since the first is where it should be.
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /other\n')
    stage.ecr.store.replicationPlans.set(`${ACCOUNT}/us-east-1`, { failureCode: 'ACCESS_DENIED' })
    const failed = await step({ 'wait-for-replication': 'true' })
    expect(failed.exitCode).toBe(1)
    expect(errorOf(failed)).toContain(`to us-east-1 of account ${ACCOUNT} (ACCESS_DENIED).`)
    expect(failed.outputs['pushed']).toBe('true')
  })

  test('signatures are waited for, and one that fails says the statement that is missing', async () => {
    // Variants: flow/signing.test.ts has a repository that nothing signs, and a signature that fails.
    if (EVERY_VARIANT) {
      const unsigned = await step({ 'wait-for-signing': 'true' })
      expect(unsigned.exitCode).toBe(1)
      expect(errorOf(unsigned)).toContain("has no signing rule that matches 'app'.")
      expect([unsigned.outputs['pushed'], unsigned.log.includes('[command]docker build')]).toEqual([
        'false',
        false,
      ])
    }
    const profile = `arn:aws:signer:${REGION}:${ACCOUNT}:/signing-profiles/demo_service`
    const repositoryFilters = [{ filter: 'a*', filterType: 'WILDCARD_MATCH' as const }]
    // The AWS CLI may be older than managed signing.
    await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'PutSigningConfiguration', {
      signingConfiguration: { rules: [{ signingProfileArn: profile, repositoryFilters }] },
    })
    stage.ecr.store.signingPlans.set(profile, { absent: 1, underWay: 1 })
    const result = await step({ 'wait-for-signing': 'true' })
    expectSuccess(result)
    const uri = `${stage.ecr.registryHost(ACCOUNT, REGION)}/app@${result.outputs['digest']}`
    expect(result.log).toContain(`Signing of ${uri} with demo_service: IN_PROGRESS`)
    const signatures = [{ uri, platform: null, profile, status: 'COMPLETE' }]
    expect(JSON.parse(result.outputs['signing-status'] ?? '')).toEqual(signatures)
    expect(JSON.parse(result.outputs['json'] ?? '')).toMatchObject({ 'signing-status': signatures })
    expect(result.summary).toContain('- ✅ Passed: Signing by ECR in ')

    // Variant: flow/signing.test.ts has a signature that fails.
    if (!EVERY_VARIANT) return
    // A second image, since the first is signed.
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /unsigned\n')
    stage.ecr.store.signingPlans.set(profile, { underWay: 1, failureCode: 'ACCESS_DENIED' })
    const failed = await step({ 'wait-for-signing': 'true', 'signing-timeout': '60' })
    expect(failed.exitCode).toBe(1)
    expect(errorOf(failed)).toContain(
      `{"Effect":"Allow","Action":"signer:SignPayload","Resource":"${profile}"}`,
    )
    expect(failed.outputs['pushed']).toBe('true')
    expect(failed.summary).toContain('Pushed, but not to be deployed')
  })

  test('wrong inputs: all at once, and where more is said, in the repository that the runner names', async () => {
    const result = await step(
      {
        'fail-on-severity': 'severe',
        'scan-timeout': '5m',
        'replication-timeout': '60',
        push: 'false',
      },
      { GITHUB_ACTION_REPOSITORY: 'acme/ecr-build-push', GITHUB_ACTION_REF: 'v1' },
    )
    expect(
      errorOf(result)
        ?.split('\n')
        .map((line) => line.slice(0, 34)),
    ).toEqual([
      "Input 'fail-on-severity': 'severe'",
      "Input 'scan-timeout': '5m': must b",
      "Input 'replication-timeout': '60':",
      'More: https://github.com/acme/ecr-',
    ])
    const pages = errorOf(result)?.match(/https:\/\/github\.com\/acme\/ecr-build-push\/blob\/v1\/docs\/\S+/g)
    expect(pages?.map((url) => url.slice(url.lastIndexOf('/') + 1))).toEqual([
      'scan.md#what-counts',
      'recipes.md#wait-for-replication-and-signatures',
    ])
    expect(result.summary).toContain('**More:** [docs/scan.md')
  })
})
