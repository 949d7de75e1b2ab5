import { InputError } from '../shared/errors.ts'
import {
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
}

/**
 * Tags, labels and annotations for this event.
 * @throws InputError with every rule that gives nothing valid for it
 */
export async function describe(inputs: MetadataInputs, github: GitHub): Promise<ImageMetadata> {
  try {
    return await describeImage(inputs, await github.event(), github.lookups)
  } catch (error) {
    throw error instanceof MetadataError ? new InputError(error.problems) : error
  }
}
