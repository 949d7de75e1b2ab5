/**
 * Whether a version is a wanted one or a later one. A pre-release counts as its release, and a build that has
 * no version (of a commit, or a distribution's `0.0.0+unknown`) as the newest.
 * @param version such as `0.13.1`, `v0.29.1-desktop.1`, `0.13.1+ds1-3`
 */
export function atLeast(version: string, wanted: string): boolean {
  const have = numbers(version)
  const want = numbers(wanted)
  if (have === null || want === null) return true
  const differing = have.findIndex((number, index) => number !== want[index])
  return differing < 0 || (have[differing] as number) > (want[differing] as number)
}

function numbers(version: string): number[] | null {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version)
  const result = match?.slice(1).map((number) => Number(number ?? '0'))
  return result?.some((number) => number > 0) ? result : null
}
