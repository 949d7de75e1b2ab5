import type { Wait } from './wait.ts'

/**
 * Reads the steps of the legacy builder: `Step 1/2 : FROM NAME`, or `COPY --from=NAME`, and below it the layers of a pull,
 * `ID: STATE`.
 */
export class LegacyOutput {
  #from: string | null = null
  /** Whether it may be copied from by now: the engine may have that image. */
  #mayCopy = false
  /** Names and numbers of the stages so far. */
  readonly #stages = new Set<string>()
  #count = 0
  /** In the order in which they are unpacked. */
  readonly #layers = new Map<string, string>()
  #progress = 0

  get progress(): number {
    return this.#progress
  }

  take(line: string): void {
    if (line.trim() !== '') this.#progress += 1
    const step = /^Step \d+\/\d+ : (.*)$/.exec(line)?.[1]
    if (step !== undefined) {
      this.#layers.clear()
      const [, from, name] = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(step) ?? []
      const copied = /^COPY\s+(?:--\S+\s+)*--from=["']?([^\s"']+)/i.exec(step)?.[1]
      const isImage = copied !== undefined && !this.#stages.has(copied.toLowerCase())
      this.#from = from ?? (isImage ? copied : null)
      this.#mayCopy = isImage
      if (from !== undefined) this.#stages.add(`${this.#count++}`)
      if (name !== undefined) this.#stages.add(name.toLowerCase())
      return
    }
    if (line.trim() !== '') this.#mayCopy = false
    const [, layer, state] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? []
    if (layer !== undefined && state !== undefined) this.#layers.set(layer, state)
    else if (/^ ---> |^(?:Digest|Status): /.test(line)) this.#from = null
  }

  waitsFor(): Wait | null {
    if (this.#from === null) return null
    const what = `the pull of ${this.#from}`
    if (this.#mayCopy)
      return { what: `${what}, or a copy from it`, phase: 'pull', shown: false, mayWork: true }
    if (this.#layers.size === 0) return { what, phase: 'pull', shown: true }
    const next = [...this.#layers.values()].find((state) => !/^(?:Pull complete|Already exists)/.test(state))
    // It has come, and is unpacked: that needs no network, and may take its time.
    if (next === undefined || /^(?:Download complete|Extracting|Verifying)/.test(next)) return null
    return { what, phase: 'pull', shown: false }
  }
}
