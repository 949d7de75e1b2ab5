import { describe, expect, test } from '@jest/globals'
import { engineUnreachable } from '../../../src/docker/engine.ts'

// As docker 26.1 says it.
const SSH =
  'error during connect: Get "http://docker.example.com/v1.45/info": command [ssh -o ConnectTimeout=30 -l root -p 1 -- 127.0.0.1 docker system dial-stdio] has exited with exit status 255, please make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=Host key verification failed.'
const TLS =
  'error during connect: Get "https://localhost:8797/v1.45/info": remote error: tls: certificate required'

describe.each([true, false])('an engine elsewhere that does not answer (in a container: %s)', (contained) => {
  test.each([
    ['SSH', SSH, /known_hosts.*SSH agent.*DOCKER_HOST/],
    ['TLS', TLS, /DOCKER_TLS_VERIFY.*DOCKER_CERT_PATH/],
    [
      'no certificates',
      'Failed to initialize: unable to resolve docker endpoint: open /root/.docker/ca.pem: no such file or directory',
      /DOCKER_CERT_PATH/,
    ],
    [
      'TLS that docker does not speak',
      'Error response from daemon: Client sent an HTTP request to an HTTPS server.',
      /DOCKER_TLS_VERIFY/,
    ],
    [
      'TCP',
      'Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?',
      /listens at that address/,
    ],
    [
      'a path for an address',
      'Cannot connect to the Docker daemon at tcp://localhost:2375/run/docker.sock. Is the docker daemon running?',
      /^correct DOCKER_HOST: a socket is unix:\/\/\/PATH/,
    ],
    [
      'a server that ends',
      'error during connect: Get "http://10.0.0.1:2376/v1.45/info": EOF',
      /TLS if the engine does/,
    ],
    [
      'a server that is none',
      'request returned 404 Not Found for API route and version http://10.0.0.9:2376/v1.45/info, check if the server supports the requested API version',
      /listens at that address/,
    ],
    [
      "Podman's socket",
      'Cannot connect to the Docker daemon at unix:///run/user/1000/podman/podman.sock. Is the docker daemon running?',
      /^start Podman's socket/,
    ],
    [
      'a rootless engine',
      'Cannot connect to the Docker daemon at unix:///run/user/1001/docker.sock. Is the docker daemon running?',
      /^start the rootless engine as that user/,
    ],
    [
      'an address that is none',
      'Failed to initialize: unable to resolve docker endpoint: invalid bind address format: http://127.0.0.1:2375',
      /^correct DOCKER_HOST or the docker context/,
    ],
    [
      'a context',
      'Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /root/.docker/contexts/meta/ca37/meta.json: no such file or directory',
      /docker context create/,
    ],
  ])('%s', (_, reason, remedy) => {
    const error = engineUnreachable(reason, contained, null)
    expect(error.message).toBe(`Docker's engine does not answer: ${reason}`)
    expect(error.remedy).toMatch(remedy)
    expect(error.remedy).not.toMatch(/systemctl start docker|docker:dind/)
  })
})

test.each([
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.45/info": dial unix /var/run/docker.sock: connect: permission denied',
])("an engine on the machine's own socket: %s", (reason) => {
  expect(engineUnreachable(reason, false, null).remedy).toMatch(/^start it on the self-hosted runner/)
})

// Docker had said nothing of the address when it was ended.
test.each([
  ['ssh://root@build', /known_hosts/],
  ['tcp://10.0.0.9:2376', /listens at that address/],
  ['http://10.0.0.9:2375', /listens at that address/],
  ['unix:///run/docker.sock', /^start it on the self-hosted runner/],
  [null, /^start it on the self-hosted runner/],
])('the remedy for an engine at %s that hangs', (host, remedy) => {
  expect(engineUnreachable("'docker info' did not end within 60 s", false, host).remedy).toMatch(remedy)
})

test('an answer of something else on the usual socket is not from elsewhere', () => {
  const reason =
    'request returned 500 Internal Server Error for API route and version http://%2Fvar%2Frun%2Fdocker.sock/v1.45/info'
  expect(engineUnreachable(reason, false, null).remedy).toMatch(/^start it on the self-hosted runner/)
})
