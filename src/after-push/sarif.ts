import { createHash } from 'node:crypto'
import { rank } from '../ecr/scans.ts'
import type { WeighedPackage } from './weigh.ts'

/**
 * GitHub keeps this many results of a run, the worst first, and refuses a file of over 10 MB.
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
 */
export const SARIF_LIMITS = { results: 5000, gzippedBytes: 10_000_000 } as const

/** What the findings are of. */
export interface SarifSubject {
  /** The repository's URI with the digest. */
  readonly image: string
  /** The repository's name: what GitHub tells the reports of several images apart by. */
  readonly name: string
  /** `BASIC` or `ENHANCED`; null if it is not known. */
  readonly type: string | null
  /** The Dockerfile's path in the workspace; null: the findings are shown at the name of the image. */
  readonly dockerfile: string | null
}

/**
 * The order in which findings are kept: what fails the gate, then by severity and score, then by name, so that two runs
 * of the same image write the same file.
 */
export function worstFirst(packages: readonly WeighedPackage[]): WeighedPackage[] {
  return packages
    .map((one) => ({ one, text: `${one.finding.name} ${one.in.name ?? ''} ${one.platform ?? ''}` }))
    .sort(
      (a, b) =>
        Number(b.one.fails) - Number(a.one.fails) ||
        rank(a.one.finding.severity) - rank(b.one.finding.severity) ||
        (b.one.finding.score ?? 0) - (a.one.finding.score ?? 0) ||
        (a.text < b.text ? -1 : a.text > b.text ? 1 : 0),
    )
    .map(({ one }) => one)
}

/**
 * A SARIF 2.1.0 log of one run, with what GitHub's code scanning shows of one.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
 * @param packages the findings that are told, in their order; none that is ignored
 * @param left how many are not told
 */
export function sarifLog(packages: readonly WeighedPackage[], left: number, subject: SarifSubject): object {
  const { image, name, type, dockerfile } = subject
  const uri = encodeURI(dockerfile ?? name)
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F')
  const rules = new Map<string, { readonly index: number; readonly rule: object }>()
  const compared = packages.some(({ isNew }) => isNew !== null)
  const results = packages.map((one) => {
    const { finding } = one
    const known = rules.get(finding.name)
    const index = known?.index ?? rules.size
    if (known === undefined) rules.set(finding.name, { index, rule: ruleOf(one) })
    return {
      ruleId: finding.name,
      ruleIndex: index,
      level: levelOf(finding.severity),
      message: { text: resultText(one, image) },
      locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } }],
      // Without it, GitHub would take all packages with one vulnerability for the same alert: they have one place.
      partialFingerprints: { primaryLocationLineHash: `${alertIdentity(one)}:1` },
      ...(compared ? { baselineState: one.isNew === false ? 'unchanged' : 'new' } : {}),
      properties: {
        severity: finding.severity,
        failsGate: one.fails,
        ...(one.platform === null ? {} : { platform: one.platform }),
        ...(finding.exploitAvailable === null ? {} : { exploitAvailable: finding.exploitAvailable }),
      },
    }
  })
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: type === 'ENHANCED' ? 'Amazon ECR enhanced scanning' : 'Amazon ECR image scanning',
            informationUri: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html',
            rules: [...rules.values()].map(({ rule }) => rule),
          },
        },
        automationDetails: { id: `ecr/${name}/` },
        invocations: [
          {
            executionSuccessful: true,
            ...(left === 0
              ? {}
              : { toolExecutionNotifications: [{ level: 'warning', message: { text: leftOutNote(left) } }] }),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results,
        properties: { image },
      },
    ],
  }
}

/** What is said of findings that the file does not have. */
export function leftOutNote(count: number): string {
  return `${count} ${count === 1 ? 'finding is' : 'findings are'} left out, the least severe ones, as GitHub's code scanning takes no more; the JSON beside this file has all of them`
}

/** Of one vulnerability, whatever the package; the first finding that names it describes it. */
function ruleOf({ finding }: WeighedPackage): object {
  const { name, severity, score, description, uri } = finding
  const link = webLink(uri)
  const text = description ?? name
  return {
    id: name,
    name,
    shortDescription: { text: `${name} (${severity})` },
    fullDescription: { text },
    ...(link === null ? {} : { helpUri: link }),
    help: { text: link ?? text },
    defaultConfiguration: { level: levelOf(severity) },
    properties: {
      // GitHub's own severities come from this number alone.
      'security-severity': securitySeverity(severity, score),
      precision: 'very-high',
      tags: ['security', 'vulnerability', severity],
    },
  }
}

function webLink(uri: string | null): string | null {
  const parsed = uri === null ? null : URL.parse(uri)
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? parsed.href : null
}

/** Brackets and braces are escaped, as SARIF takes them for links and places of arguments (3.11.5 and 3.11.6 of it). */
function resultText({ finding, in: found, platform, isNew }: WeighedPackage, image: string): string {
  const { name, severity, score, exploitAvailable } = finding
  const held = found.name === null ? '' : ` in ${[found.name, found.installed ?? ''].join(' ').trim()}`
  const facts = [
    score === null ? severity : `${severity}, CVSS ${score}`,
    ...(found.fixed === null
      ? found.isFixable === false
        ? ['no fix yet']
        : []
      : [`fixed in ${found.fixed}`]),
    ...(exploitAvailable === true ? ['an exploit is known'] : []),
    ...(isNew === true ? ['new'] : []),
  ]
  const text = `${name}${held} (${facts.join('; ')}), in ${image}${platform === null ? '' : ` for ${platform}`}.`
  return text.replace(/[\\[\]]/g, '\\$&').replace(/[{}]/g, '$&$&')
}

function levelOf(severity: string): 'error' | 'warning' | 'note' {
  const at = rank(severity)
  return at <= rank('HIGH') ? 'error' : at === rank('MEDIUM') ? 'warning' : 'note'
}

/** The bands of GitHub: over 9.0 critical, from 7.0 high, from 4.0 medium, over 0 low. */
const BANDS: Readonly<Record<string, readonly [number, number]>> = {
  CRITICAL: [9.1, 10],
  HIGH: [7, 8.9],
  MEDIUM: [4, 6.9],
  LOW: [0.1, 3.9],
}

/** The score, within the band of the severity that the gate looks at: the two may come from different places. */
function securitySeverity(severity: string, score: number | null): string {
  const [least, most] = BANDS[severity] ?? [0.1, 3.9]
  return Math.min(most, Math.max(least, score ?? least)).toFixed(1)
}

/** The same finding in the next image has the same one, also with another version of the package. */
function alertIdentity({ finding, in: found, platform }: WeighedPackage): string {
  const identity = JSON.stringify([finding.name, found.name, platform])
  return createHash('sha256').update(identity).digest('hex').slice(0, 32)
}
