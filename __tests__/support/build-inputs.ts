import type { BuildInputs } from '../../src/docker/port.ts'

/** What the inputs of a build are where only the context is given. */
export function buildInputs(change: Partial<BuildInputs> = {}): BuildInputs {
  return {
    context: '/app',
    file: '/app/Dockerfile',
    target: null,
    platforms: [],
    buildArgs: [],
    buildContexts: [],
    secrets: [],
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
    cache: null,
    noCache: false,
    noCacheFilters: [],
    pull: false,
    addHosts: [],
    allow: [],
    attests: [],
    builder: null,
    call: null,
    cgroupParent: null,
    network: null,
    outputs: [],
    load: false,
    shmSize: null,
    ulimits: [],
    ...change,
  }
}
