/** What the job summary tells of a run. */
export interface SummaryFacts {
  readonly name: string
  /** `exists`: the image was in ECR already, and nothing was built. */
  readonly outcome: 'pushed' | 'built' | 'exists'
  readonly uris: readonly string[]
  readonly digestUri: string | null
  readonly imageId: string | null
  readonly sizeInBytes: number | null
  readonly repositoryCreated: boolean
  /** Null where nothing was built. */
  readonly engine: string | null
  readonly seconds: { readonly build: number; readonly total: number }
  /** Markdown of what followed the push. */
  readonly sections: readonly string[]
}

/**
 * The job summary, as GitHub's Markdown.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
export function renderSummary(facts: SummaryFacts): string {
  const rows: [string, string][] = [
    [HEADS[facts.outcome].row, facts.uris.map(code).join('<br>')],
    ...(facts.digestUri === null
      ? []
      : ([['Deploy by digest', code(facts.digestUri)]] satisfies [string, string][])),
    ...(facts.imageId === null ? [] : ([['Image ID', code(facts.imageId)]] satisfies [string, string][])),
    ...(facts.sizeInBytes === null
      ? []
      : ([['Size in ECR', `${megabytes(facts.sizeInBytes)} (compressed)`]] satisfies [string, string][])),
    ['Repository', code(facts.name) + (facts.repositoryCreated ? ', created by this run' : '')],
    ...(facts.engine === null ? [] : ([['Built by', code(facts.engine)]] satisfies [string, string][])),
    ['Time', time(facts)],
  ]
  const lines = rows.map(([key, value]) => `| ${key} | ${value} |`)
  return [
    `### ${HEADS[facts.outcome].title} ${code(facts.name)}`,
    '',
    '| | |',
    '| --- | --- |',
    ...lines,
    '',
    ...facts.sections,
  ].join('\n')
}

const HEADS = {
  pushed: { title: 'Pushed', row: 'Image' },
  built: { title: 'Built', row: 'Built, not pushed' },
  exists: { title: 'Already in ECR:', row: 'Exists already' },
} as const

function time({ engine, seconds }: SummaryFacts): string {
  const total = `${seconds.total.toFixed(1)} s`
  return engine === null ? total : `${total}, of which build and push ${seconds.build.toFixed(1)} s`
}

/** As an HTML element whose text is shown as it is. */
export function code(value: string): string {
  return `<code>${literal(value)}</code>`
}

/**
 * Text in which neither Markdown nor HTML nor a table's bars mean anything. Within an HTML element Markdown counts as
 * it does elsewhere; a character that is written by its number is never a part of it, nor of an address.
 * https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
export function literal(value: string): string {
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
