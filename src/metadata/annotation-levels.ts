// buildx's own form: `index,manifest[linux/amd64]:key=value`.
const LEVEL = '(?:manifest|index)(?:-descriptor)?(?:\\[[A-Za-z0-9_/.-]+\\])?'
const LEVEL_ALONE = new RegExp(`^${LEVEL}$`)
const LEVELS_FIRST = new RegExp(`^${LEVEL}(?:,${LEVEL})*:.`)

/** Whether buildx takes a text as the level of an annotation: `index`, `manifest[linux/amd64]`. */
export function isAnnotationLevel(text: string): boolean {
  return LEVEL_ALONE.test(text)
}

/** Whether an annotation's key names its levels. */
export function namesItsLevels(key: string): boolean {
  return LEVELS_FIRST.test(key)
}
