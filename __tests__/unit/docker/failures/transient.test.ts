import { describe, expect, test } from '@jest/globals'
import { mayBeExpired, transientReason } from '../../../../src/docker/failures/transient.ts'

// As the engines have printed them: BuildKit in Docker 26.1, dockerd 20.10, and, marked so, from their sources.

const host = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
const put = `unexpected status from PUT request to https://${host}/v2/app/manifests/v1`

describe('transient', () => {
  test.each([
    [
      `failed to push ${host}/app:v1: failed commit on ref "manifest-sha256:1e0ca7f5": ${put}: 429 Too Many Requests`,
      '429 Too Many Requests',
    ],
    ['toomanyrequests: Rate exceeded', 'toomanyrequests: Rate exceeded'],
    [
      `failed to push ${host}/app:v2: failed commit on ref "manifest-sha256:f14e": ${put}: 503 Service Unavailable`,
      '503 Service Unavailable',
    ],
    [
      `failed to push ${host}/app:v3: failed commit on ref "x": ${put}: 500 Internal Server Error`,
      '500 Internal Server Error',
    ],
    ['received unexpected HTTP status: 502 Bad Gateway', '502 Bad Gateway'],
    [
      `failed to push ${host}/app:v4: failed to do request: Put "https://${host}/v2/app/manifests/v4": use of closed network connection`,
      'use of closed network connection',
    ],
    [
      `failed to do request: Put "https://${host}/v2/app/manifests/v4": read tcp 127.0.0.1:39294->127.0.77.1:443: read: connection reset by peer`,
      'connection reset by peer',
    ],
    [`failed to do request: Post "https://${host}/v2/app/blobs/uploads/": EOF`, 'EOF'],
    ['EOF', 'EOF'],
    [`failed to do request: Put "https://${host}/v2/x": unexpected EOF`, 'unexpected EOF'],
    // net/http
    [
      `failed to do request: Head "https://${host}/v2/x": net/http: TLS handshake timeout`,
      'TLS handshake timeout',
    ],
    [`failed to do request: Head "https://${host}/v2/x": dial tcp 10.0.0.1:443: i/o timeout`, 'i/o timeout'],
    [
      `Error response from daemon: Get "https://${host}/v2/": context deadline exceeded`,
      'context deadline exceeded',
    ],
    [
      `Get "https://${host}/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
      'Client.Timeout exceeded',
    ],
    [`dial tcp: lookup ${host} on 127.0.0.53:53: no such host`, 'no such host'],
    [`dial tcp: lookup ${host} on 10.0.0.2:53: server misbehaving`, 'server misbehaving'],
    [
      `dial tcp: lookup ${host}: Temporary failure in name resolution`,
      'Temporary failure in name resolution',
    ],
    ['dial tcp 127.0.0.1:443: connect: connection refused', 'connection refused'],
    ['write tcp 10.0.0.5:40422->10.0.0.1:443: write: broken pipe', 'broken pipe'],
    // golang.org/x/net/http2
    [
      'http2: server sent GOAWAY and closed the connection; LastStreamID=7, ErrCode=NO_ERROR, debug=""',
      'server sent GOAWAY',
    ],
    [
      'stream error: stream ID 5; INTERNAL_ERROR; received from peer',
      'stream error: stream ID 5; INTERNAL_ERROR',
    ],
    // distribution's client, where a gateway answers with a page
    [
      `error parsing HTTP 429 response body: invalid character '<' looking for beginning of value: "<html>denied</html>"`,
      'error parsing HTTP 429 response body',
    ],
  ])('%s', (said, reason) => expect(transientReason(said)).toBe(reason))
})

describe('permanent', () => {
  test.each([
    `${put}: 403 Forbidden`,
    `${put}: 400 Bad Request`,
    `${put}: 404 Not Found`,
    `${put}: 501 Not Implemented`,
    'denied: User: arn:aws:sts::1:assumed-role/ci/x is not authorized to perform: ecr:PutImage',
    'denied: Your authorization token has expired. Reauthenticate and try again.',
    "tag invalid: The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the repository is immutable.",
    'manifest invalid: manifest invalid',
    "name unknown: The repository with name 'app' does not exist in the registry with id '1'",
    'no basic auth credentials',
    `failed to do request: Head "https://${host}/v2/x": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    'unauthorized: 503 Service Unavailable',
    'write /var/lib/docker/tmp/x: no space left on device',
    'context canceled',
    // Names of the user's own.
    `failed to push ${host}/503-EOF/toomanyrequests:broken-pipe: something new`,
    `${put}/EOF: 409 Conflict`,
    'something new',
    '',
  ])('%s', (said) => expect(transientReason(said)).toBeNull())

  test('whatever the user has called a repository', () => {
    const said = `failed to do request: Put "https://${host}/v2/denied-403/manifests/unauthorized": EOF`
    expect(transientReason(said)).toBe('EOF')
  })
})

test('a token may have expired if the registry says so, or gives no reason', () => {
  expect(mayBeExpired('denied: Your authorization token has expired. Reauthenticate and try again.')).toBe(
    true,
  )
  expect(mayBeExpired(`unexpected status from HEAD request to https://${host}/v2/x: 403 Forbidden`)).toBe(
    true,
  )
  expect(mayBeExpired('denied: not authorized')).toBe(false)
})
