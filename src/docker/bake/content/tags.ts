import { createHash } from 'node:crypto'
import path from 'node:path'
import { attribute, splitCsv } from '../../../shared/csv.ts'
import { isRemote } from '../../syntax/context.ts'
import { type BakePlan, type BakeTarget, isBuildersOwn, targetPlatforms } from '../plan.ts'
import { Committed, NoContentTag } from './checkout.ts'
import { contextFolder, type DefinitionPlace, ignoredIn, readDockerfileOf } from './dockerfile.ts'
import type { RunGit } from './git.ts'
import { Contexts } from './tree.ts'

/** A target's tag, or why it has none: a sentence, which names a file if one is the reason. */
export type ContentTag = { readonly tag: string } | { readonly why: string }

/** What the tags are made of besides the plan and the disk. */
export interface ContentPlace {
  /** Absolute; where the paths of the plan start. */
  readonly workspace: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly git: RunGit
  /** What is built for if a target names no platform: the builder's own, such as `linux/amd64`; null if not known. */
  readonly platform: string | null
  /** Inputs of the step that change what is built, as `NAME=VALUE`. */
  readonly also: readonly string[]
}

/** A change of what goes into a tag, and how, changes this, and so every tag. */
const CONTENT_RULE = 'ecr-build-push content 1'

/**
 * The content tag of each target: `content-` and 32 hexadecimal digits of a hash of all that goes into it and can be
 * known beforehand. Who has the same tag has the same context, Dockerfile, arguments, platforms and so on; what a build
 * takes from the network or from a base image is not in it.
 * @returns by the target's name
 * @throws ActionError if git refuses to read another user's checkout
 */
export async function contentTags(plan: BakePlan, at: ContentPlace): Promise<Map<string, ContentTag>> {
  const shown = (file: string) => {
    const relative = path.relative(at.workspace, file)
    return relative === '' ? '.' : relative.startsWith('..') ? file : relative
  }
  const contexts = new Contexts(new Committed(at.git), shown)
  const tagger = new Tagger(plan, at, { workspace: at.workspace, shown }, contexts)
  const tags = new Map<string, ContentTag>()
  for (const { name } of plan.targets) tags.set(name, await tagger.tagOf(name))
  return tags
}

class Tagger {
  readonly #targets: ReadonlyMap<string, BakeTarget>
  readonly #at: ContentPlace
  readonly #place: DefinitionPlace
  readonly #contexts: Contexts
  readonly #hashes = new Map<string, Promise<string>>()

  constructor(plan: BakePlan, at: ContentPlace, place: DefinitionPlace, contexts: Contexts) {
    this.#targets = new Map(plan.targets.map((target) => [target.name, target]))
    this.#at = at
    this.#place = place
    this.#contexts = contexts
  }

  async tagOf(name: string): Promise<ContentTag> {
    try {
      return { tag: `content-${(await this.#hashOf(name)).slice(0, 32)}` }
    } catch (error) {
      if (error instanceof NoContentTag) return { why: error.message }
      const { code, path: file } = error as NodeJS.ErrnoException
      if (code === undefined || file === undefined) throw error
      return { why: `${this.#place.shown(file)} cannot be read (${code}).` }
    }
  }

  /** @param above the targets that build upon it: a circle is for docker to refuse, and not waited for here */
  #hashOf(name: string, above: readonly string[] = []): Promise<string> {
    if (above.includes(name)) return Promise.reject(new NoContentTag('it builds upon itself.'))
    const known = this.#hashes.get(name)
    if (known !== undefined) return known
    const target = this.#targets.get(name)
    const hash =
      target === undefined
        ? Promise.reject(new NoContentTag(`it builds upon '${name}', of which nothing is known.`))
        : this.#make(target, [...above, name])
    hash.catch(() => undefined)
    this.#hashes.set(name, hash)
    return hash
  }

  async #make(target: BakeTarget, above: readonly string[]): Promise<string> {
    refuseUnknowable(target)
    const { platform, also, env } = this.#at
    const platforms = targetPlatforms(target).map((one) => (isBuildersOwn(one) ? platform : one))
    if (platforms.includes(null))
      throw new NoContentTag('it is built for the platform of the builder, which does not tell it.')
    const dockerfile = await readDockerfileOf(target, this.#place, this.#contexts)
    // One after the other: what they share is asked for once, and which reason is told does not depend on who is quicker.
    const contexts: [name: string, content: string][] = []
    for (const [name, value] of Object.entries(target.contexts)) {
      contexts.push([name, await this.#namedContext(name, value, above)])
    }
    const parts = {
      dockerfile: dockerfile.hash,
      context: await this.#contexts.hashOf(contextFolder(this.#place, target.context), dockerfile.ignored),
      contexts: Object.fromEntries(contexts),
      args: withoutEpoch(target.args, env),
      platforms: [...new Set(platforms)].sort(),
      // buildx takes what such a word leaves open from the machine that it runs on, which need not be the builder's.
      ...(target.platforms.some((one) => !one.includes('/')) && PLATFORM_HERE !== platform
        ? { runner: PLATFORM_HERE }
        : {}),
      also: [...also].sort(),
      ...restOfDefinition(target),
    }
    return createHash('sha256')
      .update(`${CONTENT_RULE}\n${canonicalJson(parts)}`)
      .digest('hex')
  }

  async #namedContext(name: string, value: string, above: readonly string[]): Promise<string> {
    if (value.startsWith('target:')) {
      try {
        return `target ${await this.#hashOf(value.slice('target:'.length), above)}`
      } catch (error) {
        if (!(error instanceof NoContentTag)) throw error
        throw new NoContentTag(`it builds upon '${value.slice('target:'.length)}': ${error.message}`)
      }
    }
    // As in a FROM: which image a tag names is not known, and a digest is one by itself.
    if (value.startsWith('docker-image://')) return value
    if (value.startsWith('oci-layout://')) {
      const [digest] = /@sha256:[0-9a-f]{64}$/.exec(value) ?? []
      if (digest !== undefined) return `oci-layout ${digest}`
      throw new NoContentTag(`its context '${name}' is an image without a digest.`)
    }
    if (isRemote(value)) throw new NoContentTag(`its context '${name}' is fetched.`)
    const folder = contextFolder(this.#place, value)
    return `folder ${await this.#contexts.hashOf(folder, await ignoredIn(folder, this.#place))}`
  }
}

/** As docker calls it. */
const PLATFORM_HERE = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`

/** What a tag would not tell: what is fetched, what is told in confidence, and what has to be built anew each time. */
function refuseUnknowable(target: BakeTarget): void {
  const reasons: [is: boolean, why: string][] = [
    [target.noCache, 'it is to be built without cache (no-cache).'],
    [target.noCacheFilter.length > 0, 'stages of it are to be built without cache (no-cache-filter).'],
    [target.pull, 'it is to pull its base images anew (pull).'],
    [target.secret.length > 0, 'it uses secrets.'],
    [target.ssh.length > 0, 'it uses an SSH agent.'],
    [isRemote(target.context), 'its context is fetched.'],
  ]
  const reason = reasons.find(([is]) => is)
  if (reason !== undefined) throw new NoContentTag(reason[1])
}

/** buildx adds the variable of the job to the arguments: it says when, not what. */
function withoutEpoch(
  args: Readonly<Record<string, string>>,
  env: ContentPlace['env'],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args).filter(
      ([name, value]) => name !== 'SOURCE_DATE_EPOCH' || value !== env['SOURCE_DATE_EPOCH'],
    ),
  )
}

/** Keys of the plan that are no part of what is built, or that a tag has in a form of its own. */
const NOT_CONTENT = new Set([
  ...['description', 'inherits', 'tags', 'cache-from', 'cache-to', 'call'],
  ...['context', 'contexts', 'dockerfile', 'dockerfile-inline', 'args', 'platforms'],
  ...['secret', 'ssh', 'no-cache', 'no-cache-filter', 'pull', 'output', 'attest', 'annotations'],
  ...['labels', 'ulimits', 'entitlements', 'extra-hosts'],
])

/** Of an output, what says where the image goes, and not how it is made. */
const PLACES = ['type', 'name', 'push', 'push-by-digest', 'name-canonical', 'dest', 'store', 'unpack']

/** The rest of a definition. What this project does not know of it is a part of the tag as it is. */
function restOfDefinition(target: BakeTarget): Record<string, unknown> {
  const unknown = Object.entries(target.raw).filter(
    ([key, value]) => !NOT_CONTENT.has(key) && value !== null && value !== '',
  )
  return {
    labels: target.labels,
    annotations: sortedByKey(target.annotations),
    attest: target.attest.map((one) => optionFields(one)).sort(),
    output: target.output
      .map((one) => optionFields(one, PLACES))
      .filter((one) => one !== '')
      .sort(),
    ulimits: sortedByKey(target.ulimits),
    entitlements: [...new Set(target.entitlements)].sort(),
    hosts: target.extraHosts,
    others: Object.fromEntries(unknown),
  }
}

/** Of those with the same key, the last one counts: their order stays. */
function sortedByKey(items: readonly string[]): string[] {
  const keyOf = (item: string) => item.split('=', 1)[0] ?? ''
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
}

/** The fields of an option as `key=value`, in one order, as buildx writes them in several. */
function optionFields(option: string, without: readonly string[] = []): string {
  const fields = splitCsv(option)
  const keys = new Set(fields.map((field) => field.split('=', 1)[0]?.trim().toLowerCase() ?? ''))
  return [...keys]
    .filter((key) => !without.includes(key))
    .sort()
    .map((key) => JSON.stringify([key, attribute(fields, key) ?? '']))
    .join(',')
}

/** JSON in which the order of keys says nothing. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}
