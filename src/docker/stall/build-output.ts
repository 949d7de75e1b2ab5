import { isCacheExportName } from '../../shared/cache-export.ts'
import { clip } from '../../shared/clip.ts'
import { isNamedContextImage } from '../failures/failing-step.ts'
import { LegacyOutput } from './legacy-output.ts'
import { Lines, type OutputReader, type Wait } from './wait.ts'

/** One step of BuildKit, `#7 NAME`. */
interface Vertex {
  readonly name: string
  readonly statuses: Map<string, Status>
}

/** One line below it, `#7 pushing layers 1.2s done`: what it was the last time, and whether it goes on. */
interface Status {
  readonly value: string
  readonly open: boolean
}

/**
 * A status in BuildKit's plain progress: its name, bytes, seconds and end. While bytes are waited for, BuildKit repeats
 * the line every 5 s with more seconds, whether bytes have come or not.
 * https://github.com/moby/buildkit/blob/v0.25.0/util/progress/progressui/printer.go
 */
const STATUS = /^(.*?)(?: (\d[\d.]*[kKMGT]?i?B)(?: \/ (\d[\d.]*[kKMGT]?i?B))?)?(?: \d+\.\d+s)?( done)?$/

/** Reads BuildKit's plain progress, on standard error, or the legacy builder's steps, on standard output. */
export class BuildOutput implements OutputReader {
  readonly #lines = { stdout: new Lines(), stderr: new Lines() }
  readonly #open = new Map<number, Vertex>()
  readonly #seen = new Map<number, string>()
  readonly #legacy = new LegacyOutput()
  readonly #buildkit: boolean
  #failed = false
  #progress = 0

  /** @param buildkit whether BuildKit builds: it says something as soon as it has begun, the legacy builder does not */
  constructor(buildkit: boolean) {
    this.#buildkit = buildkit
  }

  get progress(): number {
    return this.#progress + this.#legacy.progress
  }

  read(output: string, stream: 'stdout' | 'stderr'): void {
    for (const line of this.#lines[stream].add(output)) {
      if (this.#buildkit) this.#take(line)
      else if (stream === 'stdout') this.#legacy.take(line)
    }
  }

  waitsFor(): Wait | null {
    if (!this.#buildkit) return this.#legacy.waitsFor()
    if (this.#seen.size === 0) return { what: 'the first answer of the builder', phase: 'start', shown: true }
    const waits: Wait[] = []
    for (const vertex of this.#open.values()) {
      const own = waitOf(vertex)
      // Something works.
      if (own === null) return null
      waits.push(own)
    }
    const [first] = waits
    // No command works, and docker has not ended.
    if (first === undefined) {
      return this.#failed
        ? { what: 'the end of docker, after a step that failed', phase: 'start', shown: true }
        : { what: 'the next step of the builder', phase: 'start', shown: false }
    }
    return {
      what: waits
        .slice(0, 3)
        .map(({ what }) => what)
        .join(', '),
      phase: waits.some(({ phase }) => phase === 'push') ? 'push' : 'pull',
      shown: waits.every(({ shown }) => shown),
    }
  }

  #take(line: string): void {
    const [, digits, rest = ''] = /^#(\d+) (.+)$/.exec(line) ?? []
    // `#0` tells which builder it is, and is no step.
    if (digits === undefined || digits === '0') return
    const number = Number(digits)
    const name = this.#seen.get(number)
    if (name === undefined) {
      this.#seen.set(number, rest)
      this.#open.set(number, { name: rest, statuses: new Map() })
      this.#progress += 1
      return
    }
    // Its name, or its digest, once more; `...` while another step is shown.
    if (rest === name || rest === '...' || /^sha256:[0-9a-f]{64}$/.test(rest)) return
    if (/^(?:DONE|CACHED|CANCELED|ERROR)\b/.test(rest)) {
      this.#open.delete(number)
      this.#failed ||= rest.startsWith('ERROR')
      this.#progress += 1
      return
    }
    if (/^\d+\.\d+ /.test(rest)) {
      this.#progress += 1
      // A command that prints has all of its layers.
      this.#open.get(number)?.statuses.clear()
    } else this.#takeStatus(number, rest)
  }

  #takeStatus(number: number, text: string): void {
    const [, id = text, current = '', total = '', done] = STATUS.exec(text) ?? []
    const statuses = this.#open.get(number)?.statuses
    const value = `${current}/${total}${done ?? ''}`
    if (statuses === undefined || statuses.get(id)?.value === value) return
    statuses.set(id, { value, open: done === undefined && (current === '' || current !== total) })
    this.#progress += 1
  }
}

/** What of all that a step may do is a wait for a registry; null if it works, or is not known as such a wait. */
function waitOf({ name, statuses }: Vertex): Wait | null {
  const open = [...statuses].flatMap(([id, status]) => (status.open ? [id] : []))
  const shown = (what: string, phase: Wait['phase']): Wait => ({ what: clip(what, 200), phase, shown: true })
  if (/^\[auth\] /.test(name)) return shown(name, /\bpush\b/.test(name) ? 'push' : 'pull')
  if (/^(?:resolve image config for |importing cache manifest from )|\bload metadata for /.test(name))
    return shown(name.replace(/^\[internal\] /, ''), 'pull')
  if (/^\[internal\] booting buildkit/.test(name)) {
    const pulling = open.find((id) => id.startsWith('pulling image '))
    return pulling === undefined ? null : { what: pulling, phase: 'pull', shown: false }
  }
  if (/^(?:exporting to image|pushing )/.test(name) || isCacheExportName(name)) return pushWait(open)
  const fetching = open.every((id) => /^(?:resolve |sha256:)/.test(id))
  if (isNamedContextImage(name) || /^docker-image:\/\/|^\[[^\]]*\] FROM /.test(name)) {
    return fetching && (statuses.size === 0 || open.length > 0) ? shown(name, 'pull') : null
  }
  // The layers of a step that is in a cache, and of what lies below it, are fetched under its name.
  if (name.startsWith('[') && fetching && open.length > 0) return shown(`the layers of ${name}`, 'pull')
  return null
}

/** @param open what goes on of the export: it compresses, unpacks, or pushes */
function pushWait(open: readonly string[]): Wait | null {
  // It spans the others.
  const inner = open.filter((id) => !/^(?:preparing build cache for export|sending cache export)$/.test(id))
  const layers = inner.filter((id) => /^(?:pushing (?:any remaining )?layers?\b|writing layer )/.test(id))
  const small = inner.filter((id) =>
    /^(?:pushing manifest |writing (?:cache )?(?:image )?(?:manifest|config))/.test(id),
  )
  if (inner.length === 0 || layers.length + small.length < inner.length) return null
  return { what: clip(inner.slice(0, 3).join(', '), 300), phase: 'push', shown: layers.length === 0 }
}
