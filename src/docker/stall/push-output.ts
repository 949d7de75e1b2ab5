import { Lines, type OutputReader, type Wait } from './wait.ts'

/** Reads the output of `docker push`: a line for each change of a layer's state, and none for its bytes. */
export class PushOutput implements OutputReader {
  readonly #lines = new Lines()
  readonly #layers = new Map<string, string>()
  #progress = 0

  get progress(): number {
    return this.#progress
  }

  read(output: string, stream: 'stdout' | 'stderr'): void {
    if (stream === 'stderr') return
    for (const line of this.#lines.add(output)) {
      const [, layer, state] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? []
      if (layer !== undefined && state !== undefined) this.#layers.set(layer, state)
      if (line.trim() !== '') this.#progress += 1
    }
  }

  waitsFor(): Wait {
    // The engine begins to print before it asks the registry.
    if (this.#progress === 0)
      return { what: "the engine's first sign of the push", phase: 'push', shown: true }
    if (this.#layers.size === 0) return { what: "the registry's first answer", phase: 'push', shown: true }
    const unfinished = [...this.#layers].filter(
      ([, state]) => !/^(?:Pushed|Layer already exists|Mounted from )/.test(state),
    )
    if (unfinished.length === 0) return { what: 'the answer to the manifest', phase: 'push', shown: true }
    const named = unfinished.slice(0, 3).map(([layer]) => layer)
    return { what: `the layers ${named.join(', ')}`, phase: 'push', shown: false }
  }
}
