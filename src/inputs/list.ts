/**
 * What separates the items of a list, and what may stand in them. Each input has one kind:
 *
 * | kind | a comma | a quote | inputs |
 * | --- | --- | --- | --- |
 * | `lines` | belongs to the item | | `build-args`, `labels`, `annotations`, `build-contexts`, `secret-files`, … |
 * | `commas` | separates, unless it is inside of quotes | | `ssh`, `allow` |
 * | `words` | separates, also inside of quotes: such an item can hold none | | `platforms`, `add-hosts`, … |
 * | `records` | belongs to the item, which is itself CSV | may begin a field | `outputs`, `cache-from`, `attests`, `tags`, … |
 * | `secrets` | belongs to the item | | `secrets` |
 */
export type ListKind = 'lines' | 'commas' | 'words' | 'records' | 'secrets'

export interface List {
  readonly items: readonly Item[]
  /** Lines that begin with a quote without being a quoted item; they are no items. */
  readonly broken: readonly string[]
}

export interface Item {
  readonly text: string
  /** Whether it was quoted as a whole; the quotes are gone. */
  readonly quoted: boolean
  /** The line that it begins in; the first is 1. */
  readonly line: number
}

/**
 * Reads a list. This is the one grammar of every list input:
 *
 * - An item ends where its line ends, at LF or CR LF; `kind` says whether also at a comma.
 * - Blanks at both ends of an item are dropped; of `secrets`, those before it.
 * - Empty items, and lines that begin with `#`, are dropped; in `secrets`, `#` may begin an item.
 * - An item that is quoted as a whole, as CSV has it, is everything between its quotes: blanks, commas, `#` and line
 *   ends of any kind. A quote in it is doubled.
 * - Any other item is taken byte for byte, quotes in the middle of it included.
 * - An item that begins with a quote is quoted as a whole, or it is an error: it would be something else than what
 *   its author sees. Not so in `records`, where the quotes may be those of a field.
 *
 * docker/build-push-action reads the whole text as CSV, and so loses quotes in the middle of an item that holds a
 * comma: https://github.com/docker/actions-toolkit/blob/main/src/util.ts (getList)
 * @param text the input, as the runner gives it
 */
export function parseList(text: string, kind: ListKind): List {
  const items: Item[] = []
  const broken: string[] = []
  const separated = kind === 'commas' || kind === 'words'
  let at = 0
  let line = { end: -1, next: 0 }
  let [number, counted] = [1, 0]
  while (at < text.length) {
    const lineBegins = at === 0 || text[at - 1] === '\n'
    if (at > line.end) line = endOfLine(text, at)
    for (; counted < at; counted++) if (text[counted] === '\n') number += 1
    const start = at + blanksAtStart(text.slice(at, line.end))
    const rest = text.slice(start, line.end)
    const quoted = rest.startsWith('"') ? readQuoted(text, start, separated) : null
    if (quoted !== null) {
      const texts = kind === 'words' ? quoted.text.split(',').map((word) => word.trim()) : [quoted.text]
      items.push(...texts.map((item) => ({ text: item, quoted: true, line: number })))
      at = quoted.next
    } else if (lineBegins && rest.startsWith('#') && kind !== 'secrets') {
      at = line.next
    } else if (rest.startsWith('"') && kind !== 'records') {
      broken.push(rest.trimEnd())
      at = line.next
    } else {
      const comma = separated ? rest.indexOf(',') : -1
      const item = comma < 0 ? rest : rest.slice(0, comma)
      items.push({ text: kind === 'secrets' ? item : item.trimEnd(), quoted: false, line: number })
      at = comma < 0 ? line.next : start + comma + 1
    }
  }
  return { items: items.filter((item) => item.text !== ''), broken }
}

const blanksAtStart = (text: string) => text.length - text.trimStart().length

/** What to say of a broken line. */
export const BROKEN =
  'begins with a quote, so that all of it has to be quoted: end it with a quote and double each quote inside ("a ""b"" c"), or leave out the quotes around it'

/** @returns where the line's text ends, and where the next line begins */
function endOfLine(text: string, from: number): { end: number; next: number } {
  const feed = text.indexOf('\n', from)
  if (feed < 0) return { end: text.length, next: text.length }
  return { end: feed > from && text[feed - 1] === '\r' ? feed - 1 : feed, next: feed + 1 }
}

/**
 * Reads an item that is quoted as a whole.
 * @param start the place of the opening quote
 * @param separated whether a comma ends an item too
 * @returns null if the quote is not closed, or something follows the closing one
 */
function readQuoted(list: string, start: number, separated: boolean): { text: string; next: number } | null {
  let close = list.indexOf('"', start + 1)
  while (close >= 0 && list[close + 1] === '"') close = list.indexOf('"', close + 2)
  if (close < 0) return null
  const text = list.slice(start + 1, close).replaceAll('""', '"')
  const line = endOfLine(list, close + 1)
  const behind = list.slice(close + 1, line.end)
  if (behind.trim() === '') return { text, next: line.next }
  const comma = behind.indexOf(',')
  if (!separated || comma < 0 || behind.slice(0, comma).trim() !== '') return null
  return { text, next: close + comma + 2 }
}
