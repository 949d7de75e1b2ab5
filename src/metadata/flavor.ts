import { compile, GLOBAL } from './expressions.ts'
import { type Field, splitFields } from './fields.ts'
import { Problems } from './problems.ts'
import { type Template, TemplateError } from './template.ts'

/** What holds for every tag. */
export interface Flavor {
  readonly latest: 'auto' | 'true' | 'false'
  readonly prefix: Template
  readonly suffix: Template
  /** Whether `latest` has them too. */
  readonly prefixOnLatest: boolean
  readonly suffixOnLatest: boolean
}

type Draft = { -readonly [K in keyof Flavor]: Flavor[K] }

/**
 * The input `flavor`.
 * @throws MetadataError with each line and attribute that is wrong, and what is allowed
 */
export function parseFlavor(lines: readonly string[]): Flavor {
  const problems = new Problems()
  const flavor = readFlavor(lines, problems)
  problems.throwIfAny()
  return flavor
}

/** As parseFlavor, with problems collected. */
export function readFlavor(lines: readonly string[], problems: Problems): Flavor {
  const flavor: Draft = {
    latest: 'auto',
    prefix: [],
    suffix: [],
    prefixOnLatest: false,
    suffixOnLatest: false,
  }
  for (const line of lines) {
    try {
      readFlavorLine(splitFields(line), flavor, (message) => problems.add('flavor', line, message))
    } catch (error) {
      problems.add('flavor', line, (error as Error).message)
    }
  }
  return flavor
}

function readFlavorLine(fields: readonly Field[], flavor: Draft, problem: (message: string) => void): void {
  let affix: 'prefix' | 'suffix' | null = null
  for (const { key, value } of fields) {
    switch (key) {
      case 'latest':
        if (value === 'auto' || value === 'true' || value === 'false') flavor.latest = value
        else problem(`latest '${value}' must be auto, true or false`)
        break
      case 'prefix':
      case 'suffix':
        affix = key
        try {
          flavor[key] = compile(value, GLOBAL)
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error
          problem(`${key}: ${error.message}`)
        }
        break
      case 'onlatest':
        if (affix === null) problem('onlatest must follow a prefix or suffix in the same line')
        else if (value === 'true' || value === 'false') flavor[`${affix}OnLatest`] = value === 'true'
        else problem(`onlatest '${value}' must be true or false`)
        break
      case null:
        problem(`'${value}' must be latest=, prefix=, suffix= or onlatest=`)
        break
      default:
        problem(`attribute '${key}' is not known; it can be latest, prefix, suffix or onlatest`)
    }
  }
}
