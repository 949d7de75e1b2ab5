import { withoutSecrets } from './secrets.ts'

/**
 * The beginning of a text that others wrote, for a message: keeps an accidental or hostile megabyte out of it. The
 * runner masks a secret only if all of it is written, and half of one would be shown: the secrets that this run knows
 * of are masked before anything is cut, and, for those of the job that nobody has told it, no word is cut.
 * @param max how many characters (UTF-16 code units) stay at most
 * @returns the text itself if it is short enough; else its first words, `…`, and how long it was
 */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  const masked = withoutSecrets(text)
  if (masked.length <= max) return masked
  const end = masked.slice(0, max + 1).search(/\s\S*$/)
  return `${masked.slice(0, Math.max(0, end)).trimEnd()}… (${text.length} characters)`
}

/** What stands for the rest of a text that is cut. */
const REST = '\n… the rest is in the log'

/**
 * The beginning of a text of several lines, for who can look at the log: cut between lines, or, if less than half of what
 * may stay were left, between words. A word that is too long by itself is only counted. Of secrets, the same holds as for {@link clip}.
 * @param max how many characters (UTF-16 code units) stay at most, without the words that the rest is in the log
 */
export function firstLines(text: string, max: number): string {
  const masked = withoutSecrets(text)
  if (masked.length <= max) return masked
  const line = masked.lastIndexOf('\n', max)
  // A short line before one that is too long by itself says too little.
  const end = line > max / 2 ? line : masked.slice(0, max + 1).search(/\s\S*$/)
  const begin = masked.slice(0, Math.max(0, end)).trimEnd()
  if (begin !== '') return `${begin}${REST}`
  const word = /\S+/.exec(masked)?.[0] ?? ''
  return `… (${word.length} characters without a blank)${REST}`
}
