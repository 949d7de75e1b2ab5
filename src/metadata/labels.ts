import { BUILT, builtFunctions, compile } from './expressions.ts'
import type { Problems } from './problems.ts'
import type { Scene } from './scene.ts'
import { renderPlain, type Template, TemplateError } from './template.ts'

/** A line of `labels` or `annotations`, before its expressions have values. */
export interface LabelLine {
  readonly text: string
  readonly template: Template
}

/** Reads the lines of `labels` or `annotations`, and notes those whose expressions are wrong. */
export function readLabelLines(
  input: 'labels' | 'annotations',
  lines: readonly string[],
  problems: Problems,
): LabelLine[] {
  return lines.flatMap((text) => {
    try {
      const template = compile(text, BUILT, 'keep')
      // A key that is all text can be checked without the event.
      const [first] = template
      if (typeof first !== 'string' || splitLabel(first) !== null || keyMayGoOn(first, template)) {
        return [{ text, template }]
      }
      problems.add(input, text, NOT_A_LABEL)
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      problems.add(input, text, `${error.message}; \\{{ is kept as {{`)
    }
    return []
  })
}

/** A quote in a key is hardly ever meant: `'key=value'` is a line in quotes that YAML, or the list, has not taken off. */
const NOT_A_LABEL = 'must be key=value, the key without spaces and quotes'

function keyMayGoOn(start: string, template: Template): boolean {
  return template.length > 1 && /^[^=\s'"]+$/.test(start)
}

/** Renders lines for an event and an image's version. Of two with the same key, the later one counts. */
export function renderLabels(
  input: 'labels' | 'annotations',
  lines: readonly LabelLine[],
  { scene, version }: { readonly scene: Scene; readonly version: string },
  problems: Problems,
): [key: string, value: string][] {
  const functions = builtFunctions(scene, version)
  return lines.flatMap(({ text, template }) => {
    const label = splitLabel(renderPlain(template, functions))
    if (label === null) problems.add(input, text, NOT_A_LABEL)
    return label === null ? [] : [label]
  })
}

/**
 * The labels that describe an image's origin:
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md#pre-defined-annotation-keys
 */
export function standardLabels(scene: Scene, version: string): [key: string, value: string][] {
  const { name, description, url, license } = scene.repository
  const values = {
    created: scene.created.toISOString(),
    description,
    licenses: license,
    revision: scene.sha,
    source: url,
    title: name,
    url,
    version,
  }
  return Object.entries(values).map(([key, value]) => [`org.opencontainers.image.${key}`, value ?? ''])
}

// One language for every machine: the order must depend on the keys alone.
const alphabetical = new Intl.Collator('en')

/** The later one of each key, in alphabetical order. */
export function mergeLabels(labels: readonly (readonly [string, string])[]): [string, string][] {
  return [...new Map(labels)].sort(([one], [other]) => alphabetical.compare(one, other))
}

function splitLabel(text: string): [string, string] | null {
  const match = /^([^=\s'"]+)=([\s\S]*)$/.exec(text)
  return match === null ? null : [match[1] as string, match[2] as string]
}
