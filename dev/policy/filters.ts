// The patterns of `branches` and `tags` in a workflow's triggers, and the conditions of IAM that mean the same.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String

/** One character of a pattern, or a class of them, with what may follow it. */
const PIECE = /(\\.|\[[^\]]*\]|\*\*|\*|.)([?+]?)/gsu

/** Names that IAM lets through: those that fit `like`, and none of `notLike`. */
export interface Names {
  /** A name, or a pattern of IAM, in which `*` is any characters and `?` is one. */
  readonly like: string
  /** Whether `like` is a pattern, and so belongs under StringLike. */
  readonly isPattern: boolean
  /** Patterns of IAM. */
  readonly notLike: readonly string[]
  /** The beginning that all these names have. */
  readonly start: string
}

/** What a list of patterns is in IAM. */
export interface Translated {
  /** Every name that the patterns let through fits one of these. */
  readonly names: readonly Names[]
  /** The patterns of the list that IAM cannot say, so that `names` has more than they let through. */
  readonly wider: readonly string[]
}

/** Whether a list of patterns lets a name through: of those that fit it, the last one counts. */
export function fits(patterns: readonly string[], name: string): boolean {
  let fitting = false
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!')
    if (regExpOf(negative ? pattern.slice(1) : pattern).test(name)) fitting = !negative
  }
  return fitting
}

function regExpOf(pattern: string): RegExp {
  const source = [...pattern.matchAll(PIECE)].map(([, piece = '', times = '']) => {
    // Behind an asterisk, there is nothing to repeat or to leave out.
    if (piece === '**') return '.*'
    if (piece === '*') return '[^/]*'
    if (/^\[.+\]$/s.test(piece)) return `[${piece.slice(1, -1).replace(/[\\^[\]]/g, '\\$&')}]${times}`
    const one = piece.startsWith('\\') ? piece.slice(1) : piece
    return `${one.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}${times}`
  })
  return new RegExp(`^(?:${source.join('')})$`, 'su')
}

/**
 * A list of patterns in IAM: never narrower than what GitHub lets through. It is wider only by the patterns that are
 * told: IAM knows no classes and no repetitions.
 */
export function namesOf(patterns: readonly string[]): Translated {
  const names: Names[] = []
  const wider = new Set<string>()
  patterns.forEach((pattern, index) => {
    if (pattern.startsWith('!')) return
    const read = iamOf(pattern)
    const excluding = patterns.slice(index + 1).filter((later) => later.startsWith('!'))
    if (!read.isPattern) {
      if (fits(patterns, read.like)) names.push({ ...read, notLike: [] })
      return
    }
    const notLike = read.deeper === null ? [] : [read.deeper]
    for (const exclusion of excluding) {
      const excluded = iamOf(exclusion.slice(1))
      // To exclude more than GitHub does would refuse a run that it starts.
      if (excluded.isExact) notLike.push(excluded.like)
      else wider.add(exclusion)
    }
    if (read.isWider) wider.add(pattern)
    names.push({ like: read.like, isPattern: true, start: read.start, notLike })
  })
  return { names, wider: [...wider] }
}

interface Read {
  readonly like: string
  readonly isPattern: boolean
  readonly start: string
  /** What fits `like` and has more slashes than the pattern; null if the pattern lets such names through. */
  readonly deeper: string | null
  /** Whether `like` without `deeper` lets more through than the pattern. */
  readonly isWider: boolean
  /** Whether `like` alone lets through exactly what the pattern does. */
  readonly isExact: boolean
}

/** A positive pattern in IAM. */
function iamOf(pattern: string): Read {
  let [stars, deep, loose] = [false, false, false]
  let start: string | null = null
  let like = ''
  for (const [, piece = '', times = ''] of pattern.matchAll(PIECE)) {
    const isClass = /^\[.+\]$/s.test(piece)
    const one = isClass ? '?' : piece.startsWith('\\') ? piece.slice(1) : piece
    if (piece.startsWith('*') || isClass || times !== '') start ??= like
    if (piece === '**') deep = true
    else if (piece === '*') stars = true
    else if (isClass || times !== '') loose = true
    // Whether `?` is about the character before it or stands for one itself, GitHub's pages did not always agree.
    if (times === '?' || (times === '+' && one === '/')) deep = true
    if (piece.startsWith('*') || times === '?') like += '*'
    else like += times === '+' ? `${one}*` : one
  }
  like = like.replace(/\*+/g, '*')
  const slashes = like.split('/').length - 1
  // A star of GitHub's passes no slash: what fits has as many slashes as the pattern, and no more.
  const deeper = deep || start === null ? null : `*${'/*'.repeat(slashes + 1)}`
  return {
    like,
    isPattern: start !== null,
    start: start ?? like,
    deeper,
    isWider: loose || (stars && deep),
    isExact: !loose && !stars,
  }
}

/** Whether a pattern of IAM lets a text through; of a text that is a pattern itself, all that it lets through. */
export function iamLets(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '[^*]')
  return new RegExp(`^${source}$`, 's').test(text)
}
