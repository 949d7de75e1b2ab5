import type { Destination } from '../../delivery/destination.ts'
import type { Engine, LoginRenewal } from '../../docker/port.ts'
import type { BuildInputs, Inputs } from '../../inputs/index.ts'
import { type Holder, labelLines } from '../../report/outputs.ts'
import type { World } from '../../world.ts'
import { finishPush } from './finish.ts'
import type { Ready } from './prepare.ts'
import type { Result } from './result.ts'

export async function build(ready: Ready, inputs: Inputs, world: World): Promise<Result> {
  const { engine, image, destinations } = ready
  const [first] = destinations
  const { name, host } = inputs.repository
  const local = { uri: host === null ? name : `${host}/${name}`, tags: image.tags }

  const building = world.clock()
  const caches = await planCache(inputs, first ?? null, world)
  const request = {
    ...inputs.build,
    ...caches,
    // docker/build-push-action has annotations only where it is given them; so do we.
    annotations: inputs.metadata.annotations.length === 0 ? [] : image.annotations,
    labels: labelLines(image.labels),
    // docker pushes one tag after the other, each as a push of its own: it gets one, and the rest costs a request each.
    references:
      first === undefined ? tagUris(local) : inputs.pushByDigest ? [first.uri] : tagUris(first).slice(0, 1),
    push: inputs.push,
    byDigest: inputs.pushByDigest,
  }
  const built = await world.docker.build(engine, request, {
    log: world.log,
    renewal: first === undefined ? null : renewalOf(first, inputs, world),
  })
  const seconds = (world.clock() - building) / 1000
  world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) })
  const common = { imageId: built.imageId, engine: describeEngine(engine), seconds }

  if (first === undefined) {
    const uris = tagUris(local)
    const { call } = inputs.build
    world.log(
      call === null
        ? `Built ${uris.join(', ') || built.imageId}, not pushed (push: false)`
        : `Nothing was built: ${call} only asks the Dockerfile (call)`,
    )
    const nothing = { digestUri: null, sizeInBytes: null, repositoryCreated: false, verdict: null }
    return { ...common, ...nothing, uris, outcome: 'built' }
  }
  const { held, uris, verdict } = await finishPush(built, first, ready, inputs, world)
  return {
    ...common,
    outcome: 'pushed',
    uris,
    digestUri: `${first.uri}@${held.digest}`,
    sizeInBytes: held.sizeInBytes,
    repositoryCreated: first.created !== 'no',
    verdict,
  }
}

/** Docker's login, kept up with the token: a build may take longer than it lives. */
export function renewalOf(
  { session }: Destination,
  { keepLogin: keep, build: { secrets } }: Inputs,
  world: World,
): LoginRenewal {
  let used = session.credentials
  const follow = async (): Promise<boolean> => {
    if (session.credentials.password === used.password) return false
    used = session.credentials
    await world.docker.login(session, { keep, secrets, log: world.log })
    return true
  }
  return {
    async refresh() {
      await session.current()
      await follow()
    },
    async renew() {
      // docker's own words do not tell an expired token from a missing permission; the registry's do, and on that
      // the token is renewed.
      await (await world.openRegistry(session)).warm(1)
      return follow()
    },
  }
}

/** Turns a preset into caches in the repository that is now known. */
export async function planCache(
  { build, repository: { name } }: Inputs,
  target: Destination | null,
  world: World,
): Promise<Partial<Pick<BuildInputs, 'cacheFrom' | 'cacheTo'>>> {
  if (build.cache === null) return {}
  const { presetCache } = await import('../../docker/cache.ts')
  // What ECR creates on the push takes moving tags, unless its template says otherwise.
  const unborn = target && { uri: target.uri, mutability: { mode: 'MUTABLE' as const, exclusions: [] } }
  const { warnings, ...caches } = presetCache(build.cache, name, target?.repository ?? unborn)
  for (const warning of warnings) world.warn(warning)
  return caches
}

export const tagUris = ({ uri, tags }: Holder) => tags.map((tag) => `${uri}:${tag}`)

export function describeEngine(engine: Engine): string {
  const buildx = engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`
  return `Docker ${engine.serverVersion}, ${buildx}`
}
