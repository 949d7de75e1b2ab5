import { type Counts, type Finding, type FoundPackage, rank, type Severity } from '../ecr/scans.ts'
import type { IgnoreItem } from '../inputs/scan-ignore.ts'
import { matchesGlob } from '../shared/glob.ts'

// Which findings count: functions of what ECR found and of what the inputs say, and of nothing else.

/** What is known of one image's scan. */
export interface Scanned {
  /** Null for an image that is no part of an index. */
  readonly platform: string | null
  readonly findings: readonly Finding[]
  /** What ECR counts and does not list, by severity. */
  readonly unlisted: Counts
}

/** A finding counts if it meets every threshold that is given; what ECR does not say of it is against it. */
export interface Thresholds {
  readonly severity: Severity | null
  readonly minScore: number | null
  readonly onlyFixable: boolean
}

export interface WeighInput {
  readonly thresholds: Thresholds
  readonly ignore: readonly IgnoreItem[]
  /** Today, in UTC, as `YYYY-MM-DD`. */
  readonly today: string
  /** What the image before had, by {@link findingKey}; null: it is not compared with any. */
  readonly known: ReadonlySet<string> | null
}

/** One package that has a vulnerability, in one image. */
export interface WeighedPackage {
  readonly platform: string | null
  readonly finding: Finding
  readonly in: FoundPackage
  /** The item by which it is ignored; null if none does. */
  readonly ignored: IgnoreItem | null
  /** Whether the image before had it not; null if it is not compared with any. */
  readonly isNew: boolean | null
  /** Whether it fails the gate. */
  readonly fails: boolean
}

/** What came of it. The counts are of findings, by severity: one that is in several packages counts once. */
export interface Weighed {
  /** Those that are not ignored. */
  readonly counts: Counts
  /** Those that fail the gate. */
  readonly failing: Counts
  readonly ignored: Counts
  /** Those that the image before had not; null if it is not compared with any. */
  readonly fresh: Counts | null
  /** How many of those that fail do so because ECR does not say whether there is a fix, or gives no score. */
  readonly unknownFix: number
  readonly unknownScore: number
  /** How many ECR counts and does not list: nothing can ignore them. */
  readonly unlisted: number
  readonly packages: readonly WeighedPackage[]
  /** Items whose last day is over, and those that match nothing. */
  readonly expired: readonly IgnoreItem[]
  readonly unmatched: readonly IgnoreItem[]
}

/** What makes two findings the same in two images: the vulnerability and the package, whatever its version. */
export function findingKey(
  { name }: Pick<Finding, 'name'>,
  { name: held }: Pick<FoundPackage, 'name'>,
): string {
  return `${name}\0${held ?? ''}`
}

/** Weighs what the scans of an image found; for an index, those of its platforms' images together. */
export function weigh(images: readonly Scanned[], { thresholds, ignore, today, known }: WeighInput): Weighed {
  const ignoring = new Ignoring(ignore, today)
  const { severity, minScore, onlyFixable } = thresholds
  const isSevere = (name: string) => severity === null || rank(name) <= rank(severity)
  const [counts, failing, ignored, fresh] = [new Tally(), new Tally(), new Tally(), new Tally()]
  const packages: WeighedPackage[] = []
  let [unknownFix, unknownScore, unlisted] = [0, 0, 0]
  for (const { platform, findings, unlisted: hidden } of images) {
    for (const finding of findings) {
      const hasScore = minScore === null || finding.score === null || finding.score >= minScore
      const isGrave = isSevere(finding.severity) && hasScore
      const weighed = finding.packages.map((one) => {
        const item = ignoring.find(finding, one)
        const isNew = known === null ? null : !known.has(findingKey(finding, one))
        const fails = isGrave && item === null && isNew !== false && !(onlyFixable && one.isFixable === false)
        return { platform, finding, in: one, ignored: item, isNew, fails }
      })
      for (const one of weighed) packages.push(one)
      const left = weighed.filter((one) => one.ignored === null)
      if (left.length === 0) {
        ignored.add(finding.severity)
        continue
      }
      counts.add(finding.severity)
      if (left.some(({ isNew }) => isNew)) fresh.add(finding.severity)
      const failed = left.filter(({ fails }) => fails)
      if (failed.length === 0) continue
      failing.add(finding.severity)
      if (onlyFixable && failed.every((one) => one.in.isFixable === null)) unknownFix += 1
      if (minScore !== null && finding.score === null) unknownScore += 1
    }
    for (const [name, count] of Object.entries(hidden)) {
      unlisted += count
      counts.add(name, count)
      fresh.add(name, count)
      if (!isSevere(name)) continue
      failing.add(name, count)
      if (onlyFixable) unknownFix += count
      if (minScore !== null) unknownScore += count
    }
  }
  return {
    counts: counts.worstFirst(),
    failing: failing.worstFirst(),
    ignored: ignored.worstFirst(),
    fresh: known === null ? null : fresh.worstFirst(),
    unknownFix,
    unknownScore,
    unlisted,
    packages,
    ...ignoring.left(),
  }
}

/** How many findings all severities have together. */
export const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

class Tally {
  readonly #counts = new Map<string, number>()

  add(severity: string, count = 1): void {
    this.#counts.set(severity, (this.#counts.get(severity) ?? 0) + count)
  }

  worstFirst(): Counts {
    return Object.fromEntries([...this.#counts].sort(([one], [other]) => rank(one) - rank(other)))
  }
}

/** The items of `scan-ignore`, by the names of vulnerabilities, and what they have matched. */
class Ignoring {
  readonly #byName = new Map<string, IgnoreItem[]>()
  readonly #expired: IgnoreItem[] = []
  readonly #unmatched: Set<IgnoreItem>

  constructor(items: readonly IgnoreItem[], today: string) {
    // Days that are written so have the order of texts.
    const current = items.filter((item) => {
      const isOver = item.until !== null && item.until < today
      if (isOver) this.#expired.push(item)
      return !isOver
    })
    this.#unmatched = new Set(current)
    for (const item of current) {
      const others = this.#byName.get(item.name)
      if (others === undefined) this.#byName.set(item.name, [item])
      else others.push(item)
    }
  }

  /** The first item that matches; what a later one matches too is no mistake of that one. */
  find({ name }: Finding, { name: held }: FoundPackage): IgnoreItem | null {
    let first: IgnoreItem | null = null
    for (const item of this.#byName.get(name) ?? []) {
      if (item.package !== null && (held === null || !matchesGlob(item.package, held))) continue
      first ??= item
      this.#unmatched.delete(item)
    }
    return first
  }

  left(): Pick<Weighed, 'expired' | 'unmatched'> {
    return { expired: this.#expired, unmatched: [...this.#unmatched] }
  }
}
