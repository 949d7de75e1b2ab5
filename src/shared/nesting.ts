/**
 * How deep objects and arrays of a JSON text may lie in each other. What writes JSON anew, here and in the tools that
 * verify it, calls itself for each level; no real document comes near.
 */
export const MAX_NESTING = 1000

/** How deep an SBOM may be nested: the statement around it is one level more, and has to stay readable itself. */
export const MAX_SBOM_NESTING = MAX_NESTING / 2

const [QUOTATION_MARK, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}')

/**
 * Whether a JSON text is nested deeper than that. It is found without parsing, whose time grows faster than the depth.
 * @param text UTF-8; may be anything
 * @param levels as many are not too deep
 */
export function isTooDeep(text: Uint8Array, levels = MAX_NESTING): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]
    if (quoted) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTATION_MARK) quoted = false
    } else if (byte === QUOTATION_MARK) quoted = true
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (++depth > levels) return true
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--
  }
  return false
}
