/**
 * The beginning of a text that others wrote, for a message: keeps an accidental or hostile megabyte out of it. No word
 * is cut: the runner masks a secret only if all of it is written, and half of one would be shown.
 * @param max how many characters (UTF-16 code units) stay at most
 * @returns the text itself if it is short enough; else its first words, `…`, and how long it was
 */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  const end = text.slice(0, max + 1).search(/\s\S*$/)
  return `${text.slice(0, Math.max(0, end)).trimEnd()}… (${text.length} characters)`
}
