/**
 * Whether docker fetches a context instead of reading it from the disk: an HTTP address, or a Git reference as buildx and
 * BuildKit read it. A folder of the same name can be there all the same.
 * https://docs.docker.com/build/concepts/context/#remote-context
 * https://github.com/docker/buildx/blob/v0.29.1/util/urlutil/urlutil.go
 * https://github.com/moby/buildkit/blob/v0.26.2/util/sshutil/scpurl.go
 */
export function isRemote(value: string): boolean {
  return /^(?:https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:)/.test(value)
}
