/**
 * Whether a whole text matches a pattern in which `*` is any characters, also none, and `?` is one; everything else is
 * itself, also upper and lower case. Not by a regular expression, whose backtracking a hostile pattern could exploit:
 * the time is at most the product of both lengths.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, from] = [0, 0]
  // Where the last `*` stands, and how much of the text it takes so far.
  let [star, taken] = [-1, 0]
  while (from < text.length) {
    const wanted = pattern[at]
    if (wanted === '*') {
      star = at
      taken = from
      at += 1
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[from])) {
      at += 1
      from += 1
    } else if (star >= 0) {
      taken += 1
      from = taken
      at = star + 1
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}
