/**
 * Transient failures, as docker's programs print them; they are written in Go.
 * https://pkg.go.dev/net/http, https://pkg.go.dev/golang.org/x/net/http2,
 * https://github.com/containerd/containerd/blob/main/core/remotes/docker/pusher.go,
 * https://github.com/distribution/distribution/blob/v2.8.3/registry/client/errors.go
 */
const TRANSIENT_OUTPUT: readonly RegExp[] = [
  /\b429 Too Many Requests\b|\btoomanyrequests: [^:]{1,60}|\btoomanyrequests\b/i,
  /\b(?:408 Request Timeout|500 Internal Server Error|502 Bad Gateway|503 Service Unavailable|504 Gateway Time-?out)\b/i,
  /\bconnection reset by peer\b|\bbroken pipe\b|\btransport connection broken\b|\buse of closed network connection\b|\bconnection refused\b/,
  /\bTLS handshake timeout\b|\bi\/o timeout\b|\bClient\.Timeout exceeded\b|\bcontext deadline exceeded\b|\bhttp2: timeout awaiting response headers\b/,
  /\bno such host\b|\bserver misbehaving\b|\bTemporary failure in name resolution\b/,
  /\bhttp2: client connection lost\b|\bserver sent GOAWAY\b|\bstream error: stream ID \d+; (?:INTERNAL_ERROR|REFUSED_STREAM|ENHANCE_YOUR_CALM|CANCEL)\b/,
  /\bunexpected EOF\b|(?:^|[:\s])EOF$/,
]

/**
 * A gateway answered with a page, and not the registry with an error: docker before the containerd image store. Behind
 * it stands a part of the page, which may say anything.
 */
const GATEWAY_PAGE = /\berror parsing HTTP (?:408|429|50[0234]) response body\b/

/** A line with one of these is about a permanent failure, whatever else it says. */
const PERMANENT_OUTPUT =
  /\b(?:x509|certificate|unauthorized|denied|insufficient_scope|401|403|404|immutable|name unknown|manifest unknown|no basic auth)\b/i

/**
 * The reason of a transient failure, in docker's own words; null if it is denied, wrong, or not known as transient.
 * @param said a line that docker itself wrote, never one of a command of the Dockerfile
 */
export function transientReason(said: string): string | null {
  // Names and addresses are the user's: a repository may be called denied-eof.
  const plain = said.replace(/"[^"\s]*"/g, ' ').replace(/\S*\/(?!o timeout)\S*/g, ' ')
  const page = GATEWAY_PAGE.exec(plain)
  if (page !== null) return page[0]
  if (PERMANENT_OUTPUT.test(plain)) return null
  for (const pattern of TRANSIENT_OUTPUT) {
    const found = pattern.exec(plain.trim())
    if (found !== null) return found[0].replace(/^[:\s]+/, '').trim()
  }
  return null
}

/**
 * Whether a registry may have refused the token because it has expired: the answer to a HEAD request has only a status.
 */
export function mayBeExpired(said: string): boolean {
  return /your authorization token has expired|: 40(?:1 Unauthorized|3 Forbidden)$/i.test(said)
}
