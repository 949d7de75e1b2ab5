/**
 * The beginning of a text that others wrote, for a message: keeps an accidental or hostile megabyte out of it.
 * @param max how many characters (UTF-16 code units) stay; one that takes two units is never cut in half
 * @returns the text itself if it is short enough; else its beginning, `…`, and how long it was
 */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  const start = text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '')
  return `${start}… (${text.length} characters)`
}
