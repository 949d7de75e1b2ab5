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

/** Whether what the image before had met the thresholds, as far as is known of it, by {@link findingKey}. */
export type Known = ReadonlyMap<string, boolean>

export interface WeighInput {
  readonly thresholds: Thresholds
  readonly ignore: readonly IgnoreItem[]
  /** Today, in UTC, as `YYYY-MM-DD`. */
  readonly today: string
  /** What the image before had; null: it is not compared with any. */
  readonly known: Known | null
}

/** One package that has a vulnerability, in one image. */
export interface WeighedPackage {
  readonly platform: string | null
  readonly finding: Finding
  readonly in: FoundPackage
  /** The item by which it is ignored; null if none does. */
  readonly ignored: IgnoreItem | null
  /**
   * Whether the image before had it not, or had it under the thresholds that it meets now, or an expired item names it;
   * null if it is not compared with any.
   */
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
  /** Those that are new; null if it is not compared with any image. */
  readonly fresh: Counts | null
  /** How many are new for this alone: they met not all thresholds in the image before; an expired item names them. */
  readonly raised: number
  readonly unaccepted: number
  /** How many of those that fail do so because ECR does not say whether there is a fix, or gives no score. */
  readonly unknownFix: number
  readonly unknownScore: number
  /** How many ECR counts and does not list: nothing can ignore them. */
  readonly unlisted: number
  /** In the order in which they are read, {@link worstFirst}. */
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

/** Whether a finding in a package meets every threshold. */
export function meets(
  { severity, minScore, onlyFixable }: Thresholds,
  { severity: found, score }: Pick<Finding, 'severity' | 'score'>,
  { isFixable }: Pick<FoundPackage, 'isFixable'>,
): boolean {
  if (severity !== null && rank(found) > rank(severity)) return false
  if (minScore !== null && score !== null && score < minScore) return false
  return !(onlyFixable && isFixable === false)
}

/** Adds what a scan of the image before found. */
export function addKnown(
  known: Map<string, boolean>,
  thresholds: Thresholds,
  findings: readonly Finding[],
): void {
  for (const finding of findings) {
    for (const one of finding.packages) {
      const key = findingKey(finding, one)
      known.set(key, known.get(key) === true || meets(thresholds, finding, one))
    }
  }
}

/** Weighs what the scans of an image found; for an index, those of its platforms' images together. */
export function weigh(images: readonly Scanned[], { thresholds, ignore, today, known }: WeighInput): Weighed {
  const ignoring = new Ignoring(ignore, today)
  const { severity, minScore, onlyFixable } = thresholds
  const isSevere = (name: string) => severity === null || rank(name) <= rank(severity)
  const [counts, failing, ignored, fresh] = [new Tally(), new Tally(), new Tally(), new Tally()]
  const packages: WeighedPackage[] = []
  let [unknownFix, unknownScore, unlisted, raised, unaccepted] = [0, 0, 0, 0, 0]
  for (const { platform, findings, unlisted: hidden } of images) {
    for (const finding of findings) {
      const left: WeighedPackage[] = []
      const novelties = new Set<Novelty>()
      for (const one of finding.packages) {
        const item = ignoring.find(finding, one)
        const counted = meets(thresholds, finding, one)
        const novelty =
          known === null
            ? null
            : noveltyOf(known.get(findingKey(finding, one)), counted, () => ignoring.hasExpired(finding, one))
        const weighed = {
          platform,
          finding,
          in: one,
          ignored: item,
          isNew: novelty === null ? null : novelty !== 'known',
          fails: counted && item === null && novelty !== 'known',
        }
        packages.push(weighed)
        if (item !== null) continue
        left.push(weighed)
        if (novelty !== null) novelties.add(novelty)
      }
      if (left.length === 0) {
        ignored.add(finding.severity)
        continue
      }
      counts.add(finding.severity)
      if (left.some(({ isNew }) => isNew)) {
        fresh.add(finding.severity)
        if (!novelties.has('new')) {
          if (novelties.has('expired')) unaccepted += 1
          else raised += 1
        }
      }
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
    raised,
    unaccepted,
    unknownFix,
    unknownScore,
    unlisted,
    packages: packages.sort(worstFirst),
    ...ignoring.left(),
  }
}

type Novelty = 'new' | 'raised' | 'expired' | 'known'

/** @param before whether the image before had it, and it met the thresholds there */
function noveltyOf(before: boolean | undefined, counts: boolean, hasExpired: () => boolean): Novelty {
  if (before === undefined) return 'new'
  if (hasExpired()) return 'expired'
  return counts && !before ? 'raised' : 'known'
}

/**
 * The order of what is told, in log, summary and report: what fails the gate, then by severity and score, then by all that
 * tells two findings apart, so that two runs of the same image tell the same.
 */
export function worstFirst(one: WeighedPackage, other: WeighedPackage): number {
  return (
    Number(other.fails) - Number(one.fails) ||
    rank(one.finding.severity) - rank(other.finding.severity) ||
    (other.finding.score ?? -1) - (one.finding.score ?? -1) ||
    inOrder(one.finding.severity, other.finding.severity) ||
    inOrder(one.finding.name, other.finding.name) ||
    inOrder(one.in.name, other.in.name) ||
    inOrder(one.in.installed, other.in.installed) ||
    inOrder(one.in.fixed, other.in.fixed) ||
    inOrder(one.platform, other.platform)
  )
}

function inOrder(one: string | null, other: string | null): number {
  const [a, b] = [one ?? '', other ?? '']
  return a < b ? -1 : a > b ? 1 : 0
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
  readonly #byName: ReadonlyMap<string, readonly IgnoreItem[]>
  readonly #expiredByName: ReadonlyMap<string, readonly IgnoreItem[]>
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
    this.#byName = byName(current)
    this.#expiredByName = byName(this.#expired)
  }

  /** The first item that matches; what a later one matches too is no mistake of that one. */
  find({ name }: Finding, held: FoundPackage): IgnoreItem | null {
    let first: IgnoreItem | null = null
    for (const item of this.#byName.get(name) ?? []) {
      if (!coversPackage(item, held)) continue
      first ??= item
      this.#unmatched.delete(item)
    }
    return first
  }

  /** Whether an item whose last day is over is about it. */
  hasExpired({ name }: Finding, held: FoundPackage): boolean {
    return (this.#expiredByName.get(name) ?? []).some((item) => coversPackage(item, held))
  }

  left(): Pick<Weighed, 'expired' | 'unmatched'> {
    return { expired: this.#expired, unmatched: [...this.#unmatched] }
  }
}

function byName(items: readonly IgnoreItem[]): Map<string, IgnoreItem[]> {
  const all = new Map<string, IgnoreItem[]>()
  for (const item of items) {
    const others = all.get(item.name)
    if (others === undefined) all.set(item.name, [item])
    else others.push(item)
  }
  return all
}

const coversPackage = (item: IgnoreItem, { name }: FoundPackage) =>
  item.package === null || (name !== null && matchesGlob(item.package, name))
