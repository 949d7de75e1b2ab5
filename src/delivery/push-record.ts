import type { TagsBefore } from '../ecr/image-before.ts'
import type { LeftInEcr } from '../report/facts.ts'
import type { Outputs } from '../report/outputs.ts'
import type { Destination } from './destination.ts'

/**
 * How far a tag came. `begun`: it may have been put, and nothing has confirmed it; `put`: the registry, or docker, has
 * confirmed it; `existed`: it named the image before; `lost`: it was put, and ECR said after it that it names another
 * image, or none.
 */
type TagState = 'begun' | 'put' | 'existed' | 'lost'

/** What is known of one repository. */
interface RepositoryRecord {
  readonly destination: Destination
  readonly before: TagsBefore
  readonly tags: Map<string, TagState>
  /** Whether anything of the image may have been sent there, if only a layer. */
  begun: boolean
  /** Whether the image is there. */
  has: boolean
  /** Whether this run has put anything there: the image, or a tag. */
  written: boolean
}

/** A tag of which it is not known whether this run has put it. */
export interface Unanswered {
  readonly destination: Destination
  readonly tag: string
  readonly before: TagsBefore
}

/** What a run tells of its pushes as they happen. */
export interface Recording {
  readonly pushed: PushRecord
}

type ImageOutputs = Pick<Outputs, 'pushed' | 'digest' | 'digest-uri' | 'image-uri' | 'image-uris' | 'tags'>

/**
 * What a run has put into ECR so far, noted as soon as it is known: whatever ends the run, its outputs, its log and its
 * summary tell it from here. Repositories are named by their URI, as `HOST/NAME`.
 */
export class PushRecord {
  readonly #places = new Map<string, RepositoryRecord>()
  #digest: string | null = null
  #told = false

  /** Of the image; null if it is not known yet. */
  get digest(): string | null {
    return this.#digest
  }

  /** The tags that the image is to have in the first repository; none of one that is pushed by its digest. */
  get wanted(): readonly string[] {
    const [first] = this.#places.values()
    return first?.destination.tags ?? []
  }

  /**
   * Where the image is to go. What is known of a repository stays.
   * @param before what the tags of each destination named before the build; null if it is not known
   * @param digest of the image, if it is known already
   */
  expect(
    destinations: readonly Destination[],
    before: readonly TagsBefore[] = [],
    digest: string | null = null,
  ): void {
    this.#digest ??= digest
    for (const [at, destination] of destinations.entries()) {
      if (this.#places.has(destination.uri)) continue
      const nothing = { tags: new Map(), begun: false, has: false, written: false }
      this.#places.set(destination.uri, { destination, before: before[at] ?? null, ...nothing })
    }
  }

  /**
   * From now on, parts of the image and these tags may be in the repository. Of a tag that has named the image before and
   * is to be put all the same, somebody has moved it, and what this put comes to decides.
   */
  begun(uri: string, tags: readonly string[] = []): void {
    const place = this.#at(uri)
    place.begun = true
    for (const tag of tags) if (place.tags.get(tag) !== 'put') place.tags.set(tag, 'begun')
  }

  /** The registry, or docker, has confirmed that these tags name the image now. */
  put(uri: string, tags: readonly string[]): void {
    if (tags.length === 0) return
    const place = this.#at(uri)
    place.has = true
    place.written = true
    for (const tag of tags) place.tags.set(tag, 'put')
  }

  /** These tags are as they were: the registry has refused them. */
  refused(uri: string, tags: readonly string[]): void {
    const { tags: states } = this.#at(uri)
    for (const tag of tags) if (states.get(tag) === 'begun') states.delete(tag)
  }

  /** These tags named the image before, and this run does not put them. */
  existed(uri: string, tags: readonly string[]): void {
    const { tags: states } = this.#at(uri)
    for (const tag of tags) if (states.get(tag) !== 'put') states.set(tag, 'existed')
  }

  /** After this run put them, ECR had another image under these tags, or none. */
  lost(uri: string, tags: readonly string[]): void {
    const { tags: states } = this.#at(uri)
    for (const tag of tags) {
      // What named the image before has only been moved by somebody else.
      if (states.get(tag) === 'existed') states.delete(tag)
      else states.set(tag, 'lost')
    }
  }

  /** After this run put the image there, ECR did not list it: whether it is there is not known. */
  notListed(uri: string): void {
    this.#at(uri).has = false
  }

  /** @param written whether this run has put the image there, or a part of it */
  arrived(uri: string, digest: string, written: boolean): void {
    const place = this.#at(uri)
    this.#digest = digest
    place.has = true
    if (written) place.written = true
  }

  /** Those of the tags of a repository that this run has put, and that have not been lost since. */
  putAt(uri: string): string[] {
    const { destination, tags: states } = this.#at(uri)
    return destination.tags.filter((tag) => states.get(tag) === 'put')
  }

  /** The tags of which nothing has said whether they were put. */
  unanswered(): Unanswered[] {
    return [...this.#places.values()].flatMap(({ destination, before, tags: states }) =>
      destination.tags
        .filter((tag) => states.get(tag) === 'begun')
        .map((tag) => ({ destination, tag, before })),
    )
  }

  /**
   * The outputs about the image that are true by now. `digest-uri`, `image-uri` and `tags` are about the first repository.
   * @returns without those that would tell of nothing
   */
  outputs(): Partial<ImageOutputs> {
    const places = [...this.#places.values()]
    const [first] = places
    const uris = places.flatMap((place) => this.#names(place))
    const firstUri = first === undefined ? null : this.#firstName(first)
    const tags = first === undefined ? [] : namingTags(first)
    const digest = places.some(isHolder) ? this.#digest : null
    return {
      pushed: String(places.some(({ written }) => written)),
      ...(digest === null ? {} : { digest }),
      ...(digest !== null && first && isHolder(first)
        ? { 'digest-uri': `${first.destination.uri}@${digest}` }
        : {}),
      ...(firstUri === null ? {} : { 'image-uri': firstUri }),
      ...(tags.length === 0 ? {} : { tags: tags.join('\n') }),
      ...(uris.length === 0 ? {} : { 'image-uris': uris.join('\n') }),
    }
  }

  /**
   * Those of some names that are not untrue by now: a name that the image was to get in ECR is one of it only if ECR has
   * it under that name, and what was to go elsewhere is not known here.
   */
  trueNames(names: readonly string[]): string[] {
    const { 'image-uris': uris = '', 'digest-uri': digestUri } = this.outputs()
    const held = new Set([...uris.split('\n'), digestUri])
    const isWanted = (name: string) =>
      [...this.#places.keys()].some((uri) => name.startsWith(`${uri}:`) || name.startsWith(`${uri}@`))
    return names.filter((name) => held.has(name) || !isWanted(name))
  }

  /** Tells, once, under which names ECR has the image, or may have it. */
  tell(log: (line: string) => void): void {
    if (this.#told) return
    this.#told = true
    for (const place of this.#places.values()) {
      const { tags, uri } = place.destination
      for (const tag of tags) {
        const state = place.tags.get(tag)
        if (state !== undefined) log(LINES[state](`${uri}:${tag}`))
      }
      const alone = this.#byDigestAlone(place)
      if (alone !== null) log(LINES[place.written ? 'put' : 'existed'](alone))
    }
    // Without tags, a line before has it.
    const [first] = this.#places.values()
    if (first && hasName(first) && this.#digest !== null) {
      log(`Digest ${first.destination.uri}@${this.#digest}`)
    }
  }

  /** For the summary of a run that fails. */
  left(): LeftInEcr {
    const places = [...this.#places.values()]
    const tagged = (wanted: TagState) =>
      places.flatMap(({ destination: { tags, uri }, tags: states }) =>
        tags.filter((tag) => states.get(tag) === wanted).map((tag) => `${uri}:${tag}`),
      )
    const alone = places.filter(({ written }) => written).flatMap((place) => this.#byDigestAlone(place) ?? [])
    return {
      put: [...tagged('put'), ...alone],
      existed: tagged('existed'),
      lost: tagged('lost'),
      unknown: tagged('begun'),
      // Of an image that exists there, a put sends the tag alone.
      begun: places.some(
        ({ begun, has, written, tags }) =>
          written || (begun && !has) || [...tags.values()].some((state) => state === 'begun'),
      ),
    }
  }

  #at(uri: string): RepositoryRecord {
    const place = this.#places.get(uri)
    if (place === undefined) throw new TypeError(`${uri} is no place that the image was to go to`)
    return place
  }

  /** What the image is called in a repository where it has what it was to have: tags or, if it was to have none, its digest. */
  #names(place: RepositoryRecord): string[] {
    const { tags, uri } = place.destination
    if (tags.length === 0) return [this.#byDigestAlone(place)].filter((name) => name !== null)
    return namingTags(place).map((tag) => `${uri}:${tag}`)
  }

  /** The image's name in a repository under its first tag; null if that does not name it. */
  #firstName(place: RepositoryRecord): string | null {
    const [tag] = place.destination.tags
    return tag === undefined || NAMING.includes(place.tags.get(tag)) ? (this.#names(place)[0] ?? null) : null
  }

  /** `HOST/NAME@sha256:…` of an image that has got there, and is not known to be there under any of its tags. */
  #byDigestAlone(place: RepositoryRecord): string | null {
    if (this.#digest === null || hasName(place) || !isHolder(place)) return null
    return `${place.destination.uri}@${this.#digest}`
  }
}

const NAMING: readonly (TagState | undefined)[] = ['put', 'existed']

const namingTags = ({ destination, tags }: RepositoryRecord) =>
  destination.tags.filter((tag) => NAMING.includes(tags.get(tag)))

const hasName = (place: RepositoryRecord) => namingTags(place).length > 0

/** What an image has been copied from, and nothing was put into, is none. */
const isHolder = (place: RepositoryRecord) =>
  place.has && (place.written || hasName(place) || place.destination.tags.length === 0)

const LINES: Readonly<Record<TagState, (name: string) => string>> = {
  begun: (name) => `Not known whether this run has pushed ${name}`,
  put: (name) => `Pushed ${name}`,
  existed: (name) => `${name} exists already`,
  lost: (name) => `Pushed ${name}, under which ECR has another image by now, or none`,
}
