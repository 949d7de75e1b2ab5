import type { Problem } from '../../shared/errors.ts'
import type { Capabilities } from '../naming.ts'
import { atLeast } from '../syntax/versions.ts'

/** What is needed for something beyond a plain image of one platform. */
export interface Needs {
  /** The version of buildx that came with it. */
  readonly buildx?: string
  /** The version of BuildKit that came with it. */
  readonly buildkit?: string
  /** The same, for what an older BuildKit passes over without a word. */
  readonly silently?: string
  /** The `docker` driver has it only with the containerd image store. */
  readonly store?: true
  /** The engine has it only with the containerd image store, whatever the driver is. */
  readonly engineStore?: true
  /** What it needs Docker's engine for, whatever the driver is. */
  readonly engine?: string
  /** What no other driver than `docker` knows. */
  readonly engineDriver?: string
  /** What the `docker` driver would need to be told for it; another driver has it as it is. */
  readonly dockerDriver?: string
  /** Why no BuildKit can do it; the builder that docker had before can. */
  readonly legacyOnly?: string
  /** What is wrong with it in the legacy builder, and what helps besides buildx. */
  readonly inLegacy?: { readonly why: string; readonly remedy: string }
  /** Why a builder with the BuildKit of Docker cannot do it; one that is somewhere else may have another. */
  readonly otherBuildkit?: string
  /**
   * Who has it without buildx: `buildkit`, docker before 23.0, which speaks to the engine's BuildKit itself;
   * `legacy`, the builder of docker since then; `both`, or `none`.
   */
  readonly classic: 'buildkit' | 'legacy' | 'both' | 'none'
}

/** What an input needs of docker. */
export interface Requirement extends Needs {
  readonly input: string
  readonly value: string
}

/** The builder that will build. */
export interface BuilderFacts {
  /** Null: no buildx. */
  readonly buildxVersion: string | null
  /** What `docker build` uses without buildx. */
  readonly classic: 'buildkit' | 'legacy'
  /** Whether the engine has the containerd image store. */
  readonly store: boolean
  /** `docker` if the builder was not inspected. */
  readonly driver: string
  /** Null if the builder was not inspected, or does not say it. */
  readonly buildkitVersion: string | null
  /** Why no engine can be asked for anything; null if one answers. */
  readonly noEngine: string | null
}

/** An image without a tag leaves the builder so: pushed by its digest, or as an OCI layout in a folder. */
export const WITHOUT_TAG: Needs = { buildx: '0.10.0', buildkit: '0.11.0', store: true, classic: 'none' }

/**
 * What the builder can do. The `docker` driver cannot push by digest; with the containerd image store it can write an
 * OCI layout. It pushes from the engine's own images, so that what it pushes is loaded.
 * https://docs.docker.com/build/builders/drivers/
 */
export function capabilitiesOf(facts: BuilderFacts): Capabilities {
  const withoutTag = lacking(WITHOUT_TAG, facts) === null
  const isEngine = facts.driver === 'docker'
  return { pushByDigest: withoutTag && !isEngine, layout: withoutTag, loadsWhatItPushes: isEngine }
}

/** The drivers that start a BuildKit themselves, or have the engine's: https://docs.docker.com/build/builders/drivers/ */
const OWN_DRIVERS = ['docker', 'docker-container', 'kubernetes']

export const SETUP = 'docker/setup-buildx-action in a step before this one'
const STORE = '"features": {"containerd-snapshotter": true} in the engine\'s daemon.json'

/** The requirements that a builder does not meet, each as what is wrong with an input. */
export function unmet(requirements: readonly Requirement[], facts: BuilderFacts): Problem[] {
  return requirements.flatMap((requirement) => {
    const message = lacking(requirement, facts)
    return message === null ? [] : [{ input: requirement.input, value: requirement.value, message }]
  })
}

/** What a builder lacks of what is needed, and the remedy; null if it lacks nothing. */
function lacking(needs: Needs, facts: BuilderFacts): string | null {
  const { buildx, silently, buildkit = silently, store, engine, engineStore, engineDriver } = needs
  const { dockerDriver, legacyOnly, otherBuildkit, classic } = needs
  if (engine !== undefined && facts.noEngine !== null) {
    return `needs Docker's engine, ${engine} (${facts.noEngine}); leave it out, or give the step an engine`
  }
  if (legacyOnly !== undefined) {
    return facts.buildxVersion === null && facts.classic === 'legacy' ? null : legacyOnly
  }
  if (facts.buildxVersion === null) {
    if (classic === 'both' || classic === facts.classic) return null
    const version = buildx === undefined ? 'buildx' : `buildx ${buildx} or later`
    const update =
      classic === 'legacy' ? ', or update Docker to 23.0 or later, which needs no buildx for it' : ''
    const { why, remedy } = needs.inLegacy ?? { why: null, remedy: null }
    return `needs ${version}, which this runner's docker does not have${why === null ? '' : `: ${why}`}; install it with ${SETUP}${update}${remedy === null ? '' : `, or ${remedy}`}`
  }
  if (otherBuildkit !== undefined && OWN_DRIVERS.includes(facts.driver)) return otherBuildkit
  if (buildx !== undefined && !atLeast(facts.buildxVersion, buildx)) {
    return `needs buildx ${buildx} or later, and this runner has ${facts.buildxVersion}; update it with ${SETUP}`
  }
  if (store === true && !facts.store && facts.driver === 'docker') {
    return `the builder's driver (${facts.driver}) cannot do it without the containerd image store; use the builder of ${SETUP}, or turn the image store on (${STORE})`
  }
  if (engineStore === true && !facts.store) {
    return `an index (several platforms, or an attestation) can be loaded only into an engine with the containerd image store; turn it on (${STORE}), or do not load it`
  }
  if (engineDriver !== undefined && facts.driver !== 'docker') {
    return `${engineDriver}: give the address itself, or use that builder (builder: default)`
  }
  if (dockerDriver !== undefined && facts.driver === 'docker') {
    return `${dockerDriver}, or use the builder of ${SETUP}`
  }
  if (buildkit !== undefined && facts.buildkitVersion !== null && !atLeast(facts.buildkitVersion, buildkit)) {
    return `needs BuildKit ${buildkit} or later, and the builder has ${facts.buildkitVersion}; update it, or use the builder of ${SETUP}`
  }
  return null
}
