import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { client } from './parts.ts'

/** Where to make a builder in a container, and of what. */
export interface Contained {
  /** Docker's command, and the environment in which it finds the engine that runs the container. */
  readonly docker: string
  readonly env: Readonly<Record<string, string>>
  /** A root file system for the container. */
  readonly busyboxRoot: string
  /** A BuildKit on a port of this machine, as `serveBuildKit` has it. */
  readonly address: string
  /** A new folder, for the image. */
  readonly folder: string
}

/** BuildKit's own image, as buildx names it: it cannot be pulled here, and buildx takes the one that the engine has. */
const IMAGE = 'docker.io/moby/buildkit:buildx-stable-1'

/**
 * Makes a builder of the driver docker-container, as docker/setup-buildx-action does; `default` is there by itself. The
 * container has an image of the same programs: `buildkitd`, which stays, and `buildctl`, through which buildx speaks to a
 * BuildKit, and which passes that on to one of this machine.
 * https://github.com/docker/buildx/blob/v0.29.1/driver/docker-container/driver.go
 */
export async function createContained(name: string, contained: Contained): Promise<void> {
  const { docker, env, busyboxRoot, address, folder } = contained
  const programs = path.join(folder, 'usr', 'bin')
  mkdirSync(programs, { recursive: true })
  const { hostname, port } = new URL(address.replace(/^tcp:/, 'http:'))
  const scripts = {
    buildkitd: `[ "$1" != --version ] || { echo 'buildkitd github.com/moby/buildkit v0.25.1 0'; exit 0; }
trap 'exit 0' TERM
while :; do sleep 1; done
`,
    buildctl: `[ "$1" != dial-stdio ] || exec nc ${hostname} ${port}
`,
  }
  for (const [program, text] of Object.entries(scripts))
    writeFileSync(path.join(programs, program), `#!/bin/sh\n${text}`, { mode: 0o755 })
  const archive = path.join(folder, 'image.tar')
  const files = ['-C', busyboxRoot, '.', '-C', folder, ...Object.keys(scripts).map((one) => `usr/bin/${one}`)]
  execFileSync('tar', ['--owner=0', '--group=0', '-cf', archive, ...files])
  const changes = ['ENTRYPOINT ["buildkitd"]', 'ENV PATH=/usr/bin:/bin'].flatMap((one) => ['--change', one])
  await client(docker, ['import', ...changes, archive, IMAGE], env)
  if (name === 'default') return
  const create = ['buildx', 'create', '--name', name, '--driver', 'docker-container', '--bootstrap']
  await client(docker, [...create, '--driver-opt', 'network=host'], env)
}
