import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { generate } from 'selfsigned'
import { type Engine, type OwnKind, ownEngine } from '../../dev/engine/index.ts'
import { PODMAN_GATEWAY, type PodmanVersion, preparePodman } from '../../dev/engine/podman.ts'
import type { Log } from '../../dev/engine/process.ts'
import { relay } from '../../dev/engine/relay.ts'
import { startRootless } from '../../dev/engine/rootless.ts'
import { startSshd } from '../../dev/engine/sshd.ts'
import type { EngineRow } from '../../dev/engine-matrix.ts'
import type { Stage } from '../../dev/stage.ts'
import { serveBuildKit } from './buildkit.ts'
import { createContained } from './contained-buildkit.ts'
import { serveCluster } from './kubernetes.ts'
import { client, openStage, parts } from './parts.ts'
import { startedWithin } from './starting.ts'

/** A stage on an engine of the matrix. */
export interface Row {
  readonly stage: Stage
  /** To add to the step's inputs and environment. */
  readonly inputs: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  /** Asks the engine, by docker's own command; null if there is none. */
  readonly docker: ((...args: string[]) => Promise<string>) | null
  close(): Promise<void>
}

type Starting = Pick<Engine, 'docker' | 'env' | 'pluginsDir' | 'own'>
interface Started {
  readonly engine: Starting
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly asked?: boolean
  /** Called with the stage, before the first step. */
  readonly prepare?: (stage: Stage) => Promise<void>
  readonly stop?: () => Promise<void>
}

/** An engine that has all its packages starts in a few seconds; there is no network here to fetch them. */
const START_SECONDS = 120
const NOT_FETCHED = 'If its packages are not there yet: ENGINES=all has them fetched before the tests start.'

/** Removed with the corner. */
const TEMP = path.join(os.tmpdir(), 'engines')
const kind = async (name: OwnKind, log: Log): Promise<Started> => {
  const where = { store: path.join(TEMP, name), state: `/run/engine-${name}`, cgroup: `/engine-${name}` }
  return ownEngine(name, where, log)
}
const current = () => parts().engines.current
const withoutBuildx = (engine: Starting): Starting => ({
  ...engine,
  pluginsDir: parts().engines.old.pluginsDir,
})
const legacyKind = async (name: OwnKind, log: Log): Promise<Started> => {
  const { engine, ...rest } = await kind(name, log)
  return { engine: withoutBuildx(engine), ...rest }
}
const reached = (env: Readonly<Record<string, string>>): Starting => ({
  ...current(),
  env: { ...current().env, ...env },
})
/**
 * The engine's containers, and a builder in one of them whose BuildKit is the current engine's.
 * @param machine where a container finds this machine
 */
const contained = async (
  name: string,
  { stop, ...row }: Started,
  machine = '127.0.0.1',
): Promise<Started> => {
  const folder = path.join(TEMP, name)
  mkdirSync(folder, { recursive: true })
  const buildkit = await serveBuildKit(`unix://${socketOf(current())}`, null)
  return {
    ...row,
    inputs: name === 'default' ? {} : { builder: name },
    async prepare({ env }) {
      const { docker } = row.engine
      const { busyboxRoot } = parts()
      const address = buildkit.address.replace('127.0.0.1', machine)
      await createContained(name, { docker, env, busyboxRoot, address, folder })
    },
    async stop() {
      await buildkit.stop()
      await stop?.()
    },
  }
}
/** Podman's socket, for docker's own command. */
const podmanSocket = async (version: PodmanVersion, log: Log, buildx: boolean): Promise<Started> => {
  const name = `podman-${version}-${buildx ? 'buildx' : 'socket'}`
  const socket = `/run/${name}.sock`
  const stop = await (await preparePodman(version, path.join(TEMP, name), log)).serve(socket)
  const engine = reached({ DOCKER_HOST: `unix://${socket}` })
  if (!buildx) return { engine: withoutBuildx(engine), stop }
  // Without a BuildKit in the engine, the builder `default` is one in a container.
  return contained('default', { engine, stop }, PODMAN_GATEWAY[version])
}
/** Podman as docker's command. */
const podmanCommand = async (version: PodmanVersion, log: Log): Promise<Started> => {
  const { bin } = await preparePodman(version, path.join(TEMP, `podman-${version}`), log)
  const PATH = `${bin}:${current().env['PATH'] ?? process.env['PATH']}`
  return { engine: { ...current(), env: { PATH }, pluginsDir: null }, asked: false }
}
/** A builder that is not reached through an engine, and a step that has none. */
const remote = async (engine: Starting, env: Readonly<Record<string, string>>): Promise<Started> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'remote-'))
  const { address, stop } = await serveBuildKit(`unix://${socketOf(current())}`, path.join(folder, 'socket'))
  return {
    engine,
    inputs: { builder: 'elsewhere' },
    env,
    asked: false,
    stop,
    async prepare(stage) {
      const create = ['buildx', 'create', '--name', 'elsewhere', '--driver', 'remote', address]
      await client(current().docker, create, stage.env)
    },
  }
}
/** A builder that is reached through the API of a cluster. */
const cluster = async (): Promise<Started> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cluster-'))
  const buildkit = await serveBuildKit(`unix://${socketOf(current())}`, null)
  const { kubeconfig, stop } = await serveCluster(buildkit.address)
  const file = path.join(folder, 'config')
  writeFileSync(file, kubeconfig)
  const env = { KUBECONFIG: file }
  return {
    engine: current(),
    inputs: { builder: 'cluster' },
    env: { ...env, DOCKER_HOST: 'unix:///run/no-engine.sock' },
    asked: false,
    async prepare(stage) {
      const create = ['buildx', 'create', '--name', 'cluster', '--driver', 'kubernetes']
      await client(current().docker, create, { ...stage.env, ...env })
    },
    async stop() {
      await stop()
      await buildkit.stop()
    },
  }
}
const socketOf = ({ env }: Starting) =>
  (env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').slice('unix://'.length)

const STARTS: Readonly<Record<EngineRow, (log: Log) => Promise<Started>>> = {
  current: async () => ({ engine: current() }),
  graph: (log) => kind('graph', log),
  '28': (log) => kind('28', log),
  '28-graph': (log) => kind('28-graph', log),
  legacy: async () => ({ engine: withoutBuildx(current()) }),
  'graph-legacy': (log) => legacyKind('graph', log),
  '28-legacy': (log) => legacyKind('28', log),
  '28-graph-legacy': (log) => legacyKind('28-graph', log),
  old: async () => ({ engine: parts().engines.old }),
  'old-buildx': async () => ({ engine: { ...parts().engines.old, pluginsDir: current().pluginsDir } }),
  remote: async () => remote(current(), { DOCKER_HOST: 'unix:///run/no-engine.sock' }),
  kubernetes: cluster,
  container: async (log) => contained('in-docker', await kind('graph', log)),
  async tcp() {
    const { port, stop } = await relay(net.createServer(), { path: socketOf(current()) })
    return { engine: reached({ DOCKER_HOST: `tcp://127.0.0.1:${port}` }), stop }
  },
  async tls() {
    const folder = path.join(TEMP, 'tls')
    const { key, cert, ca } = await writeCertificates(folder)
    const server = tls.createServer({ key, cert, ca, requestCert: true })
    const { port, stop } = await relay(server, { path: socketOf(current()) })
    const env = { DOCKER_HOST: `tcp://localhost:${port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder }
    return { engine: reached(env), stop }
  },
  async ssh(log) {
    const { docker, env } = current()
    const there = { DOCKER_HOST: env['DOCKER_HOST'] ?? '', PATH: `${path.dirname(docker)}:/usr/bin:/bin` }
    const { address, stop } = await startSshd(path.join(TEMP, 'ssh'), 2222, there, log)
    return { engine: reached({ DOCKER_HOST: address }), stop }
  },
  async rootless(log) {
    const { engine, stop } = await startRootless(path.join(TEMP, 'rootless'), log)
    return { engine, stop }
  },
  podman: (log) => podmanCommand('4', log),
  'podman-socket': (log) => podmanSocket('4', log, false),
  'podman-buildx': (log) => podmanSocket('4', log, true),
  'podman-5': (log) => podmanCommand('5', log),
  async 'podman-5-remote'(log) {
    const { engine } = await podmanCommand('5', log)
    return remote({ ...engine, pluginsDir: current().pluginsDir }, {})
  },
  'podman-5-socket': (log) => podmanSocket('5', log, false),
  'podman-5-buildx': (log) => podmanSocket('5', log, true),
}

/** Starts what a row of the matrix needs, and a local ECR beside it. */
export async function openRow(name: EngineRow): Promise<Row> {
  const {
    engine,
    inputs = {},
    env = {},
    asked = true,
    prepare,
    stop,
  } = await startedWithin(START_SECONDS, `The engine '${name}'`, STARTS[name], NOT_FETCHED)
  const { names, registryBinary, busyboxRoot } = parts()
  const stage = await openStage({ engine, names, registryBinary, busyboxRoot })
  const close = async () => {
    await stage.close()
    await stop?.()
  }
  mkdirSync(path.join(stage.folder, 'app'))
  await prepare?.(stage).catch(async (error: unknown) => {
    await close()
    throw error
  })
  return {
    stage,
    inputs,
    env,
    docker: asked ? (...args) => client(engine.docker, args, stage.env) : null,
    close,
  }
}

/** The engine's certificate and, as files in a folder, what docker wants of a client: `ca.pem`, `cert.pem`, `key.pem`. */
async function writeCertificates(folder: string): Promise<{ key: string; cert: string; ca: string }> {
  const authority = await generate([{ name: 'commonName', value: 'engine' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  const ca = { key: authority.private, cert: authority.cert }
  const make = (use: 'serverAuth' | 'clientAuth') =>
    generate([{ name: 'commonName', value: use }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca,
      extensions: [
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', [use]: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    })
  const [server, user] = [await make('serverAuth'), await make('clientAuth')]
  mkdirSync(folder, { recursive: true })
  const files = { 'ca.pem': authority.cert, 'cert.pem': user.cert, 'key.pem': user.private }
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  return { key: server.private, cert: server.cert, ca: authority.cert }
}
