import { isIP } from 'node:net'
import type { BuildInputs } from '../docker/port.ts'
import { isRemote } from '../docker/syntax/context.ts'
import { DEFAULT_PLATFORM, distinctPlatforms, isPlatformSpecifier } from '../docker/syntax/platforms.ts'
import { readAttestations } from './attestations.ts'
import { readBuildArgs, readFileName, readTargetStage, type ValueReader } from './build-values.ts'
import { readCaches } from './cache.ts'
import { readCompression } from './compression.ts'
import { outOfBoundsOrMissing } from './confinement.ts'
import { readBuildContexts, readContext } from './context.ts'
import { readOutputs } from './exporters.ts'
import type { Reader } from './reader.ts'
import { readRegistryAuth } from './registry-auth.ts'
import { readReproducible } from './reproducible.ts'
import { readSecrets } from './secrets.ts'
import { readStallTimeout } from './stall-timeout.ts'

/**
 * What buildx lets a build ask for; `fs`, which `buildx bake` has, is for docker to judge.
 * https://github.com/moby/buildkit/blob/master/util/entitlements/entitlements.go
 */
const ENTITLEMENT = /^(?:network\.host|security\.insecure|(?:device|fs(?:\.[a-z]+)?)(?:=.*)?)$/
// https://docs.docker.com/reference/cli/docker/buildx/build/#call; docker refuses any other field.
const CALL = /^(?:build|check|lint|outline|targets)(?:,(?:format=[a-z]+|ignorestatus(?:=[a-z0-9]+)?))*$/
const SIZE = /^\d+(?:\.\d+)?\s*(?:b|[kmgtp](?:i?b)?)?$/i

/**
 * Every build input.
 * @param push whether the image is to be pushed, which some of them exclude
 * @param values reads those that may have expressions; what they stand for may not be known so far
 */
export function readBuild(reader: Reader, push: boolean, values: ValueReader): BuildInputs {
  const { context, file } = readContext(reader, readFileName(reader, values))
  const target = readTargetStage(reader, values)
  const { platforms, platformsFrom } = readPlatforms(reader)
  const attests = readAttestations(reader)
  const outputs = readOutputs(reader, { platforms, attests, push })
  return {
    context,
    file,
    target,
    platforms,
    ...(platformsFrom === 'platforms' ? {} : { platformsFrom }),
    buildArgs: readBuildArgs(reader, values),
    buildContexts: readBuildContexts(reader),
    secrets: readSecrets(reader, isRemote(context) ? context : null),
    pullLogins: readRegistryAuth(reader),
    ssh: readSsh(reader),
    ...readCaches(reader, { platforms, target, context, file }),
    noCache: reader.boolean('no-cache', false),
    noCacheFilters: reader.matchingList(
      'no-cache-filters',
      'words',
      /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/,
      'must be names of stages of the Dockerfile',
    ),
    pull: reader.boolean('pull', false),
    addHosts: readAddHosts(reader),
    allow: reader.matchingList(
      'allow',
      'commas',
      ENTITLEMENT,
      'must be an entitlement: network.host, security.insecure, device or device=NAME',
    ),
    attests,
    builder: reader.matching('builder', /^[a-zA-Z0-9][a-zA-Z0-9._/-]*$/, 'must be the name of a builder'),
    call: readCall(reader),
    cgroupParent: reader.matching('cgroup-parent', /^\S+$/, 'must be the name of a control group'),
    network: reader.matching('network', /^[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/, 'must be default, host or none'),
    outputs,
    compression: readCompression(reader, outputs),
    load: reader.boolean('load', false),
    reproducible: readReproducible(reader, outputs),
    shmSize: reader.matching('shm-size', SIZE, 'must be a size, such as 2g or 512m'),
    ulimits: readUlimits(reader),
    stallSeconds: readStallTimeout(reader),
  }
}

/** Agents' sockets and key files: as with other files that docker reads, a link in the checkout must not choose them. */
function readSsh(reader: Reader): string[] {
  const items = reader.matchingList(
    'ssh',
    'commas',
    /^[A-Za-z0-9_.-]+(?:=.+)?$/,
    "must be 'default', or ID=SOCKET or ID=KEYFILE",
  )
  for (const item of items) {
    const [, paths = ''] = /^[^=]*=(.*)$/s.exec(item) ?? []
    for (const file of paths.split(',').filter((one) => one !== '')) {
      const misplaced = outOfBoundsOrMissing(reader.source, file)
      if (misplaced !== null) reader.problem('ssh', item, `${file} ${misplaced}`)
    }
  }
  return items
}

/** https://github.com/docker/go-units/blob/master/ulimit.go, which docker reads them with */
const ULIMITS =
  'core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime, sigpending, stack'

function readUlimits(reader: Reader): string[] {
  const name = 'ulimit'
  const items = reader.list(name, 'lines')
  for (const item of items) {
    const [, type = '', soft = '', hard] = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(item) ?? []
    if (!ULIMITS.split(', ').includes(type)) {
      reader.problem(
        name,
        item,
        `must be type=soft[:hard], such as nofile=1024:1024, the type one of ${ULIMITS}`,
      )
    } else if (hard !== undefined && limit(soft) > limit(hard)) {
      reader.problem(name, item, `the soft limit (${soft}) must not be above the hard one (${hard})`)
    }
  }
  return items
}

/** -1 is no limit. */
const limit = (text: string) => (text === '-1' ? Number.POSITIVE_INFINITY : Number(text))

function readAddHosts(reader: Reader): string[] {
  const name = 'add-hosts'
  const items = reader.list(name, 'words')
  for (const item of items) {
    const [, ip = ''] = /^[^\s:=]+[:=](\S+)$/.exec(item) ?? []
    // The engine knows the address of host-gateway.
    if (ip !== 'host-gateway' && isIP(ip.replace(/^\[(.*)\]$/, '$1')) === 0) {
      reader.problem(name, item, 'must be host:ip, such as docker:10.180.0.1')
    }
  }
  return items
}

/** As docker and buildx read them: without the option, the variable of the environment. Each platform once. */
function readPlatforms(reader: Reader): Pick<BuildInputs, 'platforms'> & { readonly platformsFrom: string } {
  const given = reader.list('platforms', 'words')
  const variable = given.length > 0 ? '' : (reader.source.env[DEFAULT_PLATFORM] ?? '')
  const platformsFrom = variable === '' ? 'platforms' : DEFAULT_PLATFORM
  const listed = variable === '' ? given : variable.split(',').map((one) => one.trim())
  for (const platform of listed) {
    if (!isPlatformSpecifier(platform)) {
      reader.problem(
        platformsFrom,
        platform,
        'must be OS/ARCHITECTURE[/VARIANT], such as linux/amd64 or linux/arm/v7',
      )
    }
  }
  return { platforms: distinctPlatforms(listed), platformsFrom }
}

/** Null also for `build`, which is what happens without `call`. */
function readCall(reader: Reader): string | null {
  const call = reader.matching(
    'call',
    CALL,
    'must be check, outline, targets or build, with options such as check,format=json behind it',
  )
  return call === null || /^build(?:,|$)/.test(call) ? null : call
}
