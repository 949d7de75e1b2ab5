import { statSync } from 'node:fs'
import path from 'node:path'
import { clip } from '../shared/clip.ts'
import { BROKEN, type Item, parseList } from './list.ts'
import type { Reader } from './reader.ts'
import { readInside, type TextReading } from './workspace.ts'

/** A finding that does not count, and why. */
export interface IgnoreItem {
  /** As ECR names the vulnerability: `CVE-2026-1234`. */
  readonly name: string
  /** Only in packages whose name matches, with `*` and `?`; null: in any. */
  readonly package: string | null
  /** The last day on which it counts, in UTC, as `YYYY-MM-DD`; null: always. */
  readonly until: string | null
  readonly reason: string
  /** Where it stands: `line 3`, or `.scan-ignore, line 3`. */
  readonly place: string
}

/** In bytes: 5,000 lines of the length of this one have less than an eighth of it. */
const LARGEST_IGNORE_FILE = 4 << 20
/** More mistakes than these are counted. */
const PROBLEMS_TOLD = 20
/** Longer than the name of any package, in characters. */
const LONGEST_GLOB = 256
/** Of what a mistake is, in characters. */
const LONGEST_ATTRIBUTE_TOLD = 60

/**
 * The input `scan-ignore`: an item a line, `NAME [package=GLOB] [until=YYYY-MM-DD] REASON…`; or the path of a file of
 * the workspace with such lines. It opens the gate, so that nothing in it is taken for less than its author wrote.
 * @returns the items, and the absolute path of the file that has them; null if they are in the input itself
 */
export function readScanIgnore(reader: Reader): {
  readonly items: readonly IgnoreItem[]
  readonly file: string | null
} {
  const given = parseList(reader.source.get('scan-ignore'), 'lines')
  const [only, ...others] = given.items
  if (only === undefined || others.length > 0 || given.broken.length > 0 || /\s/.test(only.text)) {
    if (only !== undefined && others.length === 0 && isFile(reader.source.cwd, only.text)) {
      reader.problem(
        'scan-ignore',
        only.text,
        'is an item, as it has a blank, and a file is called so too: give the file a name without blanks',
      )
      return { items: [], file: null }
    }
    return { items: itemsOf(reader, given, (line) => `line ${line}`), file: null }
  }
  const file = path.resolve(reader.source.cwd, only.text)
  const read: TextReading = readInside(
    reader.source.cwd,
    only.text,
    'is neither an item, NAME [package=GLOB] [until=YYYY-MM-DD] REASON, whose reason is missing, nor the path of a file in the workspace',
    LARGEST_IGNORE_FILE,
  )
  if ('problem' in read) {
    reader.problem('scan-ignore', only.text, read.problem)
    return { items: [], file }
  }
  const items = itemsOf(reader, parseList(read.text, 'lines'), (line) => `${only.text}, line ${line}`)
  return { items, file }
}

function itemsOf(
  reader: Reader,
  { items, broken }: ReturnType<typeof parseList>,
  placeOf: (line: number) => string,
): IgnoreItem[] {
  const problems: (() => void)[] = broken.map((line) => () => reader.problem('scan-ignore', line, BROKEN))
  const read = items.flatMap((item): IgnoreItem[] => {
    const place = placeOf(item.line)
    const one = readItem(item)
    if (!('problem' in one)) return [{ ...one, place }]
    problems.push(() => reader.problem('scan-ignore', item.text, `${place}: ${one.problem}`))
    return []
  })
  for (const tell of problems.slice(0, PROBLEMS_TOLD)) tell()
  const more = problems.length - PROBLEMS_TOLD
  if (more > 0) reader.problem('scan-ignore', '', `has ${more} more such lines`)
  return read
}

/** Most items could be no path at all. */
function isFile(workspace: string, given: string): boolean {
  try {
    return statSync(path.resolve(workspace, given)).isFile()
  } catch {
    return false
  }
}

type ReadItem = Omit<IgnoreItem, 'place'> | { readonly problem: string }

/** One blank or several separate the parts; the rest of the line is the reason. */
function readItem({ text }: Item): ReadItem {
  const [, name = '', behind = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? []
  if (name.includes(',')) return { problem: 'has a comma in its name; one item a line, never by commas' }
  if (/[\p{Cc}\p{Cf}]/u.test(name)) return { problem: 'has a character in its name that is not seen' }
  if (name.includes('*'))
    return { problem: 'has * in its name, which is written letter by letter, as ECR has it' }
  const found = new Map<string, string>()
  let rest = behind
  for (;;) {
    const [whole = '', key = '', value = ''] = /^(package|until)=(\S*)\s*/.exec(rest) ?? []
    if (whole === '') break
    if (found.has(key)) return { problem: `has ${key}= twice` }
    if (/^["']/.test(value)) return { problem: `the value of ${key}= is written without quotes` }
    found.set(key, value)
    rest = rest.slice(whole.length)
  }
  const glob = found.get('package') ?? null
  const until = found.get('until') ?? null
  if (glob !== null && (glob === '' || [...glob].length > LONGEST_GLOB)) {
    return {
      problem: `package= must be followed by the name of a package, with * and ?, of at most ${LONGEST_GLOB} characters`,
    }
  }
  if (until !== null && !isDay(until)) {
    return {
      problem: 'until= must be followed by a day, YYYY-MM-DD, the last one on which it is ignored, in UTC',
    }
  }
  if (!/[\p{L}\p{N}]/u.test(rest)) return { problem: 'has no reason; write after it why it is ignored' }
  const attribute = attributeIn(rest)
  if (attribute !== null) {
    return {
      problem: `'${clip(attribute, LONGEST_ATTRIBUTE_TOLD)}' in its reason reads as an attribute; these are package= and until=, written so, without blanks, and before the reason, as a mistyped one would let the item ignore more than it says`,
    }
  }
  return { name, package: glob, until, reason: rest }
}

/** A word, `=` or `:`, and a value, at the beginning of a reason; the address of a page is none. */
const FIRST_WORD = /^["'#(]*\s*[\p{L}_][\p{L}\p{N}_.-]*(?:=|:(?!\/\/)(?=\S))\S*/u
/** What other lists call a package or a last day (.trivyignore has `exp:`), with `=` or `:`, anywhere. */
const ATTRIBUTE =
  /(?<![\w-])(?:package|pkg|until|exp(?:ir[a-z]*)?)(?:s|\d+|[-_][\w-]*)?\s*(?:=|:(?!\/\/))\s*\S*/i
/** The last day without its sign, at the beginning. */
const UNTIL_DAY = /^(?:until|exp(?:ir[a-z]*)?)\s+\d{4}-\d{2}-\d{2}/i

/** What of a reason its author may have meant as an attribute; null if nothing. */
function attributeIn(reason: string): string | null {
  const found = FIRST_WORD.exec(reason) ?? UNTIL_DAY.exec(reason) ?? ATTRIBUTE.exec(reason)
  return found?.[0] ?? null
}

/** Whether the calendar has this day: `Date` takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text
}
