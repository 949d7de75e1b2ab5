import type { FailingStep } from './failing-step.ts'

/**
 * How docker's programs, which are written in Go, name troubles that pass, as they print them.
 * https://pkg.go.dev/net/http, https://pkg.go.dev/golang.org/x/net/http2,
 * https://github.com/containerd/containerd/blob/main/core/remotes/docker/pusher.go,
 * https://github.com/distribution/distribution/blob/v2.8.3/registry/client/errors.go
 */
const PASSING: readonly RegExp[] = [
  // A page of a gateway where an error of the registry was to be: docker before the containerd image store.
  /\berror parsing HTTP (?:408|429|50[0234]) response body\b/,
  /\b429 Too Many Requests\b|\btoomanyrequests: [^:]{1,60}|\btoomanyrequests\b/i,
  /\b(?:408 Request Timeout|500 Internal Server Error|502 Bad Gateway|503 Service Unavailable|504 Gateway Time-?out)\b/i,
  /\bconnection reset by peer\b|\bbroken pipe\b|\btransport connection broken\b|\buse of closed network connection\b|\bconnection refused\b/,
  /\bTLS handshake timeout\b|\bi\/o timeout\b|\bClient\.Timeout exceeded\b|\bhttp2: timeout awaiting response headers\b/,
  /\bno such host\b|\bserver misbehaving\b|\bTemporary failure in name resolution\b/,
  /\bhttp2: client connection lost\b|\bserver sent GOAWAY\b|\bstream error: stream ID \d+; (?:INTERNAL_ERROR|REFUSED_STREAM|ENHANCE_YOUR_CALM|CANCEL)\b/,
  /\bunexpected EOF\b|(?:^|[:\s])EOF$/,
]

/** Whatever else is said beside one of these does not pass. */
const LASTING =
  /\b(?:x509|certificate|unauthorized|denied|insufficient_scope|401|403|404|immutable|name unknown|manifest unknown|no basic auth)\b/i

/**
 * Why what docker said can pass, in docker's own words; null where it is denied, wrong, or not known to pass.
 * @param said a line of docker's, never one of a command of the Dockerfile
 */
export function passingReason(said: string): string | null {
  // Names and addresses are the user's: a repository may be called denied-eof.
  const plain = said.replace(/"[^"\s]*"/g, ' ').replace(/\S*\/(?!o timeout)\S*/g, ' ')
  const [parsing, ...others] = PASSING as [RegExp, ...RegExp[]]
  const page = parsing.exec(plain)
  if (page !== null) return page[0]
  if (LASTING.test(plain)) return null
  for (const pattern of others) {
    const found = pattern.exec(plain.trim())
    if (found !== null) return found[0].replace(/^[:\s]+/, '').trim()
  }
  return null
}

/** Whether a registry may have refused the token for its age: the answer to a HEAD request has no words. */
export function mayBeExpired(said: string): boolean {
  return /your authorization token has expired|: 40(?:1 Unauthorized|3 Forbidden)$/i.test(said)
}

/**
 * The part of a build that spoke to a registry when it failed: `push`, when everything is built, or `pull`, of a base
 * image or a frontend. Null for all others, above all for a command of the Dockerfile, which may print anything.
 */
export function phaseOf({ name }: Pick<FailingStep, 'name'>): 'push' | 'pull' | null {
  if (name === null) return null
  if (/^(?:exporting to image|exporting cache to |pushing )/.test(name)) return 'push'
  return /^(?:\[internal\] load metadata for |resolve image config for |docker-image:\/\/|\[[^\]]*\] FROM )/.test(
    name,
  )
    ? 'pull'
    : null
}
