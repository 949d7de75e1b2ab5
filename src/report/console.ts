import type { ConsolePlace, RunFacts } from './facts.ts'

/**
 * The consoles by partition. One that is not here has its console on a network of its own, and no link.
 * https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/select-region.html
 */
const CONSOLES: Readonly<Record<string, (region: string) => string>> = {
  aws: (region) => `${region}.console.aws.amazon.com`,
  'aws-cn': (region) => `${region}.console.amazonaws.cn`,
  'aws-us-gov': (region) => `${region}.console.amazonaws-us-gov.com`,
  'aws-eusc': (region) => `${region}.console.amazonaws-eusc.eu`,
}

/**
 * The address of a repository, or of an image in it, in ECR's console.
 * @param digest null for the repository
 * @returns null if the partition's console is not known
 */
export function consoleUrl(place: ConsolePlace, digest: string | null): string | null {
  const host = Object.hasOwn(CONSOLES, place.partition)
    ? CONSOLES[place.partition]?.(place.region)
    : undefined
  if (host === undefined) return null
  const name = place.name.split('/').map(encodeURIComponent).join('/')
  // An image of ECR Public has no page of its own that a digest leads to.
  const image = digest === null || place.type === 'public' ? '' : `/_/image/${digest}/details`
  return `https://${host}/ecr/repositories/${place.type}/${place.registryId}/${name}${image}?region=${place.region}`
}

/** The address of the run's commit; null if the runner's words for it are not of that form. */
export function commitUrl({ serverUrl, repository, sha }: RunFacts): string | null {
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(sha) || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return null
  if (!URL.canParse(serverUrl) || !/^https?:$/.test(new URL(serverUrl).protocol)) return null
  return `${serverUrl.replace(/\/+$/, '')}/${repository}/commit/${sha}`
}
