import { levelAnnotations } from './annotations.ts'
import { contextOfCheckout, otherCommitWarning, unknownSourceWarning } from './checkout.ts'
import type { Checkout, EventContext } from './context.ts'
import { builtFunctions, needsCommitDate } from './expressions.ts'
import { type Flavor, readFlavor } from './flavor.ts'
import { type LabelLine, mergeLabels, readLabelLines, renderLabels, standardLabels } from './labels.ts'
import { MetadataError, type MetadataProblem, Problems } from './problems.ts'
import { describeRepository, type GitHubLookups, needsRepositoryData } from './repository.ts'
import { readTagRules, type TagRule } from './rules.ts'
import { commitDateInPayload, namedCommit, readScene, type Scene, usableDate } from './scene.ts'
import { checkLiteralTag, DEFAULT_RULES, deriveTags } from './tags.ts'
import { renderPlain, type Template } from './template.ts'

export { type Checkout, type EventContext, readEventContext } from './context.ts'
export { MetadataError, type MetadataProblem } from './problems.ts'
export { type GitHubLookups, needsRepositoryData, type RepositoryData } from './repository.ts'
export { parseTagRules, type TagRule } from './rules.ts'

/** The inputs, as items: quotes around a whole item are gone, those around a field of it are not. */
export interface MetadataInputs {
  /** Which commit and ref the image is named after; the event's if not given. */
  readonly context?: 'workflow' | 'git'
  readonly tags: readonly string[]
  readonly flavor: readonly string[]
  readonly labels: readonly string[]
  readonly annotations: readonly string[]
  /** What else has expressions that get their values with the image. */
  readonly built?: BuiltTemplates | null
}

/** The text of a template for an image. */
export type Render = (template: Template) => string

/** Templates of inputs that are not read here. */
export interface BuiltTemplates {
  readonly templates: readonly Template[]
  /** What is wrong with them once they have values, so that it is told with all else. */
  readonly problems: (render: Render) => readonly MetadataProblem[]
}

/** What an image is called, and what it says about itself. */
export interface ImageMetadata {
  /** Names, the one to deploy by first. None if the user's rules give none for this event. */
  readonly tags: readonly string[]
  /** Those of `tags` that nobody named and that move: a repository with immutable tags can do without them. */
  readonly moving: ReadonlySet<string>
  /** The date that each run of the same commit has; null if there is none. */
  readonly sourceDate: Date | null
  /** The value of the label `org.opencontainers.image.version`. */
  readonly version: string
  readonly labels: Readonly<Record<string, string>>
  /** `level:key=value`, for `buildx build --annotation`. */
  readonly annotations: readonly string[]
  /** The text of a template of `BUILT`, for this image. */
  readonly render: Render
  /** What depends on the version, for another one. */
  readonly withVersion: (version: string) => Versioned
  /** What is doubtful about the commit that the image names, and about its labels. */
  readonly warnings: readonly string[]
  /** What is doubtful about the tags: a version that is none, a default tag that cannot be, no tag at all. */
  readonly tagWarnings: readonly string[]
}

/** What of an image depends on its version. */
export type Versioned = Pick<ImageMetadata, 'version' | 'labels' | 'annotations' | 'render'>

/**
 * What is wrong with the inputs whatever the event is. Loads no library and asks nobody.
 */
export function findProblems(inputs: MetadataInputs): readonly MetadataProblem[] {
  const problems = new Problems()
  parse(inputs, problems)
  return problems.found
}

/**
 * Tags, labels and annotations for an event, as docker/metadata-action has them.
 * The same inputs and context give the same result; only `lookups` ask GitHub, if the payload is not enough.
 * @throws MetadataError with all that is wrong with the inputs
 */
export async function describeImage(
  inputs: MetadataInputs,
  context: EventContext,
  lookups: GitHubLookups = {},
): Promise<ImageMetadata> {
  const problems = new Problems()
  const plan = parse(inputs, problems)
  problems.throwIfAny()

  const [warnings, tagWarnings] = [new Set<string>(), new Set<string>()]
  const scene = await gather(plan, inputs.context ?? 'workflow', context, lookups, warnings)
  const tags = await deriveTags(plan.rules, plan.flavor, scene, plan.isDefault, problems, tagWarnings)
  const withVersion = (version: string): Versioned => {
    const standard = standardLabels(scene, version)
    const of = { scene, version }
    const labels = mergeLabels([...standard, ...renderLabels('labels', plan.labels, of, problems)])
    const own = renderLabels('annotations', plan.annotations, of, problems)
    const functions = builtFunctions(scene, version)
    return {
      version,
      labels: Object.fromEntries(labels),
      annotations: levelAnnotations(standard, own, context.annotationLevels),
      render: (template) => renderPlain(template, functions),
    }
  }
  const versioned = withVersion(tags.version)
  for (const { input, value, message } of inputs.built?.problems(versioned.render) ?? []) {
    problems.add(input, value, message)
  }
  problems.throwIfAny()

  if (tags.names.length === 0) {
    tagWarnings.add(
      `No rule of the input 'tags' gives a tag for the event ${scene.eventName} on ${scene.ref}`,
    )
  }
  return {
    tags: tags.names,
    ...versioned,
    withVersion,
    moving: tags.moving,
    sourceDate: scene.sourceDate,
    warnings: [...warnings],
    tagWarnings: [...tagWarnings],
  }
}

/** The same image without some of its tags; its version is then by those that it has. */
export function withoutTags(image: ImageMetadata, left: readonly string[]): ImageMetadata {
  const tags = image.tags.filter((tag) => !left.includes(tag))
  const version = left.includes(image.version) ? (tags[0] ?? '') : image.version
  return { ...image, tags, ...image.withVersion(version) }
}

interface Plan {
  /** All that may ask for the commit's date. */
  readonly templates: readonly (Template | null)[]
  readonly rules: readonly TagRule[]
  readonly isDefault: boolean
  readonly flavor: Flavor
  readonly labels: readonly LabelLine[]
  readonly annotations: readonly LabelLine[]
}

function parse(inputs: MetadataInputs, problems: Problems): Plan {
  const isDefault = inputs.tags.every((line) => line.trim() === '')
  const rules = readTagRules(isDefault ? DEFAULT_RULES : inputs.tags, problems)
  const flavor = readFlavor(inputs.flavor, problems)
  for (const rule of rules) checkLiteralTag(rule, flavor, problems)
  const plan = {
    rules,
    isDefault,
    flavor,
    labels: readLabelLines('labels', inputs.labels, problems),
    annotations: readLabelLines('annotations', inputs.annotations, problems),
  }
  return { ...plan, templates: [...templatesOf(plan), ...(inputs.built?.templates ?? [])] }
}

/** The event, with what its payload lacks looked up. */
async function gather(
  plan: Plan,
  named: 'workflow' | 'git',
  event: EventContext,
  lookups: GitHubLookups,
  warnings: Set<string>,
): Promise<Scene> {
  const checkout = (await lookups.checkout?.()) ?? null
  if (named === 'git' && checkout === null) throw noCheckout()
  const warning = named === 'git' ? null : otherCommitWarning(event, checkout)
  if (warning !== null) warnings.add(warning)
  const context = named === 'git' && checkout !== null ? await contextOfCheckout(event, checkout) : event
  const unknown = unknownSourceWarning(context)
  if (unknown !== null) warnings.add(unknown)
  const { sha } = namedCommit(context)
  const attempt = async <T>(what: string, lookup: () => Promise<T> | undefined): Promise<T | null> => {
    try {
      return (await lookup()) ?? null
    } catch (error) {
      warnings.add(`GitHub's API did not give ${what}: ${(error as Error).message}`)
      return null
    }
  }
  const dateAtHand = commitDateInPayload(context.payload, sha) ?? (await commitDateInCheckout(checkout, sha))
  const findCommitDate = async () => {
    if (dateAtHand !== null || !plan.templates.some(needsCommitDate)) return dateAtHand
    const found = await attempt("the commit's date, so that the current one stands in", () =>
      lookups.commitDate?.(context.repository, sha),
    )
    return found === null ? null : usableDate(found)
  }
  const findRepository = async () => {
    if (!needsRepositoryData(context)) return null
    return attempt("the repository's description and license", () => lookups.repository?.(context.repository))
  }
  const [repository, commitDate] = await Promise.all([findRepository(), findCommitDate()])
  const checkedOut = checkout === null ? null : usableDate(checkout.date)
  return readScene(context, describeRepository(context, repository), {
    known: dateAtHand,
    found: commitDate,
    checkedOut,
  })
}

/** When a commit was made, by the checkout: it may have the commit without that being the one that is checked out. */
async function commitDateInCheckout(checkout: Checkout | null, sha: string): Promise<Date | null> {
  if (checkout === null || sha === '') return null
  const date = checkout.sha === sha ? checkout.date : await checkout.dateOf?.(sha)
  return date ? usableDate(date) : null
}

function noCheckout(): MetadataError {
  const message =
    'needs a git checkout at the context, and git; check the repository out in a step before this one, or leave metadata-context out'
  return new MetadataError([{ input: 'metadata-context', value: 'git', message }])
}

function templatesOf({ rules, flavor, labels, annotations }: Omit<Plan, 'templates'>): (Template | null)[] {
  return [
    ...rules.flatMap((rule) => {
      const { enable, prefix, suffix } = rule
      const pattern = rule.type === 'schedule' ? rule.pattern : null
      const value = 'value' in rule ? rule.value : null
      return [enable, prefix, suffix, pattern, value]
    }),
    flavor.prefix,
    flavor.suffix,
    ...[...labels, ...annotations].map(({ template }) => template),
  ]
}
