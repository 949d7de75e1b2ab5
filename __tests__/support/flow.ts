import { callerOf, createOnPush, inProcess, invoke, Service, Store } from '../../local-ecr/index.ts'
import { run } from '../../src/actions/build-push/run.ts'
import type { Docker } from '../../src/docker/port.ts'
import { connectPrivateEcr } from '../../src/ecr/private/connect.ts'
import type { Inputs } from '../../src/inputs/index.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import type { World } from '../../src/world.ts'
import { digest, imageManifest } from '../unit/local-ecr/images.ts'
import { ABLE_ENGINE } from './engine.ts'
import { openFront } from './front.ts'
import { inRegion, mainInputs } from './inputs.ts'
import { JOB_WITHOUT_TOKEN } from './signing-job.ts'

/** Other inputs than the usual ones; tags by themselves, for short. */
type Change = Partial<Inputs> & { readonly tags?: readonly string[] }

/**
 * The main path over the local ECR's operations, through the real SDK, without a process or a network. The docker of
 * it puts an image into the store as a push would.
 */
export class Flow {
  readonly caller = callerOf()
  readonly service = new Service(new Store())
  readonly outputs: Record<string, string> = {}
  readonly log: string[] = []
  readonly debug: string[] = []
  readonly dockerCalls: string[] = []
  /** The job summary as it was written last, in Markdown. */
  summary = ''
  /** The variables of the job that tell of the event. */
  event: Record<string, string> = {}
  /** Happens when an image is built, before anything of it is pushed. */
  beforePush: () => void = () => undefined
  /** Happens when docker may have begun to push, and has not. */
  duringPush: () => void = () => undefined
  /** Happens when a build is done. */
  afterBuild: () => void = () => undefined
  /** Puts something else in place of a part of the world. */
  alter: (world: World) => World = (world) => world
  /** Puts another session policy in place of that of the inputs. */
  narrow: (policy: string) => string = (policy) => policy
  #slept = 0
  /** What the image holds that the next build makes. */
  content = 'a'

  get store(): Store {
    return this.service.store
  }

  get place() {
    return { account: this.caller.account, region: this.caller.region, repository: 'app' }
  }

  /** Operations of the API in their order, without requests to the registry. */
  operations(): string[] {
    return this.service.recorder.requests
      .filter(({ side }) => side === 'api')
      .map(({ operation }) => operation)
  }

  async run(change: Change = {}): Promise<void> {
    await this.within((world) => run(this.inputs(change), world))
  }

  /** Gives the world to a sibling action too. */
  async within(work: (world: World) => Promise<void>): Promise<void> {
    const front = await openFront(this.service)
    try {
      await work(this.alter({ ...this.world(), openRegistry: (session) => front.open(session) }))
    } finally {
      front.close()
    }
  }

  /** The message of the ActionError that the run ends with. */
  async failure(change: Change = {}): Promise<string> {
    try {
      await this.run(change)
    } catch (error) {
      if (error instanceof ActionError) return explain(error)
      throw error
    }
    throw new Error(`it did not fail:\n${this.log.join('\n')}`)
  }

  /** Puts an image into the repository under tags, or without one, and gives its digest. */
  async put(tags: readonly string[], content = this.content, region = this.caller.region): Promise<string> {
    const place = { ...this.place, region }
    const repository = this.store.find(place) ?? createOnPush(this.store, place, this.caller.arn)
    const manifest = await imageManifest(this.store, repository ?? this.store.get(place), content)
    for (const imageTag of tags.length === 0 ? [null] : tags) {
      const tag = imageTag === null ? {} : { imageTag }
      const image = { repositoryName: 'app', imageManifest: manifest, ...tag }
      await invoke(this.store, callerOf(this.caller.account, region), 'PutImage', image).catch(
        (error: Error) => {
          // A push of what is there already succeeds.
          if (error.name !== 'ImageAlreadyExistsException') throw error
        },
      )
    }
    return digest(manifest)
  }

  private docker(): Docker {
    return {
      begin: () => undefined,
      inspect: async () => {
        this.dockerCalls.push('inspect')
        return ABLE_ENGINE
      },
      login: async ({ host }) => {
        this.dockerCalls.push(`login ${host}`)
      },
      build: async (_, { references, naming }, { pushing }) => {
        this.dockerCalls.push('build')
        this.beforePush()
        pushing?.()
        this.duringPush()
        const tagged = naming === 'digest' ? [] : references
        const pushed = await this.put(
          tagged.map((reference) => reference.slice(reference.lastIndexOf(':') + 1)),
        )
        this.afterBuild()
        return { digest: pushed, imageId: `sha256:${'1'.repeat(64)}`, metadata: {} }
      },
      findInEngine: async (_, name) => ({ reference: name ?? 'app', sizeInBytes: 1_234_567 }),
      digestsInEngine: async () => null,
      close: async () => undefined,
    }
  }

  private world(): Omit<World, 'openRegistry'> {
    return {
      connectEcr: ({ repository: { region, registryId }, role }) => {
        const { kind, texts = [] } = { texts: [], kind: null, ...role?.sessionPolicy }
        if (kind === 'minimal') throw new Error('the session policy was not written')
        const [session] = texts.slice(0, 1).map((text) => this.narrow(text))
        const issued = this.store.issueCredentials(this.caller.account, { policies: { session } })
        const { accessKeyId, secretAccessKey, sessionToken = '' } = issued
        const credentials = { accessKeyId, secretAccessKey, sessionToken }
        const client = { requestHandler: inProcess(this.service), credentials }
        return connectPrivateEcr({
          region,
          registryId,
          mask: () => undefined,
          log: (line) => this.log.push(line),
          pause: async () => undefined,
          client,
        })
      },
      docker: this.docker(),
      setOutputs: (some) => Object.assign(this.outputs, some),
      summarize: async (facts) => {
        this.summary = renderSummary(facts)
      },
      log: (line) => this.log.push(line),
      debug: (line) => this.debug.push(line),
      notice: (line) => this.log.push(`notice: ${line}`),
      warn: (line) => this.log.push(`warning: ${line}`),
      job: JOB_WITHOUT_TOKEN,
      github: { event: async () => readEventContext(this.event, {}, new Date()), lookups: {} },
      // A wait takes no time, but the clock counts it.
      clock: () => performance.now() + this.#slept,
      began: performance.now() + this.#slept,
      sleep: async (milliseconds) => {
        this.#slept += milliseconds
      },
    }
  }

  private inputs({ tags = ['v1', 'latest'], ...change }: Change): Inputs {
    const metadata = { context: 'workflow' as const, tags, flavor: [], labels: [], annotations: [] }
    return mainInputs({ ...inRegion(this.caller.region), metadata, ...change })
  }
}
