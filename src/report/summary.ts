/** What the job summary tells of a run. */
export interface SummaryFacts {
  readonly name: string
  readonly pushed: boolean
  readonly uris: readonly string[]
  readonly digestUri: string | null
  readonly imageId: string
  readonly sizeInBytes: number | null
  readonly repositoryCreated: boolean
  readonly engine: string
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
    [facts.pushed ? 'Image' : 'Built, not pushed', facts.uris.map(code).join('<br>')],
    ...(facts.digestUri === null
      ? []
      : ([['Deploy by digest', code(facts.digestUri)]] satisfies [string, string][])),
    ['Image ID', code(facts.imageId)],
    ...(facts.sizeInBytes === null
      ? []
      : ([['Size in ECR', `${megabytes(facts.sizeInBytes)} (compressed)`]] satisfies [string, string][])),
    ['Repository', code(facts.name) + (facts.repositoryCreated ? ', created by this run' : '')],
    ['Built by', code(facts.engine)],
    [
      'Time',
      `${facts.seconds.total.toFixed(1)} s, of which build and push ${facts.seconds.build.toFixed(1)} s`,
    ],
  ]
  const lines = rows.map(([key, value]) => `| ${key} | ${value} |`)
  return [
    `### ${facts.pushed ? 'Pushed' : 'Built'} ${code(facts.name)}`,
    '',
    '| | |',
    '| --- | --- |',
    ...lines,
    '',
    ...facts.sections,
  ].join('\n')
}

/** As an HTML element, in which neither Markdown nor a table's bars mean anything. */
export function code(value: string): string {
  const escaped = value.replace(/[&<>|`\r\n]/g, (character) => `&#${character.charCodeAt(0)};`)
  return `<code>${escaped}</code>`
}

/** Decimal megabytes, as the ECR console shows sizes. */
function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`
}
