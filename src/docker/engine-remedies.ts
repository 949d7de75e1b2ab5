/** How docker says why it did not reach an engine that is not on this machine's own socket, and what helps then. */
const ELSEWHERE_REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /context .*not found/,
    'create that context in a step before this one (docker context create), or correct DOCKER_CONTEXT',
  ],
  [
    /\btls: |x509: |resolve docker endpoint: open .*\.pem|HTTP request to an HTTPS server|HTTP response to HTTPS client/,
    'let docker and the engine agree on TLS: for an engine with TLS set DOCKER_TLS_VERIFY to 1 and DOCKER_CERT_PATH to a folder with its ca.pem and your cert.pem and key.pem; for one without, set neither',
  ],
  [
    /\[ssh |ssh:\/\//,
    "see that this runner reaches that machine without being asked anything (ssh USER@HOST docker version): its host key is in known_hosts, a key that it takes is in an SSH agent or in ~/.ssh, and docker is on that user's PATH; or correct DOCKER_HOST or the docker context",
  ],
  [
    /podman[\w.-]*\.sock/,
    "start Podman's socket (systemctl --user start podman.socket, or without --user for root), or correct DOCKER_HOST",
  ],
  [
    /\/run\/user\/\d+\/docker\.sock|%2Frun%2Fuser%2F\d+%2Fdocker\.sock/,
    'start the rootless engine as that user (systemctl --user start docker), or correct DOCKER_HOST',
  ],
  [
    /resolve docker endpoint: (?!open )/,
    'correct DOCKER_HOST or the docker context: such as unix:///var/run/docker.sock, tcp://HOST:2376 or ssh://USER@HOST',
  ],
  [
    // docker takes what has no scheme for a host.
    /tcp:\/\/localhost:2375\/./,
    'correct DOCKER_HOST: a socket is unix:///PATH, such as unix:///var/run/docker.sock',
  ],
  [
    /tcp:\/\/|(?:Get "|API route and version )https?:\/\/(?!docker\.example\.com|%2F)/,
    'see that the engine listens at that address, and that this runner reaches it and speaks TLS if the engine does (DOCKER_TLS_VERIFY); or correct DOCKER_HOST or the docker context',
  ],
]

/**
 * What to do about an engine that does not answer, if it is not the one on this machine's own socket.
 * @param reason what docker says; docker.example.com and %2F… stand in it for a command and for a socket
 * @param host of the engine; null for the one on the usual socket. It decides if what docker says does not name it
 * @returns null for an engine on a socket of this machine
 */
export function remedyForEngineElsewhere(reason: string, host: string | null): string | null {
  const address = /^(?:ssh|tcp|https?):\/\/./.test(host ?? '') ? [`${host}`.replace(/^https?:/, 'tcp:')] : []
  for (const text of [reason, ...address]) {
    const found = ELSEWHERE_REMEDIES.find(([pattern]) => pattern.test(text))
    if (found !== undefined) return found[1]
  }
  return null
}
