/** A choice, for a message: `a, b or c`; none of the items should have a comma in it, but the last one may. */
export function oneOf(words: readonly string[]): string {
  if (words.length < 2) return words.join()
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
