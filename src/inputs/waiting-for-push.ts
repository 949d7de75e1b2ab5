import type { BuildInputs } from '../docker/port.ts'
import { parseBoolean } from '../shared/boolean.ts'
import { compressesWithoutPush } from './compression.ts'
import type { InputName } from './names.ts'
import type { Reader } from './reader.ts'
import { SETTINGS } from './repository-settings.ts'
import { reproducesWithoutPush } from './reproducible.ts'

const isGiven = (value: string) => value !== ''
const isTrue = (value: string) => parseBoolean(value) === true

/** The inputs that need a push, and the values of them that ask for something. */
const NEED_A_PUSH: readonly (readonly [InputName, (value: string) => boolean])[] = [
  ['registries', isGiven],
  ...SETTINGS.map((name) => [name, isGiven] as const),
  ['update-repository', isTrue],
  ['if-image-exists', (value) => value === 'skip' || value === 'fail'],
  ['cache', (value) => value === 'ecr'],
  ['compression', isGiven],
  ['reproducible', isTrue],
  ['push-by-digest', isTrue],
  ['max-size', isGiven],
  ['keep-login', isTrue],
  ['fail-on-severity', isGiven],
  ['scan-min-score', isGiven],
  ['scan-only-fixable', isTrue],
  ['scan-baseline', isGiven],
  ['scan-report', isGiven],
  ['gate', (value) => value === 'before-tags'],
  ['wait-for-replication', isTrue],
  ['attest', (value) => value !== '' && parseBoolean(value) !== false],
  ['wait-for-signing', isTrue],
]

/**
 * What the inputs ask for that needs a push. Without one it is left out, and never an error: one workflow serves
 * pull requests and pushes.
 * @returns names of inputs
 */
export function waitingForPush(reader: Reader, build: BuildInputs): InputName[] {
  return NEED_A_PUSH.filter(([name, asks]) => asks(reader.text(name)))
    .map(([name]) => name)
    .filter((name) => name !== 'compression' || !compressesWithoutPush(build))
    .filter((name) => name !== 'reproducible' || !reproducesWithoutPush(build))
}

/**
 * The notice that lists it.
 * @param call the input `call`, if that is why nothing is pushed
 */
export function describeWaiting(waiting: readonly InputName[], call: string | null): string {
  const why = call === null ? 'push: false' : `call: ${call}`
  const list = waiting.map((name) => (name === 'cache' ? 'cache: ecr' : name)).join(', ')
  return `Nothing is pushed (${why}), so that these inputs have no effect until a run pushes: ${list}`
}

/** The build without what waits for a push: the cache in ECR, and what is said of layers that only a push has. */
export function withoutPush(build: BuildInputs): BuildInputs {
  return {
    ...build,
    cache: build.cache?.kind === 'ecr' ? null : build.cache,
    compression: compressesWithoutPush(build) ? build.compression : null,
    reproducible: build.reproducible && reproducesWithoutPush(build),
  }
}
