/** What the job summary tells about a run. */
export interface SummaryFacts {
  readonly name: string
  /** `exists`: ECR had the image under every tag already, and nothing was sent. */
  readonly outcome: 'pushed' | 'built' | 'exists'
  readonly uris: readonly string[]
  readonly digestUri: string | null
  readonly imageId: string | null
  readonly sizeInBytes: number | null
  readonly repositoryCreated: boolean
  /** Null if nothing was built. */
  readonly engine: string | null
  readonly seconds: { readonly build: number; readonly total: number }
  /** Why the step fails although the image is in ECR: a check after the push; null if it does not. */
  readonly failure: string | null
  /** Markdown about the checks after the push. */
  readonly sections: readonly string[]
}

const HEADINGS = {
  pushed: { title: 'Pushed', row: 'Image' },
  built: { title: 'Built', row: 'Built, not pushed' },
  exists: { title: 'Already in ECR:', row: 'Exists already' },
} as const

/**
 * The job summary, as GitHub's Markdown.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
export function renderSummary(facts: SummaryFacts): string {
  const { name, outcome, digestUri, imageId, sizeInBytes, engine, failure } = facts
  const rows: readonly (readonly [string, string | null])[] = [
    [HEADINGS[outcome].row, facts.uris.map(code).join('<br>')],
    // What has failed a check is not offered for a deployment.
    [failure === null ? 'Deploy by digest' : 'Digest', digestUri && code(digestUri)],
    ['Image ID', imageId && code(imageId)],
    ['Size in ECR', sizeInBytes === null ? null : `${megabytes(sizeInBytes)} (compressed)`],
    ['Repository', code(name) + (facts.repositoryCreated ? ', created by this run' : '')],
    ['Built by', engine && code(engine)],
    ['Time', time(facts)],
  ]
  return [
    `### ${failure === null ? HEADINGS[outcome].title : 'In ECR, but not to be deployed:'} ${code(name)}`,
    '',
    ...(failure === null ? [] : [`> ${failure.split('\n').map(escapeMarkdown).join('<br>')}`, '']),
    '| | |',
    '| --- | --- |',
    ...rows.flatMap(([key, value]) => (value === null ? [] : [`| ${key} | ${value} |`])),
    '',
    ...facts.sections,
  ].join('\n')
}

function time({ engine, seconds }: SummaryFacts): string {
  const total = `${seconds.total.toFixed(1)} s`
  return engine === null ? total : `${total}, of which build and push ${seconds.build.toFixed(1)} s`
}

/** An HTML element that shows the text as it is, in a fixed-width font. */
export function code(value: string): string {
  return `<code>${escapeMarkdown(value)}</code>`
}

/**
 * Escapes text so that it is shown as it is, also in a table's cell and inside of an HTML element: a character that
 * is written by its number is never part of Markdown, of HTML or of a link.
 * https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
export function escapeMarkdown(value: string): string {
  return value
    .replace(/\p{Cc}/gu, ' ')
    .replace(
      /[&<>|`*~[\]()!$\\#"']|(?<![a-z0-9])_|_(?![a-z0-9])|:(?=\/\/)|(?<=www)\./gi,
      (character) => `&#${character.charCodeAt(0)};`,
    )
}

/** Decimal megabytes, as the ECR console shows sizes. */
function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`
}
