/**
 * The branches or tags of a run that may be on many: those that begin with `start`, without those that are followed as
 * runs of their own.
 */
export class AnyRef {
  readonly #prefix: string
  readonly #start: string
  readonly #apart: readonly string[]
  readonly #startsApart: readonly string[]

  /**
   * @param prefix `refs/heads/` or `refs/tags/`
   * @param start how all of the names begin; empty if they may begin in any way
   * @param apart names that are followed apart, and
   * @param startsApart beginnings of names that are
   */
  constructor(prefix: string, start: string, apart: readonly string[], startsApart: readonly string[]) {
    this.#prefix = prefix
    this.#start = start
    this.#apart = apart
    this.#startsApart = startsApart
  }

  /** Whether it is this one, by its whole reference or by its name; null if that depends on which one it is. */
  equals(member: 'ref' | 'ref_name', text: string): boolean | null {
    const name = this.#nameIn(member, text)
    if (name === null) return false
    // GitHub compares without regard to case.
    const same = (one: string) => one.toLowerCase() === name.toLowerCase()
    if (this.#apart.some(same)) return false
    return name.toLowerCase().startsWith(this.#start.toLowerCase()) ? null : false
  }

  /** Whether it begins so; null if that depends on which one it is. */
  startsWith(member: 'ref' | 'ref_name', text: string): boolean | null {
    const [wanted, prefix] = [text.toLowerCase(), member === 'ref' ? this.#prefix : '']
    const begins = (prefix + this.#start).toLowerCase()
    if (begins.startsWith(wanted)) return true
    if (!wanted.startsWith(begins)) return false
    return this.#startsApart.some((one) => (prefix + one).toLowerCase() === wanted) ? false : null
  }

  #nameIn(member: 'ref' | 'ref_name', text: string): string | null {
    if (member === 'ref_name') return text
    return text.toLowerCase().startsWith(this.#prefix) ? text.slice(this.#prefix.length) : null
  }
}

/** The merge commit of some pull request: `refs/pull/7/merge`. */
export class AnyPullRequest extends AnyRef {
  constructor() {
    super('refs/pull/', '', [], [])
  }

  override equals(member: 'ref' | 'ref_name', text: string): boolean | null {
    return /^\d+\/merge$/i.test(nameOf(member, text) ?? '') ? null : false
  }

  override startsWith(member: 'ref' | 'ref_name', text: string): boolean | null {
    const name = nameOf(member, text)
    // Of the number, nothing is known.
    if (name === null) return super.startsWith(member, text)
    const isBeginning = /^\d*$/.test(name) || /^\d+\/$/.test(name.replace(/m(?:e(?:r(?:ge?)?)?)?$/i, ''))
    return name === '' ? true : isBeginning ? null : false
  }
}

/** What stands behind refs/pull/; null if the text is of another kind. */
function nameOf(member: 'ref' | 'ref_name', text: string): string | null {
  if (member === 'ref_name') return text
  return /^refs\/pull\//i.test(text) ? text.slice('refs/pull/'.length) : null
}
