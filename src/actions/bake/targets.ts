import { escapesOf } from '../../docker/bake/escapes.ts'
import { namesOfOutputs, unpushed } from '../../docker/bake/outputs.ts'
import type { BakePlan, BakeTarget } from '../../docker/bake/plan.ts'
import { parseExporter } from '../../docker/syntax/exporters.ts'
import { isReference, parseReference } from '../../docker/syntax/references.ts'
import { parsePrivateHost } from '../../ecr/hosts.ts'
import type { BakeInputs } from '../../inputs/bake.ts'
import { secretOf } from '../../inputs/bake-target.ts'
import type { Inputs } from '../../inputs/index.ts'
import { imageMetadata } from '../../metadata/describe.ts'
import { type ImageMetadata, withoutTags } from '../../metadata/index.ts'
import { ActionError, InputError } from '../../shared/errors.ts'
import { tellInFew } from '../../shared/in-few.ts'
import type { OuterWorld } from '../work.ts'
import { combineByTarget, type TargetFailure } from './by-target.ts'
import { askingOnce } from './event.ts'
import { type TargetWork, targetWork } from './target.ts'

/** What of a plan is built. */
export interface WantedTargets {
  /** Those whose images go to ECR, by their names. */
  readonly works: readonly TargetWork[]
  /** Those that leave files alone, or nothing, as the definition says. */
  readonly others: readonly BakeTarget[]
}

/**
 * Decides for each target of a plan where its image goes and what it is called.
 * @throws ActionError with all that is wrong with any of them
 */
export async function wantedTargets(
  plan: BakePlan,
  inputs: BakeInputs,
  world: OuterWorld,
): Promise<WantedTargets> {
  const built = plan.targets.filter(({ cacheOnly }) => !cacheOnly)
  const others = built.filter(leavesNoImage)
  const images = built.filter((target) => !others.includes(target))
  if (built.length === 0) {
    throw new ActionError(
      'The bake definition has nothing to build.',
      "name the targets in the input 'targets', or give the definition a group 'default'.",
    )
  }
  const failures = escapes(plan, inputs)
  const shared = { ...world, github: askingOnce(world.github) }
  const warnings = new Set<string>()
  const works: TargetWork[] = []
  for (const target of images) {
    try {
      // What is built besides has no inputs of its own.
      const besides = works.length === 0 ? others : []
      const upon = [...new Set([target, ...besides].flatMap((one) => builtUpon(one, plan))), ...besides]
      works.push(await wantedTarget(target, upon, inputs, shared, warnings))
    } catch (error) {
      failures.push({ name: target.name, error })
    }
  }
  failures.push(...twins(works), ...reportsOfSeveral(works))
  tellInFew([...warnings], world.warn, world.log)
  if (failures.length > 0) throw combineByTarget(failures, images.length)
  return { works, others }
}

/**
 * What the definition reaches and may not: buildx asks for that itself since 0.19, when it begins to build; here it is
 * told before anything is asked of AWS, with every buildx.
 */
function escapes(plan: BakePlan, { definition: { allow, vars } }: BakeInputs): TargetFailure[] {
  const remote = plan.remote !== undefined
  const bounds = { workspace: process.cwd(), allow, folders: [], remote }
  const ofFiles = escapesOf(plan, bounds).map(({ target, what, allow: needed }) => ({
    name: target,
    error: new ActionError(
      what,
      `see whether the definition is to reach that; then name ${needed} in the input 'allow'.`,
      { page: 'bake.md#what-a-definition-may-reach' },
    ),
  }))
  return [...ofFiles, ...(remote ? plan.targets.flatMap((target) => secretsNotGiven(target, vars)) : [])]
}

/** Secrets that a definition of another repository would take from variables of the step that nobody gave it. */
function secretsNotGiven(target: BakeTarget, vars: ReadonlyMap<string, string>): TargetFailure[] {
  return target.secret.map(secretOf).flatMap((secret): TargetFailure[] =>
    secret.from !== 'env' || vars.has(secret.name)
      ? []
      : [
          {
            name: target.name,
            error: new ActionError(
              `its secret '${secret.id}' is the variable ${secret.name} of this step, which a definition of a Git repository does not get by itself.`,
              `see whether the definition is to have it; then name ${secret.name} in the input 'vars'.`,
              { page: 'bake.md#a-definition-of-a-git-repository' },
            ),
          },
        ],
  )
}

const WITHOUT_IMAGE = /^(?:local|tar|oci|docker|cacheonly)$/

/** Whether a target is built for its files, or as a test: nothing of it is an image in a registry or in the engine. */
export function leavesNoImage({ output }: Pick<BakeTarget, 'output'>): boolean {
  const exporters = output.map((one) => parseExporter(one))
  return (
    exporters.length > 0 &&
    exporters.every(
      (one) => WITHOUT_IMAGE.test(one?.type ?? '') && (one?.type !== 'docker' || one.destination !== null),
    )
  )
}

/** The targets that one builds upon: also one whose own image exists, and is left out, may have to be built for it. */
function builtUpon(target: BakeTarget, plan: BakePlan): BakeTarget[] {
  const found = new Set<BakeTarget>()
  const wanted = [target]
  for (let one = wanted.pop(); one !== undefined; one = wanted.pop()) {
    for (const value of Object.values(one.contexts)) {
      const next = plan.targets.find(({ name }) => value === `target:${name}`)
      if (next === undefined || found.has(next)) continue
      found.add(next)
      wanted.push(next)
    }
  }
  return [...found]
}

async function wantedTarget(
  target: BakeTarget,
  upon: readonly BakeTarget[],
  inputs: BakeInputs,
  world: OuterWorld,
  warnings: Set<string>,
): Promise<TargetWork> {
  refuseWhatIsNoImage(target)
  const own = ownNames(target)
  if (own.repository === null && !inputs.hasRepository) {
    throw new ActionError(
      "its definition names no repository of ECR, and the input 'repository' is empty.",
      "give repository, such as 'shop/{{target}}', or the target a tag ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG.",
      { page: 'bake.md#where-an-image-goes-and-what-it-is-called' },
    )
  }
  const its = inputs.forTarget(target, own.repository)
  const image = await imageMetadata(its.metadata, world.github, its.build.context)
  for (const warning of [
    ...image.warnings,
    ...(own.tags.length > 0 || its.pushByDigest ? [] : image.tagWarnings),
  ])
    warnings.add(warning)
  const named = its.pushByDigest
    ? withoutTags(withDefinition(image, target, [], its), image.tags)
    : withDefinition(image, target, own.tags, its)
  if (named.tags.length === 0 && !its.pushByDigest) {
    throw new ActionError(
      "no rule of the input 'tags' gives it a tag for this event, and its definition has none.",
      'add a rule that always gives one, such as type=sha.',
    )
  }
  return targetWork({ plan: target, upon, inputs: its, image: named }, world)
}

/** Fields of a definition that would make something else than an image in ECR. */
function refuseWhatIsNoImage({ call, output }: BakeTarget): void {
  if (call !== null && call !== '' && call !== 'build') {
    throw new ActionError(
      `its definition only asks the Dockerfile something (call = "${call}").`,
      'leave that target out, or call out of it.',
    )
  }
  const [unwanted] = unpushed(output)
  if (unwanted !== undefined) {
    throw new ActionError(
      `its definition has an output that is not to be pushed (${unwanted}), and bake pushes every image.`,
      'leave push out of it or, for a build that leaves nothing, give it the output type=cacheonly, such as with set: *.output=type=cacheonly.',
    )
  }
  const files = output.filter((one) => {
    const exporter = parseExporter(one)
    return (
      /^(?:local|tar|oci)$/.test(exporter?.type ?? '') ||
      (exporter?.type === 'docker' && exporter.destination !== null)
    )
  })
  if (files.length === 0) return
  throw new ActionError(
    `its definition has an output of files (${files.join('; ')}) beside that of an image.`,
    'make two targets of it, one of which inherits from the other: the one goes to ECR, the other leaves the files.',
  )
}

/**
 * The repository and the tags that a definition itself gives its image.
 * @throws ActionError for a name in another registry, or in a second repository
 */
export function ownNames({ tags, output }: Pick<BakeTarget, 'tags' | 'output'>): {
  readonly repository: string | null
  readonly tags: readonly string[]
} {
  // docker takes the names of an output only if there are no tags.
  const ofOutputs = tags.length > 0 ? [] : namesOfOutputs(output)
  const found = [...tags, ...ofOutputs].map((tag) => {
    const { host, repository, tag: name } = isReference(tag) ? parseReference(tag) : NOWHERE
    if (parsePrivateHost(host) === null) {
      throw new ActionError(
        `its definition gives it the tag '${tag}', which is ${host === '' ? 'no name of an image' : `of ${host === 'docker.io' ? 'Docker Hub (docker.io)' : host}`}, and bake pushes to ECR.`,
        "leave the tag out of the definition, as the input 'tags' names the image, or make it ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG, such as with a variable for the registry.",
        { page: 'bake.md#where-an-image-goes-and-what-it-is-called' },
      )
    }
    return { repository, name: ofOutputs.includes(tag) && !/:[^/]*$/.test(tag) ? null : name }
  })
  const repositories = [...new Set(found.map(({ repository }) => repository))]
  if (repositories.length > 1) {
    throw new ActionError(
      `its definition gives it tags in several repositories: ${repositories.join(', ')}.`,
      "leave one of them, and name further registries in the input 'registries'.",
      { page: 'bake.md#where-an-image-goes-and-what-it-is-called' },
    )
  }
  const names = found.flatMap(({ name }) => name ?? [])
  return { repository: repositories[0] ?? null, tags: [...new Set(names)] }
}

const NOWHERE = { host: '', repository: '', tag: '' }

/** The image with what the definition says of it: its tags besides, and its labels below those of the input. */
function withDefinition(
  image: ImageMetadata,
  { labels: own }: BakeTarget,
  tags: readonly string[],
  { metadata }: Pick<Inputs, 'metadata'>,
): ImageMetadata {
  const given = new Set(metadata.labels.map((line) => line.split('=', 1)[0] ?? ''))
  const kept = Object.fromEntries(Object.entries(own).filter(([key]) => !given.has(key)))
  const label = <T extends Pick<ImageMetadata, 'labels'>>(one: T): T => ({
    ...one,
    labels: { ...one.labels, ...kept },
  })
  return {
    ...label(image),
    tags: [...new Set([...image.tags, ...tags])],
    moving: new Set([...image.moving].filter((tag) => !tags.includes(tag))),
    version: image.version || (tags[0] ?? ''),
    withVersion: (version) => label(image.withVersion(version)),
  }
}

/** Targets that would be the same tag of the same repository, as far as the inputs tell. */
function twins(works: readonly TargetWork[]): TargetFailure[] {
  return works.flatMap(({ name, image, inputs: { repository } }, at) =>
    works.slice(at + 1).flatMap((other): TargetFailure[] => {
      const its = other.inputs.repository
      const same =
        its.name === repository.name &&
        its.region === repository.region &&
        its.registryId === repository.registryId
      const tags = same ? image.tags.filter((tag) => other.image.tags.includes(tag)) : []
      return tags.length === 0 ? [] : [twinOf(name, other.name, repository.name, tags)]
    }),
  )
}

/** Targets whose report of findings would replace that of another. */
function reportsOfSeveral(works: readonly TargetWork[]): TargetFailure[] {
  const owners = new Map<string, string>()
  return works.flatMap(({ name, inputs: { after } }): TargetFailure[] => {
    const { report } = after.scan
    if (report === null) return []
    const owner = owners.get(report.file) ?? name
    owners.set(report.file, owner)
    if (owner === name) return []
    const problem = {
      input: 'scan-report',
      value: report.file,
      message: `is the report of the target '${owner}' too; put {{target}} into it`,
    } as const
    return [{ name, error: new InputError([problem]) }]
  })
}

/** What is wrong with two targets that go to one repository under the same tags. */
export function twinOf(
  one: string,
  other: string,
  repository: string,
  tags: readonly string[],
): TargetFailure {
  return {
    name: one,
    error: new ActionError(
      `it goes to the repository ${repository} under the same tag as the target '${other}': ${tags.join(', ')}.`,
      'give each target its own repository (repository: NAME/{{target}}) or its own tags (tags: {{target}}-…, or flavor: prefix={{target}}-).',
      { page: 'bake.md#where-an-image-goes-and-what-it-is-called' },
    ),
  }
}
