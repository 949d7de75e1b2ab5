import { InputError } from '../shared/errors.ts'
import {
  type Checkout,
  describeImage,
  type EventContext,
  type GitHubLookups,
  type ImageMetadata,
  MetadataError,
  type MetadataInputs,
} from './index.ts'

/** What GitHub tells of the run, and whom to ask for what the event lacks. */
export interface GitHub {
  /** @throws MetadataError for variables of the job that hold nothing usable */
  readonly event: () => Promise<EventContext>
  readonly lookups: GitHubLookups
  /** Reads the commit that is checked out at a folder; null if it is in no checkout. */
  readonly checkout?: (folder: string) => Promise<Checkout | null>
}

/**
 * Tags, labels and annotations for the event of this run.
 * @param folder where the image is built from; null if it is not built here
 * @throws InputError with every rule that gives nothing valid for it
 */
export async function imageMetadata(
  inputs: MetadataInputs,
  github: GitHub,
  folder: string | null = null,
): Promise<ImageMetadata> {
  const { lookups, checkout } = github
  const asking = folder === null || checkout === undefined ? {} : { checkout: () => checkout(folder) }
  try {
    return await describeImage(inputs, await github.event(), { ...lookups, ...asking })
  } catch (error) {
    throw error instanceof MetadataError ? new InputError(error.problems) : error
  }
}
