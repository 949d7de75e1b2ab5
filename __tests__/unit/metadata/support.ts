import {
  describeImage,
  type EventContext,
  type GitHubLookups,
  type ImageMetadata,
  MetadataError,
  type MetadataInputs,
} from '../../../src/metadata/index.ts'

export const SHA = '5f0c3d9a1b7e4826c05d9f31a87be2640c1d8e9f'

/** A push to main, unless it is said otherwise. */
export function event(given: Partial<EventContext> = {}): EventContext {
  return {
    eventName: 'push',
    sha: SHA,
    ref: 'refs/heads/main',
    repository: 'acme/demo-service',
    serverUrl: 'https://github.com',
    payload: {
      repository: {
        name: 'demo-service',
        description: 'Takes orders',
        html_url: 'https://github.com/acme/demo-service',
        default_branch: 'main',
        license: { spdx_id: 'MIT' },
      },
    },
    now: new Date('2024-03-01T00:30:45.678Z'),
    sourceDate: null,
    prHeadSha: false,
    shortShaLength: 7,
    annotationLevels: ['manifest'],
    ...given,
  }
}

export function inputs(given: Partial<MetadataInputs> = {}): MetadataInputs {
  return { tags: [], flavor: [], labels: [], annotations: [], ...given }
}

export function image(
  given: Partial<MetadataInputs>,
  context: Partial<EventContext> = {},
  lookups?: GitHubLookups,
): Promise<ImageMetadata> {
  return describeImage(inputs(given), event(context), lookups)
}

/** What is wrong, a line each: `input: value: message`. Empty where nothing is. */
export async function problemsOf(
  given: Partial<MetadataInputs>,
  context: Partial<EventContext> = {},
): Promise<string[]> {
  try {
    await image(given, context)
    return []
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error
    return error.problems.map(({ input, value, message }) => `${input}: ${value}: ${message}`)
  }
}
