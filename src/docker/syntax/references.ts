/** https://pkg.go.dev/github.com/distribution/reference#pkg-overview; a digest is checked by its form only. */
const REGISTRY = /(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[A-Fa-f0-9:]+\])(?::\d+)?/
const PATH_PART = /[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*/
const REFERENCE = new RegExp(
  `^(?:${REGISTRY.source}/)?${PATH_PART.source}(?:/${PATH_PART.source})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][\\w+.-]*:[A-Fa-f0-9]{32,})?$`,
)

/** Whether docker reads a text as the name of an image: `registry.example:5000/team/app:v1`. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text)
}

/** An image's name in parts, written out as docker reads it. */
export interface Reference {
  /** `docker.io`. */
  readonly host: string
  /** With the host: `docker.io/library/busybox`. */
  readonly repository: string
  /** `latest` if the name has none. */
  readonly tag: string
  readonly digest: string | null
}

/**
 * Docker's own rules for what a name leaves out.
 * https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed
 * @param text a name that docker has read: `busybox:1.37`
 */
export function parseReference(text: string): Reference {
  const [named = '', digest = null] = text.split('@', 2)
  const tagged = /^(.*):([^/:]*)$/.exec(named)
  const name = tagged?.[1] ?? named
  const [first = ''] = name.split('/', 1)
  const hasHost = name.includes('/') && (/[.:]/.test(first) || first === 'localhost')
  const path = hasHost ? name.slice(first.length + 1) : name.includes('/') ? name : `library/${name}`
  const host = hasHost ? first : 'docker.io'
  return { host, repository: `${host}/${path}`, tag: tagged?.[2] ?? 'latest', digest }
}
