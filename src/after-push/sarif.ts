import { createHash } from 'node:crypto'
import type { Finding } from '../ecr/scans.ts'
import type { WeighedPackage } from './weigh.ts'

/**
 * GitHub keeps this many results of a run, the worst first, and refuses a file of over 10 MB.
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
 */
export const SARIF_LIMITS = { results: 5000, gzippedBytes: 10_000_000 } as const

/** What the findings are of. */
export interface SarifSubject {
  /** The repository's URI: what GitHub tells the reports of several repositories apart by. */
  readonly repository: string
  /** That URI with the digest. */
  readonly image: string
  /** The repository's name. */
  readonly name: string
  /** `BASIC` or `ENHANCED`; null if it is not known. */
  readonly type: string | null
  /** The Dockerfile's path in its checkout; null: the findings are shown at the name of the image. */
  readonly dockerfile: string | null
  /** Whether the gate looks at the score (`scan-min-score`), and not at the severity alone. */
  readonly byScore: boolean
}

/**
 * A SARIF 2.1.0 log of one run, with what GitHub's code scanning shows of one.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
 * @param packages the findings that are told, in their order; none that is ignored
 * @param left how many are not told
 * @returns the text in pieces, as the whole of it would be large in memory
 */
export function* sarifLog(
  packages: readonly WeighedPackage[],
  left: number,
  subject: SarifSubject,
): Generator<string> {
  const { repository, image, type } = subject
  const indexes = new Map<string, number>()
  const driver = {
    name: type === 'ENHANCED' ? 'Amazon ECR enhanced scanning' : 'Amazon ECR image scanning',
    informationUri: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html',
  }
  const notification = { level: 'warning', message: { text: leftOutNote(left) } }
  const run = {
    automationDetails: { id: `ecr/${repository}/` },
    invocations: [
      { executionSuccessful: true, ...(left === 0 ? {} : { toolExecutionNotifications: [notification] }) },
    ],
    columnKind: 'utf16CodeUnits',
    properties: { image },
  }
  yield `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[${opened(run)},"tool":{"driver":${opened(driver)},"rules":[`
  yield* jsonItems(rules(packages, indexes, subject))
  yield ']}},"results":['
  yield* jsonItems(results(packages, indexes, subject))
  yield ']}]}\n'
}

/** JSON of an object that has more members behind these. */
const opened = (object: object) => JSON.stringify(object).slice(0, -1)

/** @param indexes where each stands, by its name, for those that follow */
function* rules(
  packages: readonly WeighedPackage[],
  indexes: Map<string, number>,
  subject: SarifSubject,
): Generator<object> {
  for (const one of packages) {
    if (indexes.has(one.finding.name)) continue
    indexes.set(one.finding.name, indexes.size)
    yield ruleOf(one, subject)
  }
}

function* results(
  packages: readonly WeighedPackage[],
  indexes: ReadonlyMap<string, number>,
  subject: SarifSubject,
): Generator<object> {
  const uri = placeUri(subject)
  const compared = packages.some(({ isNew }) => isNew !== null)
  for (const one of packages) {
    const { finding } = one
    yield {
      ruleId: finding.name,
      ruleIndex: indexes.get(finding.name),
      level: ratingOf(finding, subject).level,
      message: { text: resultText(one, subject.image) },
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
  }
}

/** Where the findings are shown, as a relative reference whose first part could be taken for no scheme. */
function placeUri({ name, dockerfile }: SarifSubject): string {
  return encodeURI(dockerfile ?? name)
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F')
    .replaceAll(':', '%3A')
}

/** In characters. */
const PIECE = 256 * 1024

/** The items of a list in JSON, a line each, in pieces. */
export function* jsonItems(items: Iterable<object>): Generator<string> {
  let piece = ''
  let isFirst = true
  for (const one of items) {
    piece += `${isFirst ? '' : ','}\n${JSON.stringify(one)}`
    isFirst = false
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  yield `${piece}\n`
}

/** What is said of findings that the file does not have. */
export function leftOutNote(count: number): string {
  return `${count} ${count === 1 ? 'finding is' : 'findings are'} left out, as GitHub's code scanning takes no more: what fails the gate stays first, then what is the most severe; the JSON beside this file has all of them`
}

/** Of one vulnerability, whatever the package; the first finding that names it describes it. */
function ruleOf({ finding }: WeighedPackage, subject: SarifSubject): object {
  const { name, severity, description, uri } = finding
  const { level, security } = ratingOf(finding, subject)
  const link = webLink(uri)
  const text = description ?? name
  return {
    id: name,
    name,
    shortDescription: { text: `${name} (${severity})` },
    fullDescription: { text },
    ...(link === null ? {} : { helpUri: link }),
    help: { text: link ?? text },
    defaultConfiguration: { level },
    properties: {
      // GitHub's own severities come from this number alone.
      'security-severity': security.toFixed(1),
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

/** The bands of GitHub: over 9.0 critical, from 7.0 high, from 4.0 medium, over 0 low. */
const BANDS: Readonly<Record<string, readonly [number, number]>> = {
  CRITICAL: [9.1, 10],
  HIGH: [7, 8.9],
  MEDIUM: [4, 6.9],
  LOW: [0.1, 3.9],
}

/**
 * How bad GitHub shows it: by ECR's severity, and within it by the score, as the two may come from different places. A
 * higher score counts if the gate looks at scores: code scanning is not to call medium what the gate refuses for its 9.8.
 */
function ratingOf(
  { severity, score }: Pick<Finding, 'severity' | 'score'>,
  { byScore }: Pick<SarifSubject, 'byScore'>,
): { readonly level: 'error' | 'warning' | 'note'; readonly security: number } {
  const [least, most] = BANDS[severity] ?? [0.1, 3.9]
  const security = Math.min(byScore ? 10 : most, Math.max(least, score ?? least))
  return { level: security >= 7 ? 'error' : security >= 4 ? 'warning' : 'note', security }
}

/** The same finding in the next image has the same one, also with another version of the package. */
function alertIdentity({ finding, in: found, platform }: WeighedPackage): string {
  const identity = JSON.stringify([finding.name, found.name, platform])
  return createHash('sha256').update(identity).digest('hex').slice(0, 32)
}
