/** A regular expression that a user gave, known to be valid. */
export interface UserRegExp {
  readonly source: string
  readonly flags: string
}

/** @returns the expression, or what is wrong with it */
export function compileRegExp(source: string, flags: string): UserRegExp | string {
  try {
    new RegExp(source, flags)
    return { source, flags }
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, '')
  }
}

/** How many groups an expression captures. */
export function countGroups({ source, flags }: UserRegExp): number {
  // An empty alternative matches at once, whatever the rest is.
  return (new RegExp(`${source}|`, flags.replace(/[gy]/g, '')).exec('')?.length ?? 1) - 1
}
