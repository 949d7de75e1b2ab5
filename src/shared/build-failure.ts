import { ActionError, type ActionErrorOptions, type SourceLocation } from './errors.ts'

/** Where a build failed, for a reader who has not seen its log. */
export interface BuildFailureDetails {
  /** What failed, as the message begins: `The build`, `The push`, `The export of the cache`, or `The call outline`. */
  readonly doing: string
  /** `[build 2/3] RUN make`; null if no step of the Dockerfile failed. */
  readonly step: string | null
  readonly reason: string
  /** What it wrote, as far as it tells why. */
  readonly lines: readonly string[]
  /** What the lines are, as a heading says it, if not `The last lines that it wrote`. */
  readonly linesAre?: string
  /** The lines of the Dockerfile around the failing ones; null if they are not known. */
  readonly excerpt: {
    /** Relative to the workspace. */
    readonly file: string
    /** The last line that failed, which may stand behind those that are shown. */
    readonly endLine: number
    readonly lines: readonly { readonly number: number; readonly text: string; readonly failed: boolean }[]
  } | null
}

/** The error of a failed build, with its parts by themselves. */
export class BuildFailure extends ActionError {
  readonly details: BuildFailureDetails

  constructor(
    what: string,
    remedy: string,
    details: BuildFailureDetails,
    options: ActionErrorOptions & { readonly location: SourceLocation | null },
  ) {
    super(what, remedy, options)
    this.details = details
  }
}

/** `line 5`, or `lines 5 to 8`, as log and summary write it. */
export function linesInWords({ line, endLine }: Pick<SourceLocation, 'line' | 'endLine'>): string {
  return line === endLine ? `line ${line}` : `lines ${line} to ${endLine}`
}
