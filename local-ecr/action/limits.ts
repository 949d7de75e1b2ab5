/** How long the steps of the action wait for somebody else, in milliseconds. */
export const ACTION_LIMITS = {
  /** Until the local ECR listens, or has said why it cannot. */
  startMs: 60_000,
  /** `--version` of a program that may be a registry, and `sudo -n true`. */
  programMs: 10_000,
  /** The registry's package, fetched and unpacked. */
  packageMs: 60_000,
  /** The registry's image, pulled, and its program taken out of it. */
  imageMs: 120_000,
  /**
   * Go programs, engines among them, read /etc/hosts anew after 5 s.
   * https://github.com/golang/go/blob/master/src/net/hosts.go (cacheMaxAge)
   */
  hostsFileMs: 5_500,
  /** Until the local ECR has undone what it has changed, and has answered that it ends. */
  stopMs: 20_000,
  /** Until its process has ended then; and once more after it was killed. */
  endMs: 10_000,
  /** Between two looks whether a process is still there. */
  lookMs: 50,
  /** Between two looks whether the job is still there. */
  watchMs: 2_000,
} as const
