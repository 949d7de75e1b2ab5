import { fetchEngine } from './engine-parts.ts'
import { podmanPackages } from './podman.ts'
import type { Log } from './process.ts'
import { rootlessPackages } from './rootless.ts'
import { sshdPackages } from './sshd.ts'

/** Fetches what all engines of the matrix are made of, besides the two of every test. */
export async function fetchMoreEngines(log: Log): Promise<void> {
  await fetchEngine('28', log)
  await podmanPackages('4', log)
  await podmanPackages('5', log)
  await rootlessPackages(log)
  await sshdPackages(log)
}
