import path from 'node:path'
import { InputError } from '../shared/errors.ts'
import { otherContextWarning } from './checkout.ts'
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
 * @param context what the image is built from: a folder's absolute path, or what docker fetches; null if it is not
 *   built here
 * @throws InputError with every rule that gives nothing valid for it
 */
export async function imageMetadata(
  inputs: MetadataInputs,
  github: GitHub,
  context: string | null = null,
): Promise<ImageMetadata> {
  const { lookups, checkout } = github
  const isFolder = context !== null && path.isAbsolute(context)
  const asking = isFolder && checkout !== undefined ? { checkout: () => checkout(context) } : {}
  try {
    const event = await github.event()
    const image = await describeImage(inputs, event, { ...lookups, ...asking })
    const warning = context === null || isFolder ? null : otherContextWarning(event, context)
    return warning === null ? image : { ...image, warnings: [warning, ...image.warnings] }
  } catch (error) {
    throw error instanceof MetadataError ? new InputError(error.problems) : error
  }
}
