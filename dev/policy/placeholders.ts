import type { Open, Parts } from './expressions.ts'

// What stands in the place of an expression that is not known, so that the readers of inputs take the rest. Each kind is
// written so that no workflow has it, and is found again in what comes out.

export type Kind = 'name' | 'account' | 'region' | 'digest' | 'role'

const nameOf = (index: number) => `zq0open${index}zq`
const accountOf = (index: number) => `90090000${String(index).padStart(4, '0')}`

const FORMS: Readonly<Record<Kind, (index: number) => string>> = {
  name: nameOf,
  account: accountOf,
  region: (index) => `zq-open-zq-${index}`,
  digest: (index) => `sha256:${'9009'.padEnd(56, '0')}${String(index).padStart(8, '0')}`,
  role: (index) => `arn:aws:iam::${accountOf(index)}:role/${nameOf(index)}`,
}

const FOUND = /sha256:90090{52}(\d{8})|zq0open(\d+)zq|(?<!\d)90090000(\d{4})(?!\d)|zq-open-zq-(\d+)/g

/** The same, without the parts that a split would keep. */
const ENDS = new RegExp(FOUND.source.replace(/\((?!\?)/g, '(?:'), 'g')

/** The expressions of one command, by what stands in their place. */
export class Placeholders {
  /** As they are written. */
  readonly #texts: string[] = []

  /** @returns what stands for an expression: always the same for the same */
  for(expression: string, kind: Kind = 'name'): string {
    return this.forText(`\${{ ${expression} }}`, kind)
  }

  /** @returns what stands for a text that is not taken as it is written */
  forText(text: string, kind: Kind = 'name'): string {
    const known = this.#texts.indexOf(text)
    return FORMS[kind](known >= 0 ? known : this.#texts.push(text) - 1)
  }

  /** A text with `*` for what is not known, as ARNs and conditions take it. */
  asPattern(text: string): string {
    return text.replace(FOUND, '*').replace(/\*+/g, '*')
  }

  /** A text with the expressions as they are written. */
  asWritten(text: string): string {
    // A role that is an expression and nothing else.
    const [, account, name] = /^arn:aws:iam::90090000(\d{4}):role\/zq0open(\d+)zq$/.exec(text) ?? []
    const whole = account !== undefined && Number(account) === Number(name) ? text.replace(/^.*\//, '') : text
    return whole.replace(FOUND, (...found) => this.#at(found))
  }

  /** What is not known of a text, as it is written. */
  in(text: string): string[] {
    return [...text.matchAll(FOUND)].map((found) => this.#at(found))
  }

  /** Whether a text has something in it that is not known. */
  isIn(text: string): boolean {
    return text.search(FOUND) >= 0
  }

  /** Whether nothing of a text is known. */
  isWhole(text: string): boolean {
    return text.replace(FOUND, '') === '' && text !== ''
  }

  /** What stands before the first part of a text that is not known; all of it if everything is known. */
  beforeFirst(text: string): string {
    const at = text.search(FOUND)
    return at < 0 ? text : text.slice(0, at)
  }

  /** The parts with something in the place of each expression, of the kind that its surroundings ask for. */
  fill(parts: Parts, kindOf: (before: string, after: string) => Kind): string {
    return parts.reduce<string>((text, part, index) => {
      if (typeof part === 'string') return text + part
      const next = parts[index + 1]
      return text + this.for(part.expression, kindOf(text, typeof next === 'string' ? next : ''))
    }, '')
  }

  /** What stands behind the last part of a text that is not known; nothing if everything is known. */
  afterLast(text: string): string {
    return this.isIn(text) ? (text.split(ENDS).at(-1) ?? '') : ''
  }

  #at(found: readonly unknown[]): string {
    return this.#texts[Number(found[1] ?? found[2] ?? found[3] ?? found[4])] ?? ''
  }
}

/** In a host of ECR, in the ARN of a role, behind an @ and before a slash in lists of registries, an expression is no name. */
export function kindInPlace(input: string): (before: string, after: string) => Kind {
  return (before, after) => {
    if (input === 'registry-id') return 'account'
    if (input === 'aws-region') return 'region'
    // One role a line.
    if (input === 'role-to-assume' && /(?:^|\n)\s*$/.test(before) && /^[^\S\n]*(?:\n|$)/.test(after))
      return 'role'
    if (input === 'digests' || ((input === 'source' || input === 'image') && before.endsWith('@')))
      return 'digest'
    if (/\.dkr[.-]ecr(?:-fips)?\.$/.test(before)) return 'region'
    if (/^\.dkr[.-]ecr/.test(after) || /arn:[\w-]+:\w+:[\w-]*:$/.test(before)) return 'account'
    if (/^(?:pull-)?registries$/.test(input) && /(?:^|[\n,/])\s*$/.test(before))
      return after.startsWith('/') ? 'account' : 'region'
    if (/^(?:pull-)?registries$/.test(input) && /\s$/.test(before)) return 'role'
    return 'name'
  }
}

/** Whether it is an expression and nothing else. */
export const isWholly = (parts: Parts): parts is readonly [Open] =>
  parts.length === 1 && typeof parts[0] !== 'string'
