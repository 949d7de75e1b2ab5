/**
 * Whether docker fetches a context instead of reading it from the disk.
 * https://docs.docker.com/build/concepts/context/#remote-context
 */
export function isRemote(value: string): boolean {
  return /^(?:https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|[\w.-]+@[\w.-]+:)/.test(value)
}
