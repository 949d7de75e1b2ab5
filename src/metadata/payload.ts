/**
 * A value inside of a JSON that anyone may have written.
 * @returns undefined wherever the path leads past what is there; inherited properties are not there
 */
export function valueAt(payload: unknown, ...path: readonly string[]): unknown {
  let value = payload
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** The text at a path, or null. Null characters go: no command line can carry them. */
export function textAt(payload: unknown, ...path: readonly string[]): string | null {
  const value = valueAt(payload, ...path)
  return typeof value === 'string' ? value.replaceAll('\0', '') : null
}
