/**
 * How docker's programs say that the engine (dockerd or buildkitd) is gone, and not a registry.
 * https://github.com/grpc/grpc-go/blob/master/internal/transport/transport.go,
 * https://github.com/docker/cli (client errors), https://github.com/docker/buildx/blob/master/build/build.go
 */
const LOST_ENGINE: readonly RegExp[] = [
  /\bCannot connect to the Docker daemon\b/i,
  /\berror during connect: /i,
  /\berror reading from server: /,
  /\btransport is closing\b/,
  /\bfailed to dial gRPC: /i,
  /\brpc error: code = Unavailable desc = /,
  /\bfailed to receive status: .*\bcontext canceled\b/,
  // Docker before 23.0: BuildKit's answer broke off. https://github.com/docker/cli/blob/v20.10.24/cli/command/image/build_buildkit.go
  /\bcannot write .* because server did not provide an image ID$/,
]

/** The last word of a client whose stream from the engine broke off: it is the same if a registry's breaks off. */
export const BROKEN_STREAM = 'unexpected EOF'

/** What is known if the engine is gone in the middle, and what a person can do. */
export interface LostEngine {
  readonly what: string
  readonly remedy: string
  readonly page?: undefined
}

/** @param said a line that docker itself wrote, never one of a command of the Dockerfile */
export function isLostEngine(said: string): boolean {
  return LOST_ENGINE.some((pattern) => pattern.test(said))
}

/**
 * @param pushes whether the docker command that failed pushes
 * @param pushed whether the registry has the image, which is told elsewhere
 */
export function lostEngine(pushes: boolean, pushed = false): LostEngine {
  const push = pushes
    ? 'Whether the image was pushed before that is not known'
    : 'docker had not begun to push the image'
  return {
    what: `The engine (dockerd or the builder's buildkitd) has ended, or has closed the connection${pushed ? '' : `. ${push}`}`,
    remedy: `see why it ended: journalctl -u docker, docker logs of the builder's container (buildx_buildkit_…), and journalctl -k for "Out of memory", which needs a larger runner; restart it if it does not run (docker info says so), and run the job again.${pushes && !pushed ? ' If an immutable repository refuses the tag then, the image may be under it: compare its digest.' : ''}`,
  }
}
