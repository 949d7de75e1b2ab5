import { canonicalPlatformName, isPlatformWord } from '../../oci/platform-names.ts'

/**
 * The job's variable that docker and buildx take if a build is told no platform; `docker buildx bake` does not read it.
 * https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export const DEFAULT_PLATFORM = 'DOCKER_DEFAULT_PLATFORM'

const SPECIFIER = /^[A-Za-z0-9][\w.-]*(?:\([\w.+-]*\))?(?:\/[\w.-]+){0,2}$/

/**
 * Whether docker reads a text as a platform. Of a pair it knows the form only; a word alone must be one that it knows, or
 * `local`, buildx's word for the builder's own.
 * https://github.com/containerd/platforms/blob/main/platforms.go (Parse)
 */
export function isPlatformSpecifier(text: string): boolean {
  if (!SPECIFIER.test(text)) return false
  return text.includes('/') || text.toLowerCase() === 'local' || isPlatformWord(text)
}

/** Each platform once, under the first of its names. */
export function distinctPlatforms(given: readonly string[]): string[] {
  const names = given.map((one) => canonicalPlatformName(one))
  return given.filter((_, at) => names.indexOf(names[at] as string) === at)
}
