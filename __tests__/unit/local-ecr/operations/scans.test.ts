import { ScanStatus } from '@aws-sdk/client-ecr'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { invoke } from '../../../../local-ecr/index.ts'
import type { Vulnerability } from '../../../../local-ecr/store/plans.ts'
import { Store } from '../../../../local-ecr/store/store.ts'
import { caller, imageManifest } from '../images.ts'

const repositoryName = 'app'
const place = { account: caller.account, region: caller.region, repository: repositoryName }
const imageId = { imageTag: 'v1' }

let store: Store
let now: Date

beforeEach(async () => {
  now = new Date('2026-01-02T03:04:05Z')
  store = new Store({ now: () => now })
  await invoke(store, caller, 'CreateRepository', { repositoryName })
  const manifest = await imageManifest(store, store.get(place), 'one')
  await invoke(store, caller, 'PutImage', { repositoryName, imageManifest: manifest, imageTag: 'v1' })
})

const start = () => invoke(store, caller, 'StartImageScan', { repositoryName, imageId })
const describeFindings = (more: object = {}) =>
  invoke(store, caller, 'DescribeImageScanFindings', { repositoryName, imageId, ...more })
const enhanced = () =>
  invoke(store, caller, 'PutRegistryScanningConfiguration', {
    scanType: 'ENHANCED',
    rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] }],
  })
const finding = (change: Partial<Vulnerability> = {}): Vulnerability => ({
  name: 'CVE-1',
  severity: 'HIGH',
  package: 'openssl',
  version: '3',
  ...change,
})

test('an image is scanned once in a day, and the next scan has a plan of its own', async () => {
  store.scanPlans.set('app', { findings: [finding()], next: { findings: [finding({ name: 'CVE-2' })] } })
  await start()
  const names = async () => (await describeFindings()).imageScanFindings?.findings?.map(({ name }) => name)
  expect(await names()).toEqual(['CVE-1'])
  now = new Date(now.getTime() + 24 * 60 * 60 * 1000 - 1)
  await expect(start()).rejects.toMatchObject({ name: 'LimitExceededException' })
  now = new Date(now.getTime() + 1)
  await start()
  expect(await names()).toEqual(['CVE-2'])
})

test('a basic finding has its score, and no word of a fix', async () => {
  store.scanPlans.set('app', { findings: [finding({ score: 7.5, fixedIn: '4', description: 'Bad.' })] })
  await start()
  expect((await describeFindings()).imageScanFindings?.findings).toEqual([
    expect.objectContaining({
      name: 'CVE-1',
      description: 'Bad.',
      attributes: [
        { key: 'package_version', value: '3' },
        { key: 'package_name', value: 'openssl' },
        { key: 'CVSS3_SCORE', value: '7.5' },
      ],
    }),
  ])
})

test('an enhanced finding has score, exploit, fix, and several packages', async () => {
  await enhanced()
  store.scanPlans.set('app', {
    findings: [
      finding({
        score: 7.5,
        exploit: 'YES',
        fixedIn: '4',
        fixAvailable: 'PARTIAL',
        alsoIn: [{ package: 'libssl', version: '3' }],
      }),
      finding({ name: 'CVE-2', fixAvailable: null }),
    ],
  })
  const image = store.get(place).images.values().next().value
  if (image !== undefined) image.scan = { asked: 0, began: now, number: 1 }
  const [one, other] = (await describeFindings()).imageScanFindings?.enhancedFindings ?? []
  expect(one).toMatchObject({ score: 7.5, exploitAvailable: 'YES', fixAvailable: 'PARTIAL' })
  expect(one?.packageVulnerabilityDetails?.vulnerablePackages).toMatchObject([
    { name: 'openssl', fixedInVersion: '4' },
    { name: 'libssl', fixedInVersion: 'NotAvailable' },
  ])
  expect([other?.fixAvailable, other?.exploitAvailable, other?.score]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(other?.packageVulnerabilityDetails?.vulnerablePackages?.[0]).not.toHaveProperty('fixedInVersion')
})

test('what is only counted is in no list', async () => {
  store.scanPlans.set('app', { findings: [finding()], countedOnly: { HIGH: 2 } })
  await start()
  const { findings, findingSeverityCounts } = (await describeFindings()).imageScanFindings ?? {}
  expect([findings?.length, findingSeverityCounts]).toEqual([1, { HIGH: 3 }])
})

test('pages have all findings once', async () => {
  const all = Array.from({ length: 250 }, (_, at) => finding({ name: `CVE-${at}` }))
  store.scanPlans.set('app', { findings: all })
  await start()
  const names: (string | undefined)[] = []
  let nextToken: string | undefined
  do {
    const page = await describeFindings({ maxResults: 100, ...(nextToken ? { nextToken } : {}) })
    names.push(...(page.imageScanFindings?.findings ?? []).map(({ name }) => name))
    nextToken = page.nextToken
  } while (nextToken)
  expect(names).toEqual(all.map(({ name }) => name))
})

describe('each of ECR’s statuses', () => {
  test.each(Object.values(ScanStatus))('%s', async (status) => {
    store.scanPlans.set('app', { status, findings: [finding()] })
    await start()
    const { imageScanStatus, imageScanFindings } = await describeFindings()
    expect(imageScanStatus?.status).toBe(status)
    const ended = ['COMPLETE', 'ACTIVE'].includes(status)
    expect(imageScanFindings?.findings?.length ?? 0).toBe(ended ? 1 : 0)
  })
})
