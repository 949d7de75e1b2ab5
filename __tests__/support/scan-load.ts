import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { DescribeImageScanFindingsResponse } from '@aws-sdk/client-ecr'
import { writeReport } from '../../src/after-push/scan-report.ts'
import { scanCheck, scanLog, scanTables } from '../../src/after-push/scan-table.ts'
import { weigh } from '../../src/after-push/weigh.ts'
import { FindingsReading } from '../../src/ecr/private/findings.ts'
import { Reader } from '../../src/inputs/reader.ts'
import { readScan } from '../../src/inputs/scan.ts'

// A process of its own that does what the gate does with so many findings and lines of scan-ignore, and tells what that
// cost it: `node scan-load.ts FINDINGS LINES [report]`.

const [, , findings = '0', lines = '0', report = ''] = process.argv
const PAGE = 1000

/** What ECR says on one page of an enhanced scan, with the texts that Inspector has for each. */
function pageOf(from: number, to: number, all: number): DescribeImageScanFindingsResponse {
  const enhancedFindings = Array.from({ length: to - from }, (_, at) => {
    const number = from + at
    return {
      awsAccountId: '123456789012',
      findingArn: `arn:aws:inspector2:us-east-1:123456789012:finding/${number}`,
      description: `${number} ${'allows an attacker to do something that nobody wants '.repeat(8)}`,
      severity: ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'][number % 4] as string,
      status: 'ACTIVE',
      title: `CVE-2026-${number} - package-${number % 500}`,
      score: (number % 100) / 10,
      exploitAvailable: number % 7 === 0 ? 'YES' : 'NO',
      fixAvailable: 'YES',
      packageVulnerabilityDetails: {
        vulnerabilityId: `CVE-2026-${number}`,
        sourceUrl: `https://nvd.nist.gov/vuln/detail/CVE-2026-${number}`,
        referenceUrls: Array.from({ length: 5 }, (__, one) => `https://example.com/${number}/${one}`),
        vulnerablePackages: [{ name: `package-${number % 500}`, version: '1.0', fixedInVersion: '1.1' }],
      },
    }
  })
  return {
    imageScanStatus: { status: 'COMPLETE' },
    imageScanFindings: { imageScanCompletedAt: new Date(0), enhancedFindings },
    ...(to < all ? { nextToken: String(to) } : {}),
  }
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'scan-load-'))
const count = Number(findings)
const ignoreText = Array.from(
  { length: Number(lines) },
  (_, at) => `CVE-2026-${at * 2} package=package-* until=2099-12-31 nobody can reach this, as ${at} says`,
).join('\n')

// Making the pages is the work of the SDK, and is not counted.
let made = 0
const making = (from: number) => {
  const before = process.cpuUsage()
  const page = pageOf(from, Math.min(from + PAGE, count), count)
  const used = process.cpuUsage(before)
  made += used.user + used.system
  return page
}

const began = process.cpuUsage()
const given: Record<string, string> = {
  'scan-ignore': ignoreText,
  'scan-min-score': '5',
  'scan-report': path.join(folder, 'scan.sarif'),
}
const { scan } = readScan(
  new Reader({ get: (name) => given[name] ?? '', env: { RUNNER_TEMP: folder }, cwd: folder }),
  'private',
  null,
)
const reading = new FindingsReading(making(0))
for (let next = reading.next(); next !== null; next = reading.next()) reading.add(making(Number(next)))
const { findings: read, unlisted } = reading.answer()
const images = [
  {
    digest: 'sha256:0',
    platform: null,
    status: 'COMPLETE',
    description: null,
    findings: read,
    unlisted,
    hasFindings: true,
    ended: 'well' as const,
  },
]
const thresholds = { severity: 'HIGH' as const, minScore: scan.minScore, onlyFixable: false }
const weighed = weigh(images, { thresholds, ignore: scan.ignore, today: '2026-06-15', known: new Map() })
const facts = { weighed, thresholds, notes: [], tables: scanTables(weighed) }
const logged = scanLog(facts, 1)
const check = scanCheck(facts, false)
if (report !== '' && scan.report !== null) {
  const subject = {
    repository: 'registry/app',
    image: 'registry/app@sha256:0',
    name: 'app',
    type: 'ENHANCED',
    dockerfile: null,
    byScore: true,
  }
  await writeReport(scan.report, { weighed, images, subject })
}
const { user, system } = process.cpuUsage(began)
rmSync(folder, { recursive: true })
console.log(
  JSON.stringify({
    read: read.length,
    ignored: weighed.ignored,
    lines: logged.length,
    detail: check.detail?.length,
    cpuMs: (user + system - made) / 1000,
    mebibytes: process.resourceUsage().maxRSS / 1024,
  }),
)
