import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { local } from './paths.ts'
import { run } from './process.ts'

/** What a Docker engine held before a command used it. */
interface Held {
  readonly images: readonly string[]
  /** The IDs of all images, also of those without a name. */
  readonly ids: readonly string[]
  readonly containers: readonly string[]
}

/** Kept while a command runs, for the next one, if it is killed. */
const ledger = join(local, 'machine-docker.json')

/** An image of a local ECR on a port of localhost. Only commands of this project have begun such ones meanwhile. */
const OURS = /^localhost:\d+\//

/**
 * Notes what the machine's Docker holds, after it has removed what a command that was killed has left.
 * @returns what removes the images and containers of local ECRs that have come since; everything else stays
 */
export async function guestOf(docker: string): Promise<() => Promise<void>> {
  if (existsSync(ledger)) await removeNew(docker, JSON.parse(readFileSync(ledger, 'utf8')) as Held)
  const before = await held(docker)
  mkdirSync(local, { recursive: true })
  writeFileSync(ledger, JSON.stringify(before))
  return async () => {
    await removeNew(docker, before)
    rmSync(ledger, { force: true })
  }
}

async function removeNew(docker: string, before: Held): Promise<void> {
  const now = await held(docker)
  // An interruption has ended the command, and must not end this.
  const remove = (args: string[]) => run(docker, args, { whenever: true }).catch(() => '')
  const containers = now.containers.filter((one) => !before.containers.includes(one))
  const ids = containers
    .filter((one) => OURS.test(one.split(' ')[1] ?? ''))
    .map((one) => one.split(' ')[0] ?? '')
  if (ids.length > 0) await remove(['rm', '--force', '--volumes', ...ids])
  const images = now.images.filter((one) => OURS.test(one) && !before.images.includes(one))
  if (images.length === 0) return
  const bases = (await layersOf(docker, images)).flatMap(({ layers }) => layers.slice(0, 1))
  await remove(['image', 'rm', '--force', ...images])
  // What the classic builder has made on the way has no name, and stays if containerd holds the images.
  const unnamed = (await held(docker)).ids.filter((one) => !before.ids.includes(one))
  const ours = (await layersOf(docker, unnamed)).filter(({ layers }) => bases.includes(layers[0] ?? ''))
  if (ours.length > 0) await remove(['image', 'rm', '--force', ...ours.map(({ id }) => id)])
}

interface Layers {
  readonly id: string
  readonly layers: readonly string[]
}

/** The layers of images, the lowest first; without those images that are gone meanwhile. */
async function layersOf(docker: string, images: readonly string[]): Promise<Layers[]> {
  const asked = images.map(async (image): Promise<Layers[]> => {
    const format = '{"id":{{json .Id}},"layers":{{json .RootFS.Layers}}}'
    const args = ['image', 'inspect', '--format', format, image]
    const said = await run(docker, args, { whenever: true }).catch(() => null)
    return said === null ? [] : [JSON.parse(said) as Layers]
  })
  return (await Promise.all(asked)).flat()
}

async function held(docker: string): Promise<Held> {
  const lines = async (...args: string[]) =>
    (await run(docker, args, { whenever: true })).split('\n').filter((line) => line !== '')
  const images = await lines('image', 'ls', '--digests', '--format', '{{.Repository}} {{.Tag}} {{.Digest}}')
  return {
    images: images.map((line) => {
      const [repository = '', tag = '', digest = ''] = line.split(' ')
      return tag === '<none>' ? `${repository}@${digest}` : `${repository}:${tag}`
    }),
    ids: [...new Set(await lines('image', 'ls', '--all', '--quiet', '--no-trunc'))],
    containers: await lines('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Image}}'),
  }
}
