/**
 * A map that begins with all that another one has, without copying it: a stage of a Dockerfile knows what the stages know
 * that it is based on, and there can be thousands in a row.
 *
 * A layer that others are based on does not change any more, and is merged into the one above it as soon as that is as
 * large: so a name is looked up in few layers, and an entry is seldom copied.
 */
export class ScopedMap<V> {
  #own = new Map<string, { readonly value: V } | null>()
  #base: ScopedMap<V> | null = null
  /** Whether another one is based on it. */
  #closed = false

  /** @param base what it begins with, and what does not change from now on; null for nothing */
  constructor(base: ScopedMap<V> | null = null) {
    if (base !== null) base.#close()
    // What has nothing of its own is passed over.
    this.#base = base !== null && base.#own.size === 0 ? base.#base : base
  }

  /** @returns undefined for a name that it does not have */
  get(name: string): V | undefined {
    for (let layer: ScopedMap<V> | null = this; layer !== null; layer = layer.#base) {
      const entry = layer.#own.get(name)
      if (entry !== undefined) return entry?.value
    }
    return undefined
  }

  has(name: string): boolean {
    for (let layer: ScopedMap<V> | null = this; layer !== null; layer = layer.#base) {
      const entry = layer.#own.get(name)
      if (entry !== undefined) return entry !== null
    }
    return false
  }

  /** @throws Error if another one is based on it: that one would change too */
  set(name: string, value: V): void {
    this.#change(name, { value })
  }

  /** Those that are based on this one do not have the name either. */
  delete(name: string): void {
    this.#change(name, null)
  }

  #change(name: string, entry: { readonly value: V } | null): void {
    if (this.#closed) throw new Error(`'${name}' is set where another scope begins with it.`)
    this.#own.set(name, entry)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    for (let base = this.#base; base !== null && base.#own.size <= this.#own.size; base = this.#base) {
      this.#own = new Map([...base.#own, ...this.#own])
      this.#base = base.#base
    }
  }
}

/** A set that begins with all that another one has, without copying it: see {@link ScopedMap}. */
export class ScopedSet {
  readonly #names: ScopedMap<true>

  /** @param base what it begins with, and what does not change from now on; null for nothing */
  constructor(base: ScopedSet | null = null) {
    this.#names = new ScopedMap(base === null ? null : base.#names)
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }

  /** @throws Error if another one is based on it: that one would change too */
  add(name: string): void {
    this.#names.set(name, true)
  }

  delete(name: string): void {
    this.#names.delete(name)
  }
}
